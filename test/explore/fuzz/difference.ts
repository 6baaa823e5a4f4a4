/** Runs a program on both machines, and says in what they differ. */
import { explore, replay } from "@outlive/explore"
import type { Options, Result } from "@outlive/explore"
import { enumerate } from "../reference/enumerate.js"
import type { Bounds, Enumeration } from "../reference/enumerate.js"
import type { Program } from "../reference/language.js"
import { compile } from "./compile.js"

/** Of programs with more interleavings than this, none is looked at: they are rare, and take most of the time. */
export const MOST_INTERLEAVINGS = 4000

export const QUIET: Options = { spins: "off", races: false, shrink: false }

/** What the reference has to look at, for a search with these options. */
export function boundsOf({ maxPreemptions: preemptions }: Options): Bounds {
  return preemptions === undefined ? { most: MOST_INTERLEAVINGS } : { most: MOST_INTERLEAVINGS, preemptions }
}

/** Undefined if there is none. `expected` must be complete. */
export function difference(program: Program, expected: Enumeration, options: Options = QUIET): string | undefined {
  const found = explore(compile(program), options)
  return (
    differenceOfOutcomes(expected, found) ?? differenceOfCounts(expected, found) ?? differenceOfReplay(program, found)
  )
}

/** A schedule that fails fails again, after shrinking as well. */
function differenceOfReplay(program: Program, found: Result): string | undefined {
  if (found.verdict === "pass") return undefined
  const again = replay(compile(program), found.schedule, QUIET)
  return again.verdict === found.verdict ? undefined : `"${again.verdict}" when "${found.schedule}" is replayed`
}

/** The parts of a search together are the search: by all beginnings of a length, each execution is in one of them. */
export function differenceOfParts(program: Program, { classes, outcomes }: Enumeration): string | undefined {
  if (outcomes.has("stuck")) return undefined
  const threads = program.threads.map((_, thread) => thread)
  const beginnings = threads.flatMap((first) => threads.map((second) => [first, second]))
  const parts = beginnings.map((beginning) => explore(compile(program), { ...QUIET, beginning }))
  const executions = parts.reduce((sum, part) => sum + part.executions, 0)
  return executions === classes ? undefined : `${executions} executions in parts, instead of ${classes}`
}

export function differenceOfOutcomes({ outcomes }: Enumeration, found: Result): string | undefined {
  const isStuck = found.verdict === "deadlock" || found.verdict === "lost-wakeup" || found.verdict === "livelock"
  if (outcomes.has("stuck")) return isStuck ? undefined : `"${found.verdict}" of a program that can get stuck`
  if (found.verdict !== "pass") return `"${found.verdict}", although nothing is wrong: ${found.message}`
  if (!found.exhaustive) return "not exhaustive"
  const missed = [...outcomes.keys()].filter((outcome) => !found.outcomes.has(outcome))
  if (missed.length > 0) return `missed ${missed.length} of ${outcomes.size} outcomes, such as ${missed[0]}`
  const wrong = [...found.outcomes.keys()].filter((outcome) => !outcomes.has(outcome))
  if (wrong.length > 0) return `${wrong.length} outcomes that cannot be, such as ${wrong[0]}`
  return undefined
}

/** Every class once, and no class twice; each interleaving once if the search is naive. */
export function differenceOfCounts({ outcomes, classes, executions }: Enumeration, found: Result): string | undefined {
  if (outcomes.has("stuck")) return undefined // the search ends at the first that is
  if (found.strategy === "preemption-bounded") return undefined // it looks again with each higher bound, and without sleep sets
  const expected = found.strategy === "naive" ? executions : classes
  if (found.executions === expected) return undefined
  return `${found.executions} executions instead of ${expected} (of ${executions} interleavings)`
}

/** The smallest program that still differs, by leaving out one instruction after the other. */
export function smallest(program: Program, options: Options = QUIET): Program {
  const differs = (candidate: Program) => {
    const expected = enumerate(candidate, boundsOf(options))
    return expected.complete && difference(candidate, expected, options) !== undefined
  }
  for (const smaller of withoutOne(program)) if (differs(smaller)) return smallest(smaller, options)
  return program
}

/** Jumps keep their distance, so a loop may change its meaning; those that could run backwards are left as they are. */
function* withoutOne(program: Program): Generator<Program> {
  for (const [thread, code] of program.threads.entries()) {
    if (program.threads.length > 1) yield { ...program, threads: program.threads.toSpliced(thread, 1) }
    if (code.some((instruction) => instruction.do === "jump")) continue
    for (const at of code.keys()) yield { ...program, threads: program.threads.with(thread, code.toSpliced(at, 1)) }
  }
}
