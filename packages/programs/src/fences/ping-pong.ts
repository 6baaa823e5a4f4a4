/**
 * Threads in pairs: one signals and waits for the answer, the other waits and answers. A turn is a round trip. The opener
 * says goodbye by signaling all, so that its partner never sleeps again.
 *
 * PLAIN: the opener makes fences new again half a turn of the ring after their use. Both have long left them: to come this
 * far, each has seen the other signal hundreds of fences later.
 */
import { layout } from "@outlive/core/engine-js"
import { type Place, defineProgram } from "../program.js"
import { waitFor } from "./waiting.js"

const { Fence } = layout

/** Most fences of one pair and way: they are used in turn, over and over. */
const MOST_SLOTS = 1_024
/** For few turns so many that none is used twice. */
const slotsFor = (turns: number) => Math.min(MOST_SLOTS, 2 * turns)

interface Pairs {
  /** Addresses of fences, pair by pair: `slots` for the way there, `slots` for the way back. */
  readonly fences: Int32Array
  readonly slots: number
  /** What stands in a fence that was just made, in the words that a signal changes. */
  readonly asNew: readonly number[]
}

/** The list of callbacks lies where the time of the signal will. */
const CHANGED = [Fence.flags, Fence.ops, Fence.timeLo, Fence.timeHi]

function waysOf({ fences, slots }: Pairs, index: number): readonly [there: Int32Array, back: Int32Array] {
  const at = (index >> 1) * 2 * slots
  return [fences.subarray(at, at + slots), fences.subarray(at + slots, at + 2 * slots)]
}

/** As it was when it was made. */
function renew({ words }: Place, fence: number, { asNew }: Pairs): void {
  for (let i = 0; i < CHANGED.length; i++) words[(fence + CHANGED[i]!) >> 2] = asNew[i]!
}

export const pingPong = defineProgram<Pairs>({
  name: "ping-pong",
  claim: "Two threads answer each other, and neither sleeps on.",
  about: "fences",
  invariants: ["I3"],
  needs: { fences: (threads, turns) => threads * slotsFor(turns) },
  inStep: true,
  immortal: "its partner waits for its answer",
  threads: [
    {
      name: "opener",
      play(place, pairs) {
        const { engine, record } = place
        const { slots } = pairs
        const [there, back] = waysOf(pairs, place.index)
        let round = 0
        return () => {
          const slot = round++ % slots
          const old = (slot + slots / 2) % slots
          if (round > slots / 2) {
            renew(place, there[old]!, pairs)
            renew(place, back[old]!, pairs)
          }
          engine.signal(record, there[slot]!)
          waitFor(place, back[slot]!)
        }
      },
      end({ engine, record, index }, pairs) {
        for (const fence of waysOf(pairs, index)[0]) engine.signal(record, fence)
      },
    },
    {
      name: "answerer",
      follows: true,
      play(place, pairs) {
        const { engine, record } = place
        const [there, back] = waysOf(pairs, place.index)
        let round = 0
        return () => {
          const slot = round++ % pairs.slots
          waitFor(place, there[slot]!)
          engine.signal(record, back[slot]!)
        }
      },
    },
  ],
  sizes: [{ threads: 2, turns: 1, preemptions: 2 }],
  prepare(place, threads) {
    const slots = slotsFor(place.mostTurns)
    const fences = Int32Array.from({ length: threads * slots }, () => place.fence())
    return { fences, slots, asNew: CHANGED.map((offset) => place.words[(fences[0]! + offset) >> 2]!) }
  },
  close({ engine, record }, { fences }) {
    for (const fence of fences) {
      engine.signal(record, fence)
      engine.dropRef(record, fence)
    }
  },
  twins: [
    {
      id: "P9",
      sentence: "a signal wakes nobody",
      file: "fence/signal.ts",
      from: "  if (before & Flag.Parked) wake(fence + Fence.flags, EVERYONE)\n",
      to: "  if (before & Flag.Parked) wake(fence + Fence.flags, 0)\n",
    },
  ],
})
