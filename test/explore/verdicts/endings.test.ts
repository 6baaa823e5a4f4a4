/** What ends is no livelock, however long it takes; what does not end is one; and what was cut short is told. */
import { explore, exploreAsync, relax, replay, report } from "@outlive/explore"
import type { CutShort, Model, Options, Result, Strategy } from "@outlive/explore"
import { describe, expect, test } from "vitest"
import { FOR_CI, PROVES } from "../../prove.js"

type Thread = (cells: Int32Array) => unknown

function model(...threads: Thread[]): Model<Int32Array> {
  return {
    memory: 16,
    cells: { a: 0, b: 4, c: 8, d: 12 },
    setup: (memory) => new Int32Array(memory),
    threads,
    outcome: (_, results) => results.join(" "),
  }
}

function endOf(found: Result): string {
  return found.verdict === "pass" && found.exhaustive ? "pass, exhaustive" : found.verdict
}

function cutsOf(found: Result): CutShort["by"][] {
  return found.verdict === "pass" ? found.cutShort.map(({ by }) => by) : []
}

describe("a deadline", () => {
  const CLOCKS: Readonly<Record<string, () => number>> = {
    "Date.now": () => Date.now(),
    "new Date": () => new Date().getTime(),
    "Date of a library": (
      (date) => () =>
        date.now()
    )(Date),
    "performance.now": () => performance.now(),
    "process.hrtime": () => process.hrtime()[0] * 1e3 + process.hrtime()[1] / 1e6,
    "process.hrtime.bigint": () => Number(process.hrtime.bigint() / 1_000_000n),
  }
  const taker =
    (now: () => number, ms: number, hints: boolean): Thread =>
    (cells) => {
      const end = now() + ms
      while (Atomics.compareExchange(cells, 0, 0, 1) !== 0) {
        if (now() > end) return "gave up"
        if (hints) relax()
      }
      return "locked"
    }
  const holder: Thread = (cells) => {
    Atomics.store(cells, 0, 1)
    return ""
  }

  test.each(Object.entries(CLOCKS))("of %s passes, however far away it is", (_, now) => {
    for (const ms of [1, 100, 86_400_000])
      for (const hints of [false, true]) {
        const found = explore(model(taker(now, ms, hints), holder))
        expect([endOf(found), ...[...found.outcomes.keys()].sort()]).toEqual([
          "pass, exhaustive",
          "gave up ",
          "locked ",
        ])
      }
  })

  test("of a wait passes, and what comes after it meets what others do later", () => {
    const sleeper: Thread = (cells) => {
      const end = performance.now() + 1_000
      while (Atomics.load(cells, 0) === 0) {
        const left = end - performance.now()
        if (left <= 0) break
        Atomics.wait(cells, 0, 0, left)
      }
      return Atomics.load(cells, 1)
    }
    const other: Thread = (cells) => [Atomics.store(cells, 1, 1), Atomics.store(cells, 1, 2)].length
    const found = explore(model(sleeper, other))
    expect([...found.outcomes.keys()].sort()).toEqual(["0 2", "1 2", "2 2"])
  })
})

describe("what is long", () => {
  const counting =
    (own: number, rounds: number): Thread =>
    (cells) => {
      for (let round = 0; round < rounds; round++) Atomics.store(cells, own, round)
    }
  const taking =
    (own: number, rounds: number): Thread =>
    (cells) => {
      for (let round = 0; round < rounds; round++) {
        while (Atomics.load(cells, 0) !== own);
        Atomics.store(cells, 0, 1 - own)
      }
    }

  test.each<[string, Model<Int32Array>, Options, string, CutShort["by"][]]>([
    ["as long as may be", model(counting(0, 50), counting(1, 50)), { maxSteps: 100 }, "pass, exhaustive", []],
    ["a step longer", model(counting(0, 50), counting(1, 51)), { maxSteps: 100 }, "pass", ["steps"]],
    ["twenty times as long", model(counting(0, 2_000), counting(1, 2_000)), { maxSteps: 200 }, "pass", ["steps"]],
    [
      "a hundred turns",
      model(taking(0, 100), taking(1, 100)),
      { maxSteps: 100, executions: 3 },
      "pass",
      ["executions", "steps"],
    ],
  ])("is %s", (_, subject, options, end, cuts) => {
    for (const strategy of ["exhaustive", "naive", "preemption-bounded"] as const) {
      const found = explore(subject, { executions: 20, ...options, strategy })
      expect(found.verdict).toBe("pass")
      if (strategy === "exhaustive") expect([endOf(found), cutsOf(found)]).toEqual([end, cuts])
    }
    for (const strategy of ["random", "pct"] as const)
      expect(explore(subject, { ...options, strategy, executions: 3 }).verdict).toBe("pass")
    expect(replay(subject, "", options).verdict).toBe("pass")
  })

  const endless: [string, Model<Int32Array>, readonly Strategy[], boolean][] = [
    [
      "counts for ever",
      model(counting(0, Infinity), counting(1, 5)),
      PROVES ? ["exhaustive", "random", "preemption-bounded"] : ["exhaustive"],
      true,
    ],
    // Where threads answer each other, one search repeats millions of operations until it says so.
    ["gives way for ever", model(taking(0, Infinity), taking(1, Infinity)), ["exhaustive"], false],
  ]
  test.each(PROVES ? endless : endless.slice(0, 1))(
    "and %s is a livelock, whatever the strategy, and its schedule replays",
    { timeout: 240_000, ...FOR_CI },
    (_, subject, strategies, replays) => {
      for (const strategy of strategies) {
        const options = { strategy, maxSteps: 100, executions: 3 }
        const found = explore(subject, options)
        expect(found.verdict).toBe("livelock")
        if (found.verdict === "pass" || !replays) continue
        expect(found.trace.length).toBeLessThan(200)
        expect(replay(subject, found.schedule, { maxSteps: 100 }).verdict).toBe("livelock")
      }
    },
  )

  test("a spin lock that counts its looks is none; one that is never given back is", { timeout: 240_000 }, () => {
    const lock =
      (unlocks: boolean): Thread =>
      (cells) => {
        while (Atomics.compareExchange(cells, 0, 0, 1) !== 0) Atomics.add(cells, 1, 1)
        if (unlocks) Atomics.store(cells, 0, 0)
      }
    for (const strategy of ["exhaustive", "naive", "preemption-bounded", "random", "pct"] as const) {
      const options = { strategy, maxSteps: 60, executions: 50 }
      expect(explore(model(lock(true), lock(true)), options).verdict).toBe("pass")
    }
    expect(explore(model(lock(false), lock(false)), { maxSteps: 60 }).verdict).toBe("livelock")
  })
})

test("an execution without end tells whether it goes round in a circle, or the memory never is what it was", () => {
  const forEver =
    (step: (cells: Int32Array) => void): Thread =>
    (cells) => {
      for (;;) step(cells)
    }
  const toAndFro = forEver((cells) => void Atomics.xor(cells, 0, 1))
  const away = forEver((cells) => void Atomics.add(cells, 1, 1))
  const told = (...threads: Thread[]) => {
    const found = explore(model(...threads), { maxSteps: 50 })
    return found.verdict === "livelock" ? found.message : found.verdict
  }
  expect(told(toAndFro, toAndFro)).toMatch(
    /A, B\. The memory goes round in a circle: after step [\d,]+ it is what it was after step/,
  )
  // Who counts for itself may end all the same: the memory only is said to go round.
  const bounded: Thread = (cells) => {
    for (let left = 150_000; left > 0; left--) Atomics.xor(cells, 0, 1)
  }
  expect(told(bounded)).toContain("Only a thread that counts for itself could still end (maxSteps)")
  // One who goes round is none where another does not.
  expect(told(toAndFro, away)).toMatch(/A, B\. The memory never came back to what it was/)
})

describe("a loop that would stop by itself", () => {
  const looker =
    (looks: number, look: (cells: Int32Array) => boolean): Thread =>
    (cells) => {
      for (let left = looks; left > 0; left--) if (look(cells)) return "seen"
      return "given up"
    }
  const setter: Thread = (cells) => Atomics.store(cells, 0, 1)
  const loads = (cells: Int32Array) => Atomics.load(cells, 0) === 1

  test("is explored in full if it is short", () => {
    const found = explore(model(looker(200, loads), setter))
    expect([endOf(found), ...[...found.outcomes.keys()].sort()]).toEqual(["pass, exhaustive", "given up 1", "seen 1"])
  })

  test.each([300, 5_000, 90_000])("after %i looks was held, and the result says so", (looks) => {
    const found = explore(model(looker(looks, loads), setter))
    expect([endOf(found), cutsOf(found)]).toEqual(["pass", ["looks"]])
    expect(report(found)).toMatch(/Cut short: Thread A looks again and again at .*endings\.test\.ts:\d+/)
  })

  test("and said relax() was held as well", () => {
    const hinted = (cells: Int32Array) => {
      relax()
      return loads(cells)
    }
    const found = explore(model(looker(20, hinted), setter))
    expect([endOf(found), cutsOf(found)]).toEqual(["pass", ["looks"]])
  })

  test("is let go on if nobody else can: no livelock", () => {
    const found = explore(model(looker(5_000, loads), (cells) => Atomics.store(cells, 1, 1)))
    expect([found.verdict, ...found.outcomes.keys()]).toEqual(["pass", "given up 1"])
    const hinted = explore(
      model(
        looker(500, (cells) => (relax(), loads(cells))),
        (cells) => Atomics.store(cells, 1, 1),
      ),
    )
    expect([hinted.verdict, ...hinted.outcomes.keys()]).toEqual(["pass", "given up 1"])
  })

  test("by waits that time ends is explored in full as well", () => {
    const waiting = looker(5, (cells) => Atomics.wait(cells, 0, 0, 1) === "not-equal")
    const found = explore(
      model(
        (cells) => (waiting(cells), Atomics.load(cells, 1)),
        (cells) => Atomics.store(cells, 1, 1),
      ),
    )
    expect([endOf(found), ...[...found.outcomes.keys()].sort()]).toEqual(["pass, exhaustive", "0 1", "1 1"])
  })

  test("one that would not is a wait, and nothing was cut short", () => {
    const spins: Thread = (cells) => {
      while (Atomics.load(cells, 0) !== 1);
      return "seen"
    }
    expect(endOf(explore(model(spins, setter)))).toBe("pass, exhaustive")
    expect(endOf(explore(model(spins, (cells) => Atomics.load(cells, 0))))).toBe("livelock")
  })
})

test.each<[Options, CutShort["by"][]]>([
  [{}, []],
  [{ executions: 2 }, ["executions"]],
  [{ timeMs: 0 }, ["time"]],
  [{ strategy: "random", executions: 2 }, ["sample"]],
  [{ strategy: "preemption-bounded", maxPreemptions: 1 }, []],
  [{ maxSteps: 2 }, ["steps"]],
])("explored with %j, cut short by %j, and the report says why", (options, by) => {
  const add: Thread = (cells) => (Atomics.add(cells, 0, 1), Atomics.add(cells, 0, 1))
  const found = explore(model(add, add), options)
  expect([found.verdict, cutsOf(found)]).toEqual(["pass", by])
  if (found.verdict !== "pass") return
  expect(found.exhaustive).toBe(by.length === 0)
  for (const { message } of found.cutShort) expect(report(found)).toContain(`Cut short: ${message}.`)
})

test("an execution without end is given up when the time is over, and neither passes nor fails for that", () => {
  const countsInVain: Thread = (cells) => {
    while (Atomics.load(cells, 1) === 0) Atomics.add(cells, 0, 1)
  }
  const both = model(countsInVain, countsInVain)
  const found = explore(both, { maxSteps: 100, timeMs: 0 })
  expect([found.verdict, cutsOf(found), found.executions, found.steps]).toEqual(["pass", ["time"], 0, 0])
  const decided = explore(both, { maxSteps: 100 })
  expect(decided.verdict).toBe("livelock")
  expect(decided.steps).toBeGreaterThan(100_000)
})

test("an execution that is given up begins again where the search is gone on with, and what it comes to is found", () => {
  const endless: Thread = (cells) => {
    const [before, after] = [Atomics.load(cells, 0), Atomics.load(cells, 0)]
    if (before < after) for (;;) Atomics.add(cells, 1, 1)
  }
  const both = model(endless, (cells) => Atomics.store(cells, 0, 1))
  for (const strategy of ["exhaustive", "naive"] as const) {
    const options: Options = { maxSteps: 100, strategy }
    const whole = explore(both, options)
    let part = explore(both, { ...options, timeMs: 0 })
    for (let more = 0; more < 8 && part.verdict === "pass"; more++)
      part = explore(both, { ...options, timeMs: 0, resume: part.rest! })
    expect([part.verdict, part.executions, cutsOf(part)]).toEqual(["pass", whole.executions, ["time"]])
    if (part.verdict === "pass") part = explore(both, { ...options, resume: part.rest! })
    expect([whole.verdict, part.verdict, part.steps]).toEqual(["livelock", "livelock", whole.steps])
  }
})

test.each<Strategy>(["exhaustive", "preemption-bounded", "naive", "random", "pct"])(
  "%s gives up a long execution before maxSteps when the time is over",
  (strategy) => {
    const countsInVain: Thread = (cells) => {
      for (;;) Atomics.add(cells, 0, 1)
    }
    const found = explore(model(countsInVain), { strategy, maxSteps: 1_000_000, timeMs: 0 })
    expect([found.verdict, cutsOf(found).includes("time"), cutsOf(found).includes("steps")]).toEqual([
      "pass",
      true,
      false,
    ])
  },
)

test("exploreAsync asks within the same time whether a model is asynchronous", async () => {
  let most = 0
  const countsInVain: Thread = (cells) => {
    for (let count = 0; ; count++) {
      most = Math.max(most, count)
      Atomics.add(cells, 0, 1)
    }
  }
  expect(cutsOf(await exploreAsync(model(countsInVain), { timeMs: 0 }))).toEqual(["time"])
  expect(most).toBeLessThan(5_000)
})
