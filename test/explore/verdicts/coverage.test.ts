/** What a model never tries is told, place by place: a lock that is never contended has been shown nothing about waiting. */
import { type Model, type Options, type Result, explore, report } from "@outlive/explore"
import { describe, expect, test } from "vitest"

const COVERED: Options = { coverage: true }

/** A lock, two states and a sleep, in so many threads. */
function locked(threads: number): Model<Int32Array> {
  const body = (cells: Int32Array) => {
    while (Atomics.compareExchange(cells, 0, 0, 1) !== 0) Atomics.wait(cells, 0, 1)
    Atomics.store(cells, 0, 0)
    Atomics.notify(cells, 0)
  }
  return { memory: 8, setup: (memory) => new Int32Array(memory), threads: Array.from({ length: threads }, () => body) }
}

/** `operation: what it did not`. */
const missing = ({ sites }: Result) =>
  sites!.flatMap(({ operation, never }) => (never.length === 0 ? [] : [`${operation}: ${never.join(", ")}`]))

describe("of a lock", () => {
  test("one thread alone: nobody fails, nobody sleeps, and the wait never comes up", () => {
    const result = explore(locked(1), COVERED)
    expect(missing(result)).toEqual(["compareExchange: fail", "notify: wake somebody"])
    expect(result.sites!.map(({ operation }) => operation)).toEqual(["compareExchange", "store", "notify"])
    expect(report(result)).toMatch(/coverage\.test\.ts:\d+ {2}compareExchange did not fail/)
  })

  test("two threads: all of it", () => {
    const result = explore(locked(2), COVERED)
    expect(missing(result)).toEqual([])
    expect(result.sites).toContainEqual(
      expect.objectContaining({ operation: "wait", did: ["sleep", "find another value", "wake"], never: [] }),
    )
    expect(report(result)).toContain("4 operations of the code came up, and each did all that it can.")
  })

  test("two threads, two orders: not all of it", () =>
    expect(missing(explore(locked(2), { ...COVERED, executions: 2 }))).not.toEqual([]))
})

test("a wait with a bound that never comes to it is told", () => {
  const of = (timeoutMs: number): Model<Int32Array> => ({
    memory: 8,
    setup: (memory) => new Int32Array(memory),
    threads: [(cells) => Atomics.wait(cells, 0, 0, timeoutMs)],
  })
  expect(missing(explore(of(10), COVERED))).toEqual(["wait: find another value, wake"])
})

test("what is expected of a narrow cell is compared as the cell does", () => {
  const model: Model<Int8Array> = {
    memory: 8,
    setup: (memory) => new Int8Array(memory).fill(-1, 0, 1),
    threads: [(cells) => Atomics.compareExchange(cells, 0, 255, 1)],
  }
  expect(missing(explore(model, COVERED))).toEqual(["compareExchange: fail"])
})

test("nothing is said unless it is asked for, and nothing else changes by it", () => {
  const [without, with_] = [explore(locked(2)), explore(locked(2), COVERED)]
  expect(without.sites).toBeUndefined()
  expect(with_).toMatchObject({ executions: without.executions, steps: without.steps, verdict: "pass" })
})

test("a failure tells it as well: what had come up until then", () => {
  const model: Model<Int32Array> = {
    ...locked(1),
    check: () => {
      throw new Error("no")
    },
  }
  expect(explore(model, COVERED)).toMatchObject({ verdict: "assertion", sites: [{}, {}, {}] })
})
