/** What can be wrong with reservations and their locks: for the races, and for the models in every order of steps. */
import type { GivenSettings } from "@outlive/workers"
import { type Fault, type ModelledFault, SLEEPS_ON } from "./faults.js"

export const WALKS: GivenSettings = { scenario: "reservations", roles: { writer: 2, reader: 2 } }
export const LOCKS: GivenSettings = { scenario: "reservations", roles: { locker: 4 } }
/** One of them dies. */
export const DEATH: GivenSettings = { scenario: "reservations", roles: { holder: 1, locker: 3 } }

export const RESERVATION_FAULTS: readonly ModelledFault[] = [
  {
    id: "F21",
    model: "add-walk",
    sentence: "the count rises before the slot has its fence",
    race: { ...WALKS, operations: 500_000 },
    file: "composite/reservation.ts",
    from: `  store(slotOf(blockOf(block, count), count), fence | usage)
  store(list + Slots.count, count + 1)
`,
    to: `  store(list + Slots.count, count + 1)
  store(slotOf(blockOf(block, count), count), fence | usage)
`,
  },
  {
    id: "I14",
    model: "grow-walk",
    sentence: "a walk does not look whether the list has become another",
    race: WALKS,
    file: "composite/reservation-walk.ts",
    from: "    if (!stale && load(reservation + Reservation.list) == list) break\n",
    to: "    if (!stale) break\n",
    also: [
      {
        file: "composite/reservation-walk.ts",
        from: "load(reservation + Reservation.list) != list || lifeOf(list) != generation\n",
        to: "generation == 0\n",
      },
    ],
  },
  {
    id: "F25",
    model: "grow-walk",
    sentence: "a list is freed without a grace period",
    race: WALKS,
    file: "composite/reservation-list.ts",
    from: "    retire(thread, block)\n",
    to: "    give(thread, Kind.Slots, block)\n",
  },
  {
    id: "L2a",
    model: "tickets-2",
    sentence: "nobody backs off",
    race: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "    if (mustBackOff(thread, seen)) return false\n",
    to: "",
  },
  {
    id: "L2b",
    model: "tickets-3",
    sentence: "giving a lock back wakes one sleeper",
    race: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "  if (seen & PARKED) wake(word, EVERYONE)\n",
    to: "  if (seen & PARKED) wake(word, 1)\n",
    also: [SLEEPS_ON],
  },
  {
    id: "L2c",
    model: "tickets-2",
    sentence: "a lock taken with a ticket does not lock",
    race: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "    if (!lockTicketSlow(thread, word, mine)) return BACK_OFF\n",
    to: "    exchange(word, mine)\n",
  },
]

/** No model of ours has a thread that dies: for the races only. */
export const DEAD_HOLDER: Fault = {
  id: "L2d",
  sentence: "the lock of a dead thread is given back without waking anybody",
  race: DEATH,
  file: "locks/owner-word.ts",
  from: "      if (seen & PARKED) wake(word, EVERYONE)\n",
  to: "",
  also: [SLEEPS_ON],
}
