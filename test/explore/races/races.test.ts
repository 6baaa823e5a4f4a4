/** Every data race is found, with its two places, and nothing else is called one. */
import { explore, exploreAsync, replay, report } from "@outlive/explore"
import type { Failure, Model, Pass } from "@outlive/explore"
import { expectFailure, expectPass } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"
import { DATA, FLAG, NEIGHBORS, NINE, raceModel } from "./cases.js"
import type { RaceCase } from "./cases.js"

function operationsOf({ racing, trace }: Failure): string[] {
  return racing!.map((index) => trace[index]!.operation).sort()
}

function testAll(cases: readonly RaceCase[]): void {
  for (const raceCase of cases) {
    const { name, race } = raceCase
    test(`${name}${race === undefined ? "" : `: ${race.join(", ")}`}`, () => {
      const model = raceModel(raceCase)
      if (race === undefined) expectPass(model)
      else {
        const failure = expectFailure(model, "data-race")
        expect(operationsOf(failure)).toEqual(race)
        expect(new Set(failure.racing!.map((index) => failure.trace[index]!.thread)).size).toBe(2)
        for (const index of failure.racing!) expect(failure.trace[index]!.at).toMatch(/races\/cases\.ts:\d+$/)
        expect(replay(model, failure.schedule)).toMatchObject({ verdict: "data-race", message: failure.message })
      }
      // Every order says the same, not only the chosen ones.
      const naive = explore(model, { strategy: "naive" })
      expect(naive.verdict).toBe(race === undefined ? "pass" : "data-race")
    })
  }
}

describe("the nine cases", () => testAll(NINE))
describe("their neighbors", () => testAll(NEIGHBORS))

interface Ordinary {
  readonly cells: Int32Array
}

/** Nothing here is a view that is seen: plain writes are found by what they changed. */
function ordinary(...threads: ((state: Ordinary) => unknown)[]): Model<Ordinary> {
  return {
    memory: 16,
    cells: { data: 0, flag: 4 },
    setup: (memory) => ({ cells: new Int32Array(memory) }),
    threads,
  }
}

describe("plain writes through ordinary views", () => {
  test("plain write, plain write", () => {
    const failure = expectFailure(
      ordinary(
        ({ cells }) => (cells[DATA] = 1),
        ({ cells }) => (cells[DATA] = 2),
      ),
      "data-race",
    )
    expect(operationsOf(failure)).toEqual(["write", "write"])
    expect(failure.trace[failure.racing![0]]!.cell).toBe("data")
  })

  test("plain write, atomic load", () => {
    const failure = expectFailure(
      ordinary(
        ({ cells }) => {
          Atomics.load(cells, FLAG)
          cells[DATA] = 1
        },
        ({ cells }) => Atomics.load(cells, DATA),
      ),
      "data-race",
    )
    expect(operationsOf(failure)).toEqual(["load", "write"])
  })

  test("after a loop over all of the memory: only what has changed counts", () => {
    expectPass(
      ordinary(
        ({ cells }) => {
          cells.fill(0)
          cells[2] = 1
        },
        ({ cells }) => Atomics.add(cells, DATA, 1),
      ),
    )
  })

  test("under a lock: none, and the count is right", () => {
    const increment = ({ cells }: Ordinary) => {
      while (Atomics.compareExchange(cells, FLAG, 0, 1) !== 0);
      cells[DATA]!++
      Atomics.store(cells, FLAG, 0)
    }
    const check = ({ cells }: Ordinary) => expect(cells[DATA]).toBe(3)
    expectPass({ ...ordinary(increment, increment, increment), check })
  })

  test("the memory's views agree on what was written", () => {
    const passing: Model<Ordinary> = ordinary(
      ({ cells }) => {
        new DataView(cells.buffer).setInt16(2, 0x0102)
        Atomics.store(cells, FLAG, 1)
      },
      ({ cells }) => (Atomics.load(cells, FLAG) === 1 ? new Uint8Array(cells.buffer).subarray(2, 4).join() : "early"),
    )
    const { outcomes } = expectPass({ ...passing, outcome: (_, [, seen]) => String(seen) })
    expect([...outcomes.keys()].sort()).toEqual(["1,2", "early"])
  })
})

describe("races that are meant", () => {
  const racing = raceModel(NINE[1]!)

  test("are not reported if the cell is named", () => {
    expectPass({ ...racing, allowedRaces: ["data"] })
    expectFailure({ ...racing, allowedRaces: ["flag"] }, "data-race")
  })

  test("are not looked for if nobody wants it", () => {
    expectPass(racing, { races: false })
  })

  describe("have both orders", () => {
    const [READY, TICKETS] = [0, 1] as const
    const late: Model<Int32Array> = {
      memory: 8,
      cells: { ready: 0, tickets: 4 },
      setup: (_, tools) => tools.view(Int32Array),
      threads: [
        (cells) => void Atomics.store(cells, READY, 1),
        (cells) => {
          Atomics.add(cells, TICKETS, 1)
          if (cells[READY] === 0) throw new Error("not ready")
        },
      ],
    }
    const allowed = { ...late, allowedRaces: ["ready"] }

    test.each(["exhaustive", "preemption-bounded", "naive"] as const)("%s", (strategy) => {
      expectFailure(allowed, "assertion", { strategy })
      expectFailure(late, "assertion", { strategy, races: false })
    })

    const counted: Model<Int32Array> = {
      ...allowed,
      threads: [allowed.threads[0]!, (cells) => [Atomics.add(cells, TICKETS, 1), cells[READY]][1]],
      outcome: (_, results) => String(results[1]),
    }

    test("of two plain accesses, too, each with the step before it", () => {
      const plainly = (cells: Int32Array) => {
        Atomics.add(cells, TICKETS, 1)
        cells[READY] = 1
      }
      const { outcomes } = expectPass({ ...counted, threads: [plainly, counted.threads[1]!] })
      expect([...outcomes.keys()].sort()).toEqual(["0", "1"])
    })

    test("of which the parts of a search may miss some, and say so", () => {
      const parts = [[0], [1]].map((beginning) => explore(counted, { beginning }) as Pass)
      for (const { exhaustive, cutShort } of parts) {
        expect(exhaustive).toBe(false)
        expect(cutShort.map(({ message }) => message)).toEqual([
          expect.stringMatching(/^Plain accesses race.*use one worker$/),
        ])
      }
    })

    test("in a search that goes on where another was ended", () => {
      const whole = expectPass(counted)
      const { rest } = explore(counted, { executions: 1 }) as Pass
      expect(rest!.place.plain).toBe(true)
      expect(expectPass(counted, { resume: rest! })).toMatchObject({
        executions: whole.executions,
        outcomes: whole.outcomes,
      })
    })
  })

  describe("of what threads do before their first operations", () => {
    const STRATEGIES = ["exhaustive", "preemption-bounded", "naive", "random", "pct"] as const
    const [FLAGGED, VALUE] = [0, 1] as const
    const plainly: Model<Int32Array> = {
      memory: 8,
      cells: { x: 0 },
      setup: (_, tools) => tools.view(Int32Array),
      threads: [(cells) => cells[0], (cells) => void (cells[0] = 1)],
      outcome: (_, [seen]) => String(seen),
    }
    const allowed = { ...plainly, allowedRaces: ["x"] }
    /** The usual mistake: a first look without Atomics. */
    const checked: Model<Int32Array> = {
      memory: 8,
      cells: { flag: 0, value: 4 },
      setup: (_, tools) => tools.view(Int32Array),
      threads: [
        (cells) => [Atomics.store(cells, FLAGGED, 1), Atomics.store(cells, VALUE, 42)],
        (cells) => {
          if (cells[FLAGGED] === 1 && Atomics.load(cells, VALUE) !== 42) throw new Error("flag seen, value not there")
        },
      ],
    }

    test.each(STRATEGIES)("both orders are seen: %s", (strategy) => {
      for (const { outcomes } of [explore(allowed, { strategy }), explore(plainly, { strategy, races: false })])
        expect([...outcomes.keys()].sort()).toEqual(["0", "1"])
    })

    test("the same by asynchronous threads", async () => {
      const threads = allowed.threads.map((body) => async (cells: Int32Array) => body(cells))
      const { outcomes } = await exploreAsync({ ...allowed, threads })
      expect([...outcomes.keys()].sort()).toEqual(["0", "1"])
    })

    test.each(STRATEGIES)("a failure is found, and told as a step that can be replayed: %s", (strategy) => {
      const failure = expectFailure({ ...checked, allowedRaces: ["flag"] }, "assertion", { strategy })
      expect(failure.schedule).toBe("+AB2")
      expect(failure.trace.map(({ operation }) => operation)).toEqual(["store", "start", "read", "load", "throw"])
      expect(report(failure)).toContain("| starts ")
      // The schedule says by itself that starts are among its steps.
      for (const races of [true, false])
        for (const model of [checked, { ...checked, allowedRaces: ["flag"] }])
          expect(replay(model, failure.schedule, { races }).verdict).toBe(
            races && model === checked ? "data-race" : "assertion",
          )
    })

    test("is no step where races are failures: they are found in any order", () => {
      expect(expectFailure(plainly, "data-race")).toMatchObject({ executions: 1, schedule: "" })
      expect(expectFailure(checked, "data-race")).toMatchObject({ executions: 1, schedule: "A2" })
      expect(replay(plainly, "").verdict).toBe("data-race")
    })

    test("parts of a search may miss some, and say so", () => {
      const parts = [[0], [1]].map((beginning) => explore(allowed, { beginning }) as Pass)
      expect(parts.map(({ exhaustive }) => exhaustive)).toEqual([false, false])
      const both = parts.flatMap(({ outcomes }) => [...outcomes.keys()])
      expect(both.sort()).toEqual(["0", "1"])
    })
  })

  test("a report names the cell and both places", () => {
    const text = report(expectFailure(racing, "data-race"))
    expect(text).toMatch(/data/)
    expect(text.match(/races\/cases\.ts:\d+/g)?.length).toBeGreaterThanOrEqual(2)
  })
})
