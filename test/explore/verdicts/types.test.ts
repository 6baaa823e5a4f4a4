/** What the types of a model say: this file compiles, or the type check of the tests fails. */
import { explore } from "@outlive/explore"
import type { Model } from "@outlive/explore"
import { expect, test } from "vitest"

const ints = (memory: SharedArrayBuffer) => new Int32Array(memory)
const unknownBody = (cells: Int32Array): unknown => cells[0]

/** Never called: the compiler reads it. */
function compiles(model: Model<Int32Array>): void {
  explore({ memory: 8, threads: [(memory) => new Int32Array(memory)[0]] })
  explore({
    memory: 8,
    setup: ints,
    threads: [(cells) => Atomics.wait(cells, 0, 0), (cells) => Atomics.notify(cells, 0)],
  })
  explore({ memory: 8, setup: ints, threads: [(cells) => ({ seen: [...cells] }), () => {}, unknownBody] })
  explore({ ...model, threads: model.threads.map((body) => (cells: Int32Array) => [body(cells)]) })
  // @ts-expect-error: it gives back a promise
  explore({ memory: 8, setup: ints, threads: [async (cells) => Atomics.load(cells, 0)] })
  // @ts-expect-error: one of them may give back a promise
  explore({ memory: 8, setup: ints, threads: [() => 1, (cells) => (cells[0] === 0 ? 1 : Promise.resolve(1))] })
  explore({
    memory: 8,
    setup: ints,
    threads: [
      // @ts-expect-error: it gives back a generator
      function* (cells) {
        yield cells[0]
      },
    ],
  })
  // @ts-expect-error: its state would be a promise
  explore({ memory: 8, setup: async (memory) => new Int32Array(memory), threads: [() => 1] })
  // @ts-expect-error: it would never fail
  explore({ memory: 8, setup: ints, threads: [(cells) => cells[0]], check: async () => {} })
  // @ts-expect-error: it names an outcome later
  explore({ memory: 8, setup: ints, threads: [(cells) => cells[0]], outcome: async () => "" })
}

test("the compiler has read it", () => expect(compiles).toBeInstanceOf(Function))
