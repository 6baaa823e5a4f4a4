/** `until`: waits whose looks in vain are not explored, and that get stuck all the same. */
import { assume, explore, relax, replay, until } from "@outlive/explore"
import type { Model, Options } from "@outlive/explore"
import { describe, expect, test } from "vitest"
import { Random } from "../fuzz/random.js"
import { CELLS, outcomeOf, outcomesOf } from "../reference/awaits.js"
import type { Instruction, Program } from "../reference/awaits.js"

const cells = () => new Int32Array(new SharedArrayBuffer(CELLS * 4))
const LOCKS = {
  until: (view: Int32Array) => until(() => Atomics.compareExchange(view, 0, 0, 1) === 0),
  relax: (view: Int32Array) => {
    while (Atomics.compareExchange(view, 0, 0, 1) !== 0) relax()
  },
  assume: (view: Int32Array) => assume(Atomics.compareExchange(view, 0, 0, 1) === 0),
}

function locking(threads: number, how: keyof typeof LOCKS): Model<Int32Array> {
  const body = (view: Int32Array) => {
    LOCKS[how](view)
    view[1]! += 1
    Atomics.store(view, 0, 0)
  }
  return { setup: cells, threads: Array.from({ length: threads }, () => body), outcome: (view) => String(view[1]) }
}

describe("a lock that is waited for with until", () => {
  test.each([
    [2, 2],
    [3, 6],
    [4, 24],
  ])("has as many executions for %i threads as they can take turns: %i", (threads, turns) => {
    const result = explore(locking(threads, "until"))
    expect(result).toMatchObject({ verdict: "pass", exhaustive: true, executions: turns })
    expect(result.executions).toBe(explore(locking(threads, "assume")).executions)
    expect(result.executions).toBeLessThan(explore(locking(threads, "relax")).executions)
  })

  test.each(["preemption-bounded", "random", "pct"] as const)(
    "is explored by %s with its looks in vain",
    (strategy) => {
      const result = explore(locking(3, "until"), { strategy, executions: 200 })
      expect(result).toMatchObject({ verdict: "pass", blocked: 0 })
      expect([...result.outcomes.keys()]).toEqual(["3"])
    },
  )
})

describe("who waits for what does not come", () => {
  const stuck: Readonly<Record<string, [string, ...((view: Int32Array) => unknown)[]]>> = {
    "a lock that is not given back": ["livelock", LOCKS.until, LOCKS.until],
    "a value that goes by": [
      "livelock",
      (view) => until(() => Atomics.load(view, 0) === 1),
      (view) => [Atomics.store(view, 0, 1), Atomics.store(view, 0, 2)],
    ],
    "two locks, in both orders": [
      "deadlock",
      ...[0, 1].map((first) => (view: Int32Array) => {
        for (const at of [first, 1 - first]) until(() => Atomics.compareExchange(view, at, 0, 1) === 0)
        for (const at of [0, 1]) Atomics.store(view, at, 0)
      }),
    ],
  }
  test.each(Object.entries(stuck))("%s", (_, [verdict, ...threads]) => {
    const model: Model<Int32Array> = { setup: cells, threads: threads as Model<Int32Array>["threads"] }
    const result = explore(model)
    expect(result.verdict).toBe(verdict)
    expect(replay(model, "schedule" in result ? result.schedule : "").verdict).toBe(verdict)
  })

  test("a condition that looks at nothing that is shared is refused", () => {
    const waits = () => until(() => false)
    expect(() => explore({ setup: cells, threads: [waits, (view) => Atomics.load(view, 0)] })).toThrow(
      /^Cannot explore thread A: .*until\.test\.ts:\d+ waits until something holds that it does not look up/,
    )
  })

  test("setup cannot wait", () => {
    const setup = () => [until(() => false)]
    expect(() => explore({ setup, threads: [() => {}] })).toThrow(/setup: .* waits until something holds/)
  })
})

test("gives back what the condition does, and spins outside of an exploration", () => {
  let left = 3
  expect(until(() => --left === 0 && "now")).toBe("now")
})

test("a plain read behind it races if what it waits for does not guard it", () => {
  const reads = (view: Int32Array) => [until(() => Atomics.load(view, 0)), view[1]]
  const guarded = explore({ setup: cells, threads: [reads, (view) => [(view[1] = 5), Atomics.store(view, 0, 1)]] })
  expect(guarded).toMatchObject({ verdict: "pass", executions: 1 })
  const open = explore({ setup: cells, threads: [reads, (view) => [Atomics.store(view, 0, 1), (view[1] = 5)]] })
  expect(open.verdict).toBe("data-race")
})

describe("80 random programs", () => {
  const PROGRAMS = 80
  const options: Options = { races: false, shrink: false }

  test("come to the outcomes that the oracle finds, and no other", () => {
    const differences: string[] = []
    const totals = { stuck: 0, executions: 0, blocked: 0 }
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const program = generate(seed)
      const expected = outcomesOf(program)
      const found = explore(compile(program), options)
      totals.executions += found.executions
      totals.blocked += found.blocked
      if (expected.has("stuck")) totals.stuck++
      const isRight = expected.has("stuck")
        ? found.verdict === "livelock" || found.verdict === "deadlock"
        : found.verdict === "pass" && found.exhaustive && sorted(found.outcomes.keys()) === sorted(expected)
      if (!isRight) differences.push(`seed ${seed}: ${found.verdict}, ${JSON.stringify(program)}`)
    }
    expect(differences.join("\n")).toBe("")
    expect(totals.stuck).toBeGreaterThan(PROGRAMS / 10)
    expect(totals.blocked).toBeGreaterThan(0)
  })

  test("with assume instead, what gets stuck is not found", () => {
    const missed = Array.from({ length: PROGRAMS }, (_, seed) => generate(seed + 1)).filter(
      (program) =>
        outcomesOf(program).has("stuck") &&
        explore(
          compile(program, (condition) => assume(condition())),
          options,
        ).verdict === "pass",
    )
    expect(missed.length).toBeGreaterThan(0)
  })
})

const sorted = (all: Iterable<string>) => [...all].sort().join("\n")

function generate(seed: number): Program {
  const random = new Random(seed)
  const cell = () => random.below(CELLS)
  const instruction = (): Instruction => {
    const kind = random.below(6)
    if (kind === 0) return { do: "load", cell: cell() }
    if (kind === 1) return { do: "add", cell: cell() }
    if (kind < 4) return { do: "store", cell: cell(), value: random.below(2) }
    if (kind === 4) return { do: "lock", cell: cell() }
    const all = random.chance(0.5) ? [cell()] : [0, 1 + random.below(2)]
    return { do: "until", cells: all, hold: all.map(() => random.below(2)) }
  }
  const threads = 2 + random.below(2)
  return Array.from({ length: threads }, () => Array.from({ length: threads === 2 ? 4 : 3 }, instruction))
}

function compile(program: Program, waits: (condition: () => boolean) => unknown = until): Model<Int32Array> {
  return {
    memory: CELLS * 4,
    setup: (memory) => new Int32Array(memory),
    threads: program.map((code) => (view: Int32Array) => run(code, view, (condition) => void waits(condition))),
    outcome: (view, results) => outcomeOf([...view], results as number[][]),
  }
}

function run(code: readonly Instruction[], view: Int32Array, waits: (condition: () => boolean) => void): number[] {
  const seen: number[] = []
  const perform = (one: Instruction) => {
    switch (one.do) {
      case "load":
        return void seen.push(Atomics.load(view, one.cell))
      case "add":
        return void seen.push(Atomics.add(view, one.cell, 1))
      case "store":
        return void Atomics.store(view, one.cell, one.value)
      case "lock":
        return waits(() => Atomics.compareExchange(view, one.cell, 0, 1) === 0)
      case "until":
        return waits(() => one.cells.every((cell, at) => Atomics.load(view, cell) === one.hold[at]))
    }
  }
  for (const one of code) perform(one)
  return seen
}
