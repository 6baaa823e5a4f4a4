/** Linearizability: a queue that is, queues that are not, and what only the order of calls and returns shows. */
import { linearizable, replayAsync, reportLinearizable, scenarioModel } from "@outlive/explore"
import type { Linearizable, LinearizableFailure, LinearizableOptions } from "@outlive/explore"
import { expectLinearizable } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"
import { BoundedQueue, ClaimsInTwoSteps, LinksByStore, ListQueue, sequentialQueue, TellsTooEarly } from "./queues.js"

const PLACES = 2

interface Queue {
  put(value: number): boolean
  take(): number | undefined
}

const subject = (Kind: new (places: number) => Queue, places = PLACES): Linearizable<Queue> => ({
  name: Kind.name,
  make: () => new Kind(places),
  operations: { put: (queue, value: number) => queue.put(value), take: (queue) => queue.take() },
  arguments: { put: [[1], [2]] },
  specification: () => sequentialQueue(places),
})
/** More than any scenario puts in. */
const MANY = 20

async function failureOf<M>(of: Linearizable<M>, options?: LinearizableOptions): Promise<LinearizableFailure> {
  const result = await linearizable(of, options)
  if (result.verdict === "pass") throw new Error(reportLinearizable(result))
  return result
}

describe("a list with compareExchange", () => {
  test("is linearizable in every scenario that is looked at", async () => {
    const result = await expectLinearizable(subject(ListQueue, MANY), { scenarios: 10 })
    expect(result).toMatchObject({ verdict: "pass", exhaustive: true, scenarios: 10 })
    expect(result.executions).toBeGreaterThan(100)
  })

  test("that links by a store loses a value", async () => {
    const found = await failureOf(subject(LinksByStore, MANY), { races: false })
    expect(found.verdict, reportLinearizable(found)).toBe("not-linearizable")
    const { before, threads, after } = found.scenario
    expect(threads.map((calls) => calls.length)).toEqual([1, 1])
    expect(before.length + after.length).toBeLessThanOrEqual(2)
  })
})

describe("a bounded queue with turns", () => {
  test("is not linearizable: a put that has returned is not seen while an earlier one is on its way", async () => {
    const found = await failureOf(subject(BoundedQueue))
    expect(found.verdict, reportLinearizable(found)).toBe("not-linearizable")
    expect(found.message).toMatch(/put\(\d\) → true, take\(\) → undefined/)
    const text = reportLinearizable(found)
    expect(text).toMatch(/calls take\(\)/)
    expect(text).toMatch(/returns from put\(\d\) → true/)
    expect(text).toMatch(/queues\.ts:\d+/)
    const [, schedule] = /replayAsync\(.*, "(\w+)"\)$/.exec(text)!
    const again = await replayAsync(scenarioModel(subject(BoundedQueue), found.scenario), schedule!)
    expect(again).toMatchObject({ verdict: "assertion", message: found.message })
  })

  test("that claims in two steps, or tells a slot too early, loses and repeats values", async () => {
    for (const Kind of [ClaimsInTwoSteps, TellsTooEarly])
      expect((await failureOf(subject(Kind), { races: false })).verdict, Kind.name).toBe("not-linearizable")
  })
})

describe("a counter that is read from two cells", () => {
  /** Each adds to a cell of its own; the sum is read cell by cell, from the last: it may be one that never was. */
  const sum = (back: boolean): Linearizable<Int32Array> => ({
    make: () => new Int32Array(new SharedArrayBuffer(8)),
    operations: {
      left: (cells) => void Atomics.add(cells, 0, 1),
      right: (cells) => void Atomics.add(cells, 1, 1),
      both: (cells) => {
        const [a, b] = [Atomics.load(cells, 0), Atomics.load(cells, 1)]
        return back && a === Atomics.load(cells, 0) ? `${a} ${b}` : back ? "again" : `${a} ${b}`
      },
    },
    specification: () => {
      let [a, b] = [0, 0]
      return { left: () => void a++, right: () => void b++, both: () => `${a} ${b}` }
    },
  })

  test("is not linearizable: calls one after the other are seen the other way round", async () => {
    const found = await failureOf(sum(false), { before: 0, after: 0 })
    expect(found.verdict).toBe("not-linearizable")
    // One thread reads; the other calls left, and when that has returned, right.
    expect(found.scenario.threads.map((calls) => calls.map(({ operation }) => operation).join()).sort()).toEqual([
      "both",
      "left,right",
    ])
    expect(found.message).toContain('both() → "0 1"')
  })
})

describe("asynchronous operations", () => {
  class Gate {
    readonly cells = new Int32Array(new SharedArrayBuffer(8))
    readonly locks: boolean

    constructor(locks: boolean) {
      this.locks = locks
    }

    async add(): Promise<number> {
      while (this.locks && Atomics.compareExchange(this.cells, 0, 0, 1) !== 0)
        await Atomics.waitAsync(this.cells, 0, 1).value
      const value = Atomics.load(this.cells, 1)
      await Promise.resolve()
      Atomics.store(this.cells, 1, value + 1)
      if (this.locks) {
        Atomics.store(this.cells, 0, 0)
        Atomics.notify(this.cells, 0, 1)
      }
      return value + 1
    }
  }
  const gate = (locks: boolean): Linearizable<Gate> => ({
    make: () => new Gate(locks),
    operations: { add: (made) => made.add() },
    specification: () => {
      let value = 0
      return { add: () => ++value }
    },
  })

  test("with a lock pass, without one they do not", async () => {
    await expectLinearizable(gate(true), { scenarios: 3, calls: 1 })
    await expect(expectLinearizable(gate(false), { calls: 1 })).rejects.toThrow(/not-linearizable: .*\n.*\n {2}A: add/)
    expect((await failureOf(gate(false))).message).toMatch(/add\(\) → 1 \| add\(\) → 1$/)
  })
})

test("what cannot be asked is refused", async () => {
  await expect(linearizable(subject(ListQueue), { threads: 1 })).rejects.toThrow(RangeError)
  await expect(linearizable({ ...subject(ListQueue), specification: () => ({}) })).rejects.toThrow("put, take")
})
