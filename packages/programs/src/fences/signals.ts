/** All signal the fence that they find in a slot; who wins puts another there. Each fence carries one callback, which counts. */
import { layout } from "@outlive/core/engine-js"
import { type Place, defineProgram, must, total } from "../program.js"

const { Action } = layout
const SLOT = 0
const RAN = 1
const CALLBACK = 2

/** A fence whose callback adds one to `RAN`; what it hangs by is in `CALLBACK`, which is for who has won the one before. */
function counted({ engine, record, cell, fence, made }: Place): number {
  const pending = fence()
  const add = () => Math.max(0, engine.addCallback(record, pending, Action.AddToCell, cell(RAN)))
  engine.writeCell(cell(CALLBACK), made(add))
  return pending
}

function removeLast({ engine, record, cell }: Place): void {
  engine.removeCallback(record, engine.readCell(cell(CALLBACK)))
}

export const signals = defineProgram({
  name: "signals",
  claim: "One signal wins for each fence, and its callback runs once.",
  about: "fences",
  invariants: ["I1", "I2"],
  needs: { fences: 6, callbacks: 6 },
  threads: [
    {
      name: "signaler",
      sides: ["lost", "won"],
      play(place) {
        const { engine, record, cell } = place
        return () => {
          const found = engine.tryAddRefAt(record, cell(SLOT))
          const won = engine.signal(record, found)
          if (won) {
            removeLast(place)
            engine.dropRef(record, engine.replace(cell(SLOT), counted(place)))
          }
          engine.dropRef(record, found)
          return won
        }
      },
    },
  ],
  sizes: [{ threads: 2, turns: 1, preemptions: 2 }],
  prepare: (place) => place.engine.publish(place.cell(SLOT), counted(place)),
  check({ engine, cell }, _, ends) {
    const { sum, died } = total(ends)
    const ran = engine.readCell(cell(RAN)) - (sum | 0)
    must(0 <= ran && ran <= died, `${sum} signals won, and ${sum + ran} callbacks ran`)
  },
  close(place) {
    const { engine, record, cell } = place
    const last = engine.replace(cell(SLOT), 0)
    engine.signal(record, last)
    removeLast(place)
    engine.dropRef(record, last)
  },
  twins: [
    {
      id: "P6",
      sentence: "who signals a fence that is complete wins, too",
      file: "fence/signal.ts",
      from: "  if (peek(fence + Fence.flags) & Flag.Signaled) return 0\n",
      to: "",
    },
  ],
})
