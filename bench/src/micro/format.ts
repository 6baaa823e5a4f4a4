/** The micro figures as a table. */
import { resolutionAt } from "../chance.js"
import { believed } from "../rounds.js"
import type { Measurement } from "../rounds.js"
import { type Ratio, intervalName, median, ratioByRound, summarize } from "../statistics.js"
import { closing, loadNote, table } from "../table.js"
import { chancesOf, wordFor } from "./experiment.js"
import type { MicroResult } from "./micro.js"
import { LAB, NATIVE, OPERATIONS, type Operation, variantName } from "./operations.js"

export function formatMicro(result: MicroResult): string {
  const rows = OPERATIONS.flatMap((operation) =>
    ["wasm", "js", LAB].map((engine) => row(result, operation, engine)).filter((r) => r !== undefined),
  )
  const rounds = new Set(result.measurements.map((m) => m.round)).size
  const head = ["operation", "engine", "ns", "min–max", "C++ ns", `ratio to C++ (${intervalName(rounds)})`, "limit", ""]
  const notes = [
    result.nativeMissing ? `  C++: ${result.nativeMissing}` : `  C++: ${result.compiler}`,
    "  ns: median over processes of each process's median; ratios are paired by round; limits are for wasm",
    "  engine and record are held in constants, as a hot loop does; through thread: looked up at each call",
  ]
  const chances = chancesOf(result).map(({ text }) => `  ${text}`)
  return [
    table(head, rows),
    "",
    ...verdicts(result),
    ...labVerdicts(result),
    ...chances,
    ...notes,
    closing(result),
  ].join("\n")
}

/** One engine's share of an operation, with the ratio to its twin and what the project promises. */
function row(result: MicroResult, operation: Operation, engine: string): string[] | undefined {
  const mine = of(result, variantName(engine, operation.name))
  if (mine.length === 0) return undefined
  const ns = summarize(mine.map((m) => m.figures["ns"]!))
  const twins = operation.twin ? of(result, variantName(NATIVE, operation.twin)) : []
  const ratio = ratioToTwin(result.measurements, operation, engine, result.seed)
  return [
    operation.title,
    engine,
    ns.median.toFixed(2),
    `${ns.min.toFixed(2)}–${ns.max.toFixed(2)}`,
    twins.length > 0 ? median(twins.map((m) => m.figures["ns"]!)).toFixed(2) : "",
    ratio ? `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})` : "",
    engine === "wasm" ? verdict(result, operation) : "",
    loadNote([...mine, ...twins]),
  ]
}

function ratioToTwin(
  runs: readonly Measurement[],
  { name, twin }: Operation,
  engine: string,
  seed: number,
): Ratio | undefined {
  if (!twin) return undefined
  const pair = [variantName(engine, name), variantName(NATIVE, twin)] as const
  const ratio = ratioByRound(runs, pair, "ns", seed)
  return ratio.pairs > 0 ? ratio : undefined
}

/** Whether a limit is held; left open where no undisturbed run can tell. */
function verdict(result: MicroResult, operation: Operation): string {
  const { limit, name } = operation
  if (!limit) return ""
  const quiet = believed(result)
  const resolution = resolutionAt(result, [variantName("wasm", name)], "ns")
  const say = (what: string, value: number, most: number) =>
    `≤ ${what} ${wordFor(value, most, resolution).replace("missed", "MISSED")}`
  if ("ns" in limit) {
    const mine = quiet.filter((m) => m.variant === variantName("wasm", name))
    return say(`${limit.ns} ns`, median(mine.map((m) => m.figures["ns"]!)), limit.ns)
  }
  const ratio = ratioToTwin(quiet, operation, "wasm", result.seed)
  return say(limit.ratio.toFixed(1), ratio?.median ?? Number.NaN, limit.ratio)
}

/** "wasm is 4.12x faster than js", if the interval says so. */
function verdicts(result: MicroResult): string[] {
  return OPERATIONS.flatMap(({ name, title }) => {
    const ratio = ratioByRound(
      believed(result),
      [variantName("js", name), variantName("wasm", name)],
      "ns",
      result.seed,
    )
    return ratio.pairs > 0 && ratio.low > 1 ? [`  ${title}: wasm is ${ratio.median.toFixed(2)}x faster than js`] : []
  })
}

/** What the lab's fences cost, in terms of the package's, over one build; first that build itself against the package's. */
function labVerdicts(result: MicroResult): string[] {
  const say = (a: readonly [string, string], b: readonly [string, string], what: string) => {
    const pair = [variantName(...a), variantName(...b)] as const
    const quiet = believed(result)
    const ratio = ratioByRound(quiet, pair, "ns", result.seed)
    if (ratio.pairs === 0) return []
    return [`  ${what}: ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`]
  }
  return [
    ...say([LAB, "firstSignal"], ["wasm", "firstSignal"], "first signal, the lab's build ÷ the package's"),
    ...say([LAB, "firstSignalFree"], [LAB, "firstSignal"], "first signal, without a lock ÷ with"),
    ...say([LAB, "firstSignalBare"], [LAB, "firstSignal"], "first signal, by one or ÷ with a lock"),
    ...say([LAB, "addRemoveFree"], [LAB, "addRemove"], "add + remove, without a lock ÷ with"),
    ...say(
      [LAB, "addSignalRemoveFree"],
      [LAB, "addSignalRemove"],
      "add + first signal + remove, without a lock ÷ with",
    ),
  ]
}

function of(result: MicroResult, variant: string): Measurement[] {
  return result.measurements.filter((m) => m.variant === variant)
}
