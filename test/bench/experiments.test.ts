/** What experiments conclude: differences that are there, none that are not, and nothing from runs that cannot be believed. */
import {
  type Experiment,
  type Rounds,
  type Variant,
  assertExperiment,
  formatExperiment,
  locksExperiment,
  outcomeOf,
  runRounds,
  scaleExperiments,
  schemesExperiment,
  wakeExperiment,
  channelsExperiment,
  nativeExperiments,
  nativeLocksExperiment,
} from "@outlive/bench"
import { Random } from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { type Scripted, scripted, twoLocks } from "./scripted.js"

/** About ±`spread`, drawn anew for each run. */
function noise(seed: number, spread: number): () => number {
  const random = new Random(seed)
  return () => 1 + spread * (2 * random.fraction() - 1)
}

/** The verdict on the second lock against the first. */
function comparison(run: Parameters<typeof scripted>[2], rounds = 9): string {
  const { claims } = outcomeOf(scripted(twoLocks, rounds, run))
  return claims.find(({ text }) => text.includes("second ÷ first"))!.verdict
}

describe("an A/A row", () => {
  test("the same build against itself is no difference in at least 19 of 20 experiments", () => {
    let shown = 0
    for (let seed = 1; seed <= 100; seed++) {
      const at = noise(seed, 0.05)
      if (comparison(() => ({ value: 1_000 * at() })) === "shown") shown++
    }
    expect(shown).toBeLessThanOrEqual(5)
  })

  test("a lock that is slower by a third is found in at least 19 of 20", () => {
    let shown = 0
    for (let seed = 1; seed <= 40; seed++) {
      const at = noise(seed, 0.05)
      if (comparison(({ place }) => ({ value: (place["lock"] === "second" ? 750 : 1_000) * at() })) === "shown") shown++
    }
    expect(shown).toBeGreaterThanOrEqual(38)
  })

  test("that is wide hides what is smaller, and says how much cannot be told", () => {
    // The second of the same takes a fifth longer each time: so a tenth is nothing.
    const run = ({
      place,
      isAgain,
    }: {
      place: Readonly<Record<string, string | number>>
      isAgain: boolean
    }): Scripted => ({
      value: isAgain ? 800 : place["lock"] === "second" ? 900 : 1_000,
    })
    const { claims } = outcomeOf(scripted(twoLocks, 9, run))
    expect(claims.map(({ verdict }) => verdict)).toEqual(["no difference shown", "no difference shown"])
    expect(claims[0]!.text).toContain("less than 25 % cannot be told here")
  })
})

describe("what can be believed", () => {
  const value = (isSecond: boolean) => (isSecond ? 100 : 1_000)

  test.each([
    ["quiet runs", { foreign: 0 }, "shown"],
    ["runs under load", { underLoad: true }, "open"],
    ["runs of which nobody knows", { foreign: undefined }, "open"],
  ] as const)("%s", (_, load, verdict) => {
    expect(comparison(({ place }) => ({ value: value(place["lock"] === "second"), ...load }))).toBe(verdict)
  })

  test("is said below the table", () => {
    const text = formatExperiment(scripted(twoLocks, 3, () => ({ value: 1, foreign: undefined })))
    expect(text).toContain("unknown is not quiet")
    expect(text).toContain("quiet share: 0 %")
  })
})

describe("a hypothesis", () => {
  const asking = (limit: { atLeast: number } | { atMost: number }): Experiment => ({
    ...twoLocks,
    hypotheses: [
      { says: "The second is faster", metric: "perSecond", of: { lock: "second" }, over: { lock: "first" }, ...limit },
    ],
  })
  const ofTwice = (experiment: Experiment) =>
    outcomeOf(scripted(experiment, 9, ({ place }) => ({ value: place["lock"] === "second" ? 2_000 : 1_000 })))
      .claims[0]!

  test("is held, refuted, or open, by its interval", () => {
    expect(ofTwice(asking({ atLeast: 1.5 })).verdict).toBe("held")
    expect(ofTwice(asking({ atLeast: 3 }))).toMatchObject({
      verdict: "missed",
      text: expect.stringContaining("refuted") as string,
    })
    expect(ofTwice(asking({ atMost: 3 })).verdict).toBe("held")
    expect(ofTwice(asking({ atMost: 1.5 })).verdict).toBe("missed")
  })

  test("about what was not measured is open", () => {
    const experiment = {
      ...twoLocks,
      hypotheses: [{ says: "x", metric: "jain", of: { lock: "third" }, over: { lock: "first" }, atLeast: 1 }],
    }
    expect(ofTwice(experiment)).toMatchObject({
      verdict: "open",
      text: expect.stringContaining("not measured") as string,
    })
  })
})

describe("calibrations", () => {
  const variant = (name: string, calibrations: readonly number[], threads = 1): Variant => {
    let next = 0
    return {
      name,
      run: async () => ({
        foreign: 0,
        overlap: threads,
        threads,
        figures: { ns: 5 },
        calibrationNs: calibrations[next++ % calibrations.length]!,
      }),
    }
  }
  const quietOf = ({ measurements }: Rounds) => measurements.map(({ underLoad }) => !underLoad)

  test("more than a tenth above the best is a disturbed run, also if the best came later", async () => {
    expect(quietOf(await runRounds([variant("a", [1.05]), variant("b", [1])], { rounds: 1 }))).toEqual([true, true])
    expect(quietOf(await runRounds([variant("a", [2]), variant("b", [1])], { rounds: 1 }))).toEqual([false, true])
  })

  test("one run in which two threads did not share a core makes no other a disturbed one; twice as slow is disturbed", async () => {
    const lucky = variant("a", [1.4, 1.4, 1, 1.4, 1.4, 1.4], 2)
    expect(quietOf(await runRounds([lucky], { rounds: 6 }))).toEqual(Array.from({ length: 6 }, () => true))
    const { rejected, ...rounds } = await runRounds([variant("a", [1.4, 1.4, 1.4, 1.4, 1.4, 2.8], 2)], { rounds: 6 })
    expect(quietOf({ rejected, ...rounds })).toEqual(Array.from({ length: 6 }, () => true))
    expect(rejected.map(({ calibrationNs }) => calibrationNs)).toEqual([2.8])
  })

  test("a disturbed run is repeated", async () => {
    const { rejected, ...rounds } = await runRounds([variant("a", [1, 2, 1])], { rounds: 2 })
    expect(quietOf({ rejected, ...rounds })).toEqual([true, true])
    expect(rejected).toHaveLength(1)
  })
})

test("experiments by name are well formed", () => {
  for (const experiment of [
    locksExperiment({}),
    wakeExperiment({}),
    channelsExperiment({}),
    ...nativeExperiments(),
    nativeLocksExperiment({}),
    ...scaleExperiments({}),
    schemesExperiment({}),
  ])
    expect(assertExperiment(experiment, experiment.name)).toBe(experiment)
})

test.each([
  [undefined, "is undefined: export const experiment"],
  [{ ...twoLocks, name: "Two Locks" }, "small letters, digits and hyphens are needed"],
  [
    { ...twoLocks, over: "keys" },
    "one of locks, fences, pairs, reclamation, wake, scale, channels, peers, native, native-locks is needed",
  ],
  [{ ...twoLocks, axes: { key: [1] } }, "there are lock, threads, section, outside, rate"],
  [{ ...twoLocks, axes: { threads: [0] } }, "a whole number from 1 to 64 is needed"],
  [{ ...twoLocks, axes: { lock: ["tas", "tas"] } }, "an A/A row is made without"],
  [{ ...twoLocks, metric: "speed" }, "there are perSecond"],
  [{ ...twoLocks, hypotheses: [{ says: "x", metric: "jain", of: {}, over: {} }] }, "one limit above 0"],
  [
    { ...twoLocks, hypotheses: [{ says: "x", metric: "jain", of: { lock: "third" }, over: {}, atLeast: 1 }] },
    'is about "third" on the axis "lock": measured are first, second',
  ],
  [
    { ...twoLocks, hypotheses: [{ says: "x", metric: "jain", of: {}, over: { section: 7 }, atLeast: 1 }] },
    'is about 7 on the axis "section": measured are ',
  ],
])("experiment %j is refused", (experiment, message) => {
  expect(() => assertExperiment(experiment, "mine.ts")).toThrow(message)
})

describe("a heat map", () => {
  const over = (axes: Experiment["axes"]) =>
    outcomeOf(
      scripted({ ...twoLocks, axes: { lock: ["first", "second"], ...axes } }, 3, ({ place }) => ({
        value: place["lock"] === "second" ? 100 * Number(place["threads"]) * (1 + Number(place["section"])) : 100,
      })),
    ).groups.filter(({ picture }) => picture === "heat")

  test("has what is compared in terms of the first, at each place of two axes", () => {
    const [map, ...others] = over({ threads: [1, 2], section: [0, 10] })
    expect(others).toEqual([])
    expect(map!.title).toBe("second ÷ first, throughput")
    expect(map!.arms.map(({ label, x, runs }) => [label, x, runs.map(({ figures }) => figures["ratio"])])).toEqual([
      ["section 0", 1, [1, 1, 1]],
      ["section 10", 1, [11, 11, 11]],
      ["section 0", 2, [2, 2, 2]],
      ["section 10", 2, [22, 22, 22]],
    ])
  })

  test("is made of two axes, not of one, nor of three", () => {
    expect(over({ threads: [1, 2], section: [0] })).toEqual([])
    expect(over({ threads: [1, 2], section: [0, 10], outside: [0, 10] })).toEqual([])
  })
})

describe("what the throughput does not show", () => {
  const THREADS = { ...locksExperiment({ lock: ["first", "second"], threads: [2] }), hypotheses: [] }
  const of = (run: Parameters<typeof scripted>[2]) =>
    outcomeOf(scripted(THREADS, 9, run)).claims.filter(({ text }) => text.includes("least ÷ most"))

  test("a thread that starves is told, by a lock that does as much", () => {
    const said = of(({ place }, round) => ({
      value: 1_000,
      figures: { fairness: (place["lock"] === "second" ? 0.001 : 0.8) * (1 + (round % 3) / 100) },
    }))
    expect(said).toMatchObject([{ verdict: "shown", text: expect.stringContaining("second ÷ first") as string }])
  })

  test("one that starves in each run, and never runs at all, is told as well", () => {
    const said = of(({ place }) => ({ value: 1_000, figures: { fairness: place["lock"] === "second" ? 0 : 0.8 } }))
    expect(said).toMatchObject([{ verdict: "shown" }])
  })

  test("locks that are as fair as each other have no line of it", () => {
    expect(of((_, round) => ({ value: 1_000, figures: { fairness: 0.8 + (round % 3) / 100 } }))).toEqual([])
  })

  test("where it cannot be known, and the throughput can, that is told", () => {
    const said = of(({ place }) => ({ value: 1_000, figures: { fairness: place["lock"] === "first" ? 0 : 0.8 } }))
    expect(said).toMatchObject([{ verdict: "open" }])
    expect(of(() => ({ value: 1_000, underLoad: true, figures: { fairness: 0.8 } }))).toEqual([])
  })

  test("a scheme that leaks is told, and nothing kept by either is no difference", () => {
    const kept = (peak: number) =>
      outcomeOf(
        scripted(schemesExperiment({ scheme: ["epochs", "leak"], reads: [0], stall: [0] }), 9, ({ place }) => ({
          value: 1_000,
          figures: { full: 0, keptPeak: peak * (place["scheme"] === "leak" ? 100 : 1) },
        })),
      ).claims.filter(({ text }) => text.includes("peak of garbage"))
    expect(kept(63)).toMatchObject([{ verdict: "shown" }])
    expect(kept(0)).toEqual([])
  })
})

test("what cannot be told is a number, however much it is", () => {
  const { claims } = outcomeOf(scripted(twoLocks, 9, ({ isAgain }) => ({ value: isAgain ? 4_000 : 1_000 })))
  expect(claims.map(({ text }) => text).join()).toContain("less than 300 % cannot be told")
})

test("a load that left nothing to say: what to do is told", () => {
  const text = (evenUnderLoad: boolean) =>
    formatExperiment({ ...scripted(twoLocks, 3, () => ({ value: 1_000, underLoad: true })), evenUnderLoad })
  expect(text(false)).toContain("is found with --even-under-load")
  expect(text(true)).not.toContain("is found with --even-under-load")
})

describe("reclamation", () => {
  const of = (full: number, threads: readonly number[] = [2]) =>
    outcomeOf(
      scripted(
        schemesExperiment({ scheme: ["epochs", "leak"], reads: [0, 90], stall: [10], threads }),
        9,
        ({ place }) =>
          place["scheme"] === "leak" ? { value: 2_000, figures: { full } } : { value: 1_000, figures: { full: 0 } },
      ),
    )
  const verdictIn = (full: number) => of(full).claims.find(({ text }) => text.includes("leak ÷ epochs"))!

  test("a scheme that runs full is not shown to be quicker: doing nothing is fast", () => {
    expect(verdictIn(0).verdict).toBe("shown")
    expect(verdictIn(0.02)).toMatchObject({
      verdict: "open",
      text: expect.stringMatching(/2\.0 % of leak\S*'s operations found no free node/) as string,
    })
  })

  test("has a picture of speed against garbage, and one over time, where there is one number of threads", () => {
    expect(of(0).groups.map(({ title, picture, seriesOf }) => [title, picture, seriesOf?.title])).toEqual([
      ["list of 1000, 0 % reads, a reader stalls for 10 ms", "tradeoff", "garbage"],
      ["list of 1000, 90 % reads, a reader stalls for 10 ms", "tradeoff", "garbage"],
    ])
    expect(of(0, [1, 2]).groups[0]).toMatchObject({ picture: "lines" })
    expect(of(0, [1, 2]).groups[0]).not.toHaveProperty("seriesOf")
  })
})
