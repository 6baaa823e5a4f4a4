/** One thread signals the fence in a slot and puts the next there; all others wait for it, in each other's way. */
import { type Place, defineProgram } from "../program.js"
import { waitFor } from "./waiting.js"

const SLOT = 0

function signalNext({ engine, record, cell }: Place, next: number): void {
  const old = engine.replace(cell(SLOT), next)
  engine.signal(record, old)
  engine.dropRef(record, old)
}

export const waiters = defineProgram({
  name: "waiters",
  claim: "A signal wakes all who wait.",
  about: "fences",
  invariants: ["I3"],
  needs: { fences: 6 },
  immortal: "a fence that was taken out of the slot, and not signaled yet, is lost with its signaler",
  threads: [
    {
      name: "signaler",
      play: (place) => () => signalNext(place, place.fence()),
      // What is left in the slot is signaled: nobody waits for it.
      end({ engine, record, cell }) {
        engine.signal(record, engine.readCell(cell(SLOT)))
      },
    },
    {
      name: "waiter",
      follows: true,
      play(place) {
        const { engine, record, cell } = place
        return () => {
          const fence = engine.tryAddRefAt(record, cell(SLOT))
          waitFor(place, fence)
          engine.dropRef(record, fence)
        }
      },
    },
  ],
  sizes: [{ threads: 2, turns: 1, preemptions: 2 }],
  prepare: ({ engine, cell, fence }) => engine.publish(cell(SLOT), fence()),
  close: (place) => signalNext(place, 0),
  twins: [
    {
      id: "P7",
      sentence: "a signal wakes nobody",
      file: "fence/signal.ts",
      from: "  if (before & Flag.Parked) wake(fence + Fence.flags, EVERYONE)\n",
      to: "  if (before & Flag.Parked) wake(fence + Fence.flags, 0)\n",
    },
  ],
})
