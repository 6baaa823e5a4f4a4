/** `assume`: executions in which it does not hold are dropped, and all others are there. */
import { assume, explore } from "@outlive/explore"
import type { Model } from "@outlive/explore"
import { expectFailure, expectPass, expectPassAsync } from "@outlive/explore/vitest"
import { expect, test } from "vitest"

type Cells = Int32Array
const memory = (threads: Model<Cells>["threads"]): Model<Cells> => ({
  memory: 16,
  setup: (buffer) => new Int32Array(buffer),
  threads,
  outcome: (_, results) => results.join(" "),
})

const locked = (cells: Cells) => {
  assume(Atomics.compareExchange(cells, 0, 0, 1) === 0)
  const before = cells[1]!
  cells[1] = before + 1
  Atomics.store(cells, 0, 0)
  return before
}

test.each([
  [2, 2],
  [3, 6],
  [4, 24],
])("a lock that is tried once by %i threads: as many executions as orders of its holders, %i", (threads, orders) => {
  const result = expectPass(memory(Array<typeof locked>(threads).fill(locked)))
  expect(result.executions).toBe(orders)
  expect(result.outcomes.size).toBe(orders)
  expect(result.blocked).toBeGreaterThan(0)
})

test("who assumes what comes later finds it in another order, whoever is first", () => {
  for (const threads of [
    [(cells: Cells) => assume(Atomics.load(cells, 0) === 1), (cells: Cells) => Atomics.store(cells, 0, 1)],
    [(cells: Cells) => Atomics.store(cells, 0, 1), (cells: Cells) => assume(Atomics.load(cells, 0) === 1)],
  ])
    expect(expectPass(memory(threads)).executions).toBe(1)
})

test("what does not hold is not checked; what does is", () => {
  const check = (_: Cells, [seen]: readonly unknown[]) => expect(seen).toBe(1)
  const reads = (cells: Cells) => {
    const value = Atomics.load(cells, 0)
    assume(value > 0)
    return value
  }
  expectPass({ ...memory([reads, (cells) => Atomics.store(cells, 0, 1)]), check })
  expectFailure({ ...memory([reads, (cells) => Atomics.store(cells, 0, 2)]), check }, "assertion")
})

test("one who waits for a thread that is dropped is no deadlock; nothing that holds is no proof", () => {
  const waits = (cells: Cells) => Atomics.wait(cells, 0, 0)
  const never = memory([(cells) => assume(Atomics.load(cells, 0) === 7), waits])
  const result = explore(never)
  expect(result).toMatchObject({ verdict: "pass", exhaustive: false, executions: 0, cutShort: [{ by: "assumed" }] })
  expect(() => expectPass(never)).toThrow("What threads assume held in no execution")
})

test("in asynchronous threads as well, and nowhere but in threads", async () => {
  const late = async (cells: Cells) => {
    await Promise.resolve()
    return locked(cells)
  }
  expect((await expectPassAsync(memory([late as never, late as never]))).executions).toBe(2)
  const wrong = explore({ ...memory([() => 0]), check: () => assume(false) })
  expect(wrong).toMatchObject({ verdict: "assertion" })
})

test.each(["random", "pct"] as const)("%s comes to an end, even if what is assumed never holds", (strategy) => {
  const never = memory([(cells) => assume(Atomics.load(cells, 0) === 7)])
  expect(explore(never, { strategy, executions: 20 })).toMatchObject({ verdict: "pass", executions: 0, blocked: 20 })
})
