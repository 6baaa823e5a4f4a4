/** Options that only some measurements take: with another they would do nothing, and nobody would be told. */
import { UsageError } from "../exit-codes.js"

const EXPERIMENTS = [
  "locks",
  "fences",
  "pairs",
  "reclamation",
  "wake",
  "scale",
  "channels",
  "peers",
  "native",
  "experiment",
]
/** What takes each; the first is the example. `contended`: also a program, a lock or a scheme by its name or its file. */
const TAKEN_BY: Readonly<Record<string, readonly string[]>> = {
  structure: ["reclamation"],
  ms: EXPERIMENTS,
  "even-under-load": EXPERIMENTS,
  node: EXPERIMENTS,
  peer: ["peers"],
  task: ["peers", "channels", "fences"],
  placement: ["fences"],
  of: ["scale"],
  turns: ["peers"],
  program: ["contended", "all"],
  scheme: ["reclamation", "contended", "all"],
  lock: ["locks", "fences", "pairs", "native", "contended", "all"],
}
/** Told elsewhere, of these. */
const OF_CONTENDED = new Set(["program", "scheme", "lock"])
const PARTS = new Set(["micro", "family", "lifetimes", "explore"])

/** @throws UsageError that says what takes it */
export function refuseIdle(rawArgs: readonly string[], which: string): void {
  for (const arg of rawArgs) {
    const [, name] = /^--([\w-]+)/.exec(arg) ?? []
    const owners = name !== undefined && Object.hasOwn(TAKEN_BY, name) ? TAKEN_BY[name]! : [which]
    if (owners.includes(which) || (OF_CONTENDED.has(name!) && PARTS.has(which))) continue
    throw new UsageError(`Option --${name} does nothing with ${which}: it is for ${owners.join(", ")}`)
  }
}

const NAMED = EXPERIMENTS.slice(0, -1)

/** @throws UsageError for a word that nothing is called by */
export function measuredAs(which: string, parts: readonly string[]): void {
  if (!parts.includes(which))
    throw new UsageError(
      `There is nothing called "${which}" to measure: there are ${[...parts, ...NAMED].join(", ")}, the programs (outlive explore lists them), and files`,
    )
}
