/** Options that only some measurements take: with another they would do nothing, and nobody would be told. */
import { PROGRAMS } from "@outlive/programs"
import { UsageError } from "../exit-codes.js"
import { didYouMean } from "../nearest.js"

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
/** Of what was measured first, and all of them. */
export const PARTS = ["all", "micro", "contended", "family", "lifetimes", "explore"] as const
/** Told elsewhere, of these. */
const OF_CONTENDED = new Set(["program", "scheme", "lock"])
const PARTS_ALONE = new Set(["micro", "family", "lifetimes", "explore"])

/** `asked`: how the user calls what is measured. @throws UsageError that says what takes it */
export function refuseIdle(rawArgs: readonly string[], which: string, asked = which): void {
  for (const arg of rawArgs) {
    const [, name] = /^--([\w-]+)/.exec(arg) ?? []
    const owners = name !== undefined && Object.hasOwn(TAKEN_BY, name) ? TAKEN_BY[name]! : [which]
    if (owners.includes(which) || (OF_CONTENDED.has(name!) && PARTS_ALONE.has(which))) continue
    throw new UsageError(`Option --${name} does nothing with ${asked}: it is for ${owners.join(", ")}`)
  }
}

/** Experiments that have a name. */
export const NAMED = EXPERIMENTS.slice(0, -1)

/** @throws UsageError for a word that nothing is called by */
export function measuredAs(which: string, parts: readonly string[]): void {
  const known = [...parts, ...NAMED]
  if (!parts.includes(which))
    throw new UsageError(
      `There is nothing called "${which}" to measure: there are ${known.join(", ")}, the programs (outlive explore lists them), and files${didYouMean(which, [...known, ...PROGRAMS.map(({ name }) => name)])}`,
    )
}
