/** The two builds of the engine do the same: random operation sequences, and every word of the heap compared after each operation. */
import { type EngineKind, type Flavour, Heap, OopsError, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"

const OPERATIONS = 1_500
const SEEDS = [1, 2, 3, 4, 5, 6]

/** sfc-like little generator: the sequence must be the same for both engines. */
function generator(seed: number): (n: number) => number {
  let state = seed >>> 0
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return (state >>> 8) % n
  }
}

/** A small world driven by numbers: fences by index, callbacks by index. Returns after each step what the step said. */
class World {
  readonly heap: Heap
  readonly #step: (random: (n: number) => number) => number | string

  constructor(engine: EngineKind, flavour: Flavour, fenceLock: "inline" | "external") {
    this.heap = Heap.create({
      // The places of its edges are lines of this program, and differ with the stack.
      lockOrder: false,
      engine,
      flavour,
      fenceLock,
      fences: 40,
      callbacks: 30,
      modules: 3,
      timelines: 6,
      threads: 3,
      cells: 16,
      spins: 2,
      onWarning: () => {},
    })
    // Everything but the identity is the same for both.
    this.heap.words[60 >> 2] = 7
    const noop = defineModule({ name: "plain", driverName: "plain driver" })
    const asking = defineModule({
      name: "asking",
      driverName: "asking driver",
      ops: { enableSignaling: (f) => f.seqno % 3n !== 0n, pollSignaled: (f) => f.seqno % 5n === 0n, setDeadline() {} },
    })
    const keeping = defineModule({ name: "keeping", driverName: "keeping driver", ops: { free() {} } })
    const definitions = [noop, asking, keeping]
    const threads = [
      this.heap.attach({ name: "a", modules: definitions }),
      this.heap.attach({ name: "b", modules: definitions }),
    ]
    const e = threads[0]!.engine
    const fences: number[] = []
    const nodes: number[] = []
    const timelines = definitions.map((d) => threads[0]!.load(d).timeline("line"))
    this.#step = (random) => {
      const t = threads[random(2)]!.record
      const fence = fences[random(Math.max(1, fences.length))]
      const what = random(22)
      if (what < 5 || fence === undefined) {
        const made = e.createFence(t, timelines[random(3)]!.address)
        if (made) fences.push(made)
        return made
      }
      switch (what) {
        case 5:
        case 6:
          return e.signal(t, fence)
        case 7:
        case 8:
        case 9: {
          // What still hangs on it goes first: the reference is not ours to drop under a callback of ours.
          if (nodes.length > 0) return e.removeCallback(t, nodes.splice(random(nodes.length), 1)[0]!)
          fences.splice(fences.indexOf(fence), 1)
          e.dropRef(t, fence)
          return 0
        }
        case 10:
          return e.isSignaled(t, fence)
        case 11:
          return e.status(t, fence)
        case 12:
          return e.setError(t, fence, -1 - random(40))
        case 13:
        case 14: {
          const node = e.addCallback(t, fence, 1, this.heap.cell(random(16)))
          if (node > 0) nodes.push(node)
          return node
        }
        case 15:
          return e.enableSignaling(t, fence)
        case 16:
          e.setDeadline(t, fence)
          return 0
        case 17: {
          e.replace(this.heap.cell(0), fence)
          const found = e.tryAddRefAt(t, this.heap.cell(0))
          e.writeCell(this.heap.cell(0), 0)
          if (found) e.dropRef(t, found)
          return found
        }
        case 18: {
          const name = e.driverName(t, fence)
          e.readUnlock(t)
          return this.heap.readName(name) ?? "torn"
        }
        case 19:
          e.collect(t)
          return 0
        case 20:
          e.barrier(t)
          return 0
        default:
          return e.isLater(fence, fences[random(fences.length)]!)
      }
    }
  }

  step(random: (n: number) => number): number | string {
    try {
      return this.#step(random)
    } catch (error) {
      if (error instanceof OopsError) return error.code
      throw error
    }
  }
}

function firstDifference(a: Int32Array, b: Int32Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i * 4
  return -1
}

describe.each(["release", "checked"] as const)("%s", (flavour) => {
  describe.each(["inline", "external"] as const)("%s lock", (fenceLock) => {
    test.each(SEEDS)("seed %i: WebAssembly and JavaScript leave the same words", (seed) => {
      const worlds = [new World("wasm", flavour, fenceLock), new World("js", flavour, fenceLock)] as const
      const randoms = [generator(seed), generator(seed)] as const
      for (let i = 0; i < OPERATIONS; i++) {
        const answers = [worlds[0].step(randoms[0]), worlds[1].step(randoms[1])]
        expect(answers[0], `answer of operation ${i}, seed ${seed}`).toBe(answers[1])
        const at = firstDifference(worlds[0].heap.words, worlds[1].heap.words)
        expect(at, `first differing word after operation ${i} (answer ${answers[0]}), seed ${seed}`).toBe(-1)
      }
    })
  })
})

test("the comparison sees a single differing word", () => {
  const worlds = [new World("wasm", "release", "inline"), new World("js", "release", "inline")] as const
  worlds[1].heap.words[5_000] = 1
  expect(firstDifference(worlds[0].heap.words, worlds[1].heap.words)).toBe(20_000)
})
