/** A result against an earlier one: slower is told, the same is not, and of another machine only ratios are. */
import { type Experiment, againstBaseline, formatBaseline, outcomeOf } from "@outlive/bench"
import { type Result, SCHEMA, VERSION, readResult } from "@outlive/report"
import { expect, test } from "vitest"
import { scripted, twoLocks } from "./scripted.js"

/** Rounds differ by a hundredth, so that there are intervals. */
function resultOf(
  first: number,
  second: number,
  { cpu = "this one", load = {}, least = 1, axes = {} as Experiment["axes"] } = {},
): Result {
  const experiment = { ...twoLocks, axes: { ...twoLocks.axes, ...axes } }
  const { machine, ...measured } = scripted(experiment, 9, ({ place }, round) => ({
    value: (place["lock"] === "second" ? second : first) * (1 + (round % 3) / 100),
    figures: { fairness: place["lock"] === "second" ? least : 1 },
    ...load,
  }))
  const { commit: _, date, ...rest } = machine
  const result: Result = {
    schema: SCHEMA,
    version: VERSION,
    kind: "bench",
    tool: { name: "outlive", version: "0" },
    date,
    command: "outlive bench two-locks",
    machine: { ...rest, cpu },
    interrupted: false,
    experiments: [outcomeOf({ ...measured, machine })],
  }
  // As it is read from a file: what an experiment becomes is what the report takes.
  return readResult("result.json", JSON.stringify(result))
}

test("the same figures are no difference", () => {
  expect(againstBaseline(resultOf(1_000, 2_000), resultOf(1_000, 2_000))).toMatchObject({
    isSameMachine: true,
    worse: 0,
  })
})

test("what is slower is told, and what is faster is not", () => {
  const { worse, lines } = againstBaseline(resultOf(1_000, 1_500), resultOf(900, 2_000))
  expect(worse).toBe(1)
  expect(lines.map(({ isWorse }) => isWorse)).toEqual([false, true])
  expect(lines[1]!.text).toContain("WORSE, 0.75 times the baseline")
})

test("another machine that is slower by the same in everything is no worse code", () => {
  const { isSameMachine, worse, lines } = againstBaseline(
    resultOf(500, 1_000, { cpu: "another" }),
    resultOf(1_000, 2_000),
  )
  expect({ isSameMachine, worse, lines: lines.length }).toEqual({ isSameMachine: false, worse: 0, lines: 1 })
  expect(lines[0]!.text).toContain("as a ratio to first")
})

test("on another machine a ratio that is worse is told", () => {
  expect(againstBaseline(resultOf(500, 500, { cpu: "another" }), resultOf(1_000, 2_000)).worse).toBe(1)
})

test("on another machine the order of the locks does not matter: both ratios are to the same one", () => {
  const now = resultOf(500, 1_000, { cpu: "another" })
  const before = resultOf(1_000, 2_000, { axes: { lock: ["second", "first"] } })
  expect(formatBaseline(againstBaseline(now, before))).toContain("0 of 1 worse")
  const worse = againstBaseline(resultOf(500, 500, { cpu: "another" }), before)
  expect(worse.lines.map(({ text }) => text)).toEqual([expect.stringContaining("WORSE, 0.50 times the baseline")])
})

// No title says a value that is the only one of its axis.
test("another section is another place: the same lock there is not compared", () => {
  const before = resultOf(1_000, 2_000, { axes: { section: [0] } })
  const compared = againstBaseline(resultOf(100, 200, { axes: { section: [1_000] } }), before)
  expect(compared).toMatchObject({ worse: 0, told: 0, lines: [] })
  expect(formatBaseline(compared)).toContain("nothing is in both")
})

test("what both have measured is compared, though one has measured more beside it", () => {
  const before = resultOf(1_000, 2_000, { axes: { section: [0, 1_000] } })
  const { worse, told } = againstBaseline(resultOf(500, 2_000, { axes: { section: [1_000] } }), before)
  expect({ worse, told }).toEqual({ worse: 1, told: 2 })
})

test("a result that does not say where it was measured is compared by its titles, as ever", () => {
  const silent = (key: string, value: unknown) => (key === "at" ? undefined : value)
  const older = readResult("older.json", JSON.stringify(resultOf(1_000, 2_000), silent))
  expect(againstBaseline(resultOf(500, 2_000), older)).toMatchObject({ worse: 1, told: 2 })
})

test("runs that were disturbed, or of which nobody knows, say nothing", () => {
  for (const load of [{ underLoad: true }, { foreign: undefined }]) {
    const { worse, lines } = againstBaseline(resultOf(1_000, 100, { load }), resultOf(1_000, 2_000))
    expect(worse).toBe(0)
    expect(lines.map(({ verdict }) => verdict)).toEqual(["open", "open"])
  }
})

test("a machine that tells more than it did when the baseline was made is the same machine", () => {
  const [now, before] = [resultOf(1_000, 2_000), resultOf(1_000, 2_000)]
  const { threadsPerCore: _, clockMHz: __, ...less } = before.machine
  expect(againstBaseline(now, { ...before, machine: less }).isSameMachine).toBe(true)
})

test("where nothing can be said of anything, that is told, and not taken for no worse", () => {
  const load = { underLoad: true }
  const compared = againstBaseline(resultOf(1_000, 100, { load }), resultOf(1_000, 2_000))
  expect(compared.told).toBe(0)
  expect(formatBaseline(compared)).toContain("0 of 2 worse; of 2 nothing can be said")
  expect(againstBaseline(resultOf(1_000, 2_000), resultOf(1_000, 2_000)).told).toBe(2)
})

test("who asks for conclusions from disturbed runs has them of the baseline as well", () => {
  const load = { underLoad: true }
  const now = resultOf(1_000, 100, { load })
  const asked = { ...now, experiments: now.experiments!.map((one) => ({ ...one, evenUnderLoad: true })) }
  expect(againstBaseline(asked, resultOf(1_000, 2_000))).toMatchObject({ worse: 1, told: 2 })
})

test("a thread that starves is told though nothing is slower, and only where it is", () => {
  const { worse, lines } = againstBaseline(resultOf(1_000, 2_000, { least: 0.05 }), resultOf(1_000, 2_000))
  expect(worse).toBe(1)
  expect(lines.map(({ text }) => text)).toEqual([
    expect.stringContaining("throughput: no difference shown"),
    expect.stringContaining("throughput: no difference shown"),
    expect.stringContaining("second, threads 2: least ÷ most work of a thread: WORSE, 0.05 times the baseline"),
  ])
})

test("where nobody can say whether a thread starves, that is told", () => {
  const bare = resultOf(1_000, 2_000)
  const [experiment] = bare.experiments!
  const groups = experiment!.groups.map((group) => ({
    ...group,
    arms: group.arms.map((arm) => ({
      ...arm,
      runs: arm.runs.map((run, at) => ({
        ...run,
        figures: at > 1 ? { perSecond: run.figures["perSecond"]! } : run.figures,
      })),
    })),
  }))
  const few = { ...bare, experiments: [{ ...experiment!, groups }] }
  const { lines } = againstBaseline(resultOf(1_000, 2_000), few)
  expect(lines.map(({ verdict }) => verdict)).toEqual(["no difference shown", "no difference shown", "open", "open"])
  expect(lines[2]!.text).toContain("least ÷ most work of a thread: nothing can be said, 2 runs count")
})
