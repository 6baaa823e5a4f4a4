/** Broken twins of the engine that the races over reservations must catch, each within ten seconds. */
import { SEED } from "../race/reservation-race.js"
import { DEAD_HOLDER, LOCKS, RESERVATION_FAULTS, WALKS } from "./reservation-faults.js"
import { describeTrials } from "./trials.js"

/** The race in which the twins run: the JavaScript engine, checked, slowed down access by access. */
const RACE = { engine: "js", flavour: "checked", slow: true } as const

describeTrials("a race over reservations", {
  module: new URL("../race/reservation-race.ts", import.meta.url),
  seed: SEED,
  faults: [...RESERVATION_FAULTS, DEAD_HOLDER],
  task: ({ roles }) => ({ ...RACE, roles, ms: 10_000 }),
  controls: {
    "those who walk": { ...RACE, roles: WALKS, ms: 3_000 },
    "those who lock": { ...RACE, roles: LOCKS, ms: 3_000 },
    "one dies": { ...RACE, roles: DEAD_HOLDER.roles, ms: 3_000 },
  },
})
