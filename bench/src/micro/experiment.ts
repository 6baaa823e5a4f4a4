/** The micro part for the report: a group for each operation, with its C++ twin beside it. */
import { believed } from "../rounds.js"
import type { Claim, Experiment, Group, Metric } from "@outlive/report"
import { ratioOf } from "../contended/claim.js"
import { AGAIN, chanceClaims, resolutionAt } from "../chance.js"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import { median, ratioByRound } from "../statistics.js"
import type { MicroResult } from "./micro.js"
import { LAB, NATIVE, OPERATIONS, type Operation, variantName } from "./operations.js"

const NS: Metric = { name: "ns", title: "one operation", unit: "ns", better: "less" }
const QUIET_SHARE: Metric = { name: "quietShare", title: "share of samples that were quiet", unit: "" }
const ENGINES: readonly (readonly [string, string])[] = [
  ["wasm", "WebAssembly"],
  ["js", "JavaScript"],
  [LAB, "WebAssembly, the lab's build"],
]

export function microExperiment(result: MicroResult): Experiment {
  return {
    name: "micro",
    title: "Single operations",
    question: "What does each operation cost when nobody is in the way, and how does that compare with C++?",
    notes: [
      IN_TURN,
      "A sample is the median of its process. Engine and record are held in constants, as a hot loop does.",
      result.nativeMissing ?? `C++: ${result.compiler}`,
    ],
    groups: OPERATIONS.map((operation) => groupOf(result, operation)).filter(({ arms }) => arms.length > 0),
    claims: [...OPERATIONS.flatMap((operation) => limitClaim(result, operation) ?? []), ...chancesOf(result)],
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}

function groupOf(result: MicroResult, { name, title, twin }: Operation): Group {
  const native = twin === undefined ? [] : [armOf(result, variantName(NATIVE, twin), NATIVE)]
  const ours = ENGINES.flatMap(([engine, label]) =>
    ["", AGAIN].map((twice) => armOf(result, variantName(engine, name) + twice, label + twice)),
  )
  const measured = ours.filter(({ runs }) => runs.length > 0)
  return {
    title,
    picture: "bars",
    metrics: [NS, QUIET_SHARE],
    arms: measured.length === 0 ? [] : [...native, ...measured],
  }
}

export function chancesOf(result: MicroResult): Claim[] {
  return OPERATIONS.flatMap(({ name, title }) => chanceClaims(result, variantName("wasm", name), NS.name, title))
}

/** Whether what the project promises is held; open where no undisturbed run can tell. */
function limitClaim(result: MicroResult, { name, title, twin, limit }: Operation): Claim | undefined {
  if (!limit) return undefined
  const quiet = believed(result)
  const mine = variantName("wasm", name)
  if (!result.measurements.some(({ variant }) => variant === mine)) return undefined
  if ("ns" in limit) {
    const ns = median(quiet.filter(({ variant }) => variant === mine).map(({ figures }) => figures["ns"]!))
    const verdict = wordFor(ns, limit.ns, resolutionAt(result, [mine], NS.name))
    return {
      verdict,
      text: `${title}: at most ${limit.ns} ns, and ${Number.isNaN(ns) ? "no undisturbed run" : `${ns.toFixed(2)} ns measured`}`,
    }
  }
  const ratio = ratioByRound(quiet, [mine, variantName(NATIVE, twin!)], "ns", result.seed)
  if (ratio.pairs === 0)
    return { verdict: "open", text: `${title}: at most ${limit.ratio} times C++, and no undisturbed pair` }
  return {
    verdict: wordFor(ratio.median, limit.ratio, resolutionAt(result, [mine], NS.name)),
    text: `${title}: at most ${limit.ratio} times C++, and ${ratio.median.toFixed(2)} measured (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`,
    ratio: ratioOf(`${title}: WebAssembly ÷ C++`, ratio),
  }
}

/** What is above a limit by no more than chance is neither held nor missed. */
export function wordFor(value: number, most: number, resolution: number): "held" | "missed" | "open" {
  if (Number.isNaN(value)) return "open"
  return value <= most ? "held" : value <= most * (1 + resolution) ? "open" : "missed"
}
