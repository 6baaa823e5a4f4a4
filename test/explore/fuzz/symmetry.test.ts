/** Identical threads: of executions that differ in who is who, at least one is explored. */
import { explore } from "@outlive/explore"
import { expect, test } from "vitest"
import { enumerate } from "../reference/enumerate.js"
import type { Program } from "../reference/language.js"
import { compile } from "./compile.js"
import { boundsOf, QUIET } from "./difference.js"
import { generate } from "./generate.js"
import { PROGRAMS_ASKED, longest } from "./programs.js"
import { show } from "./show.js"

const PROGRAMS = PROGRAMS_ASKED / 5

test(`${PROGRAMS} random programs with identical threads`, { timeout: longest(PROGRAMS) }, () => {
  const differences: string[] = []
  const totals = { classes: 0, executions: 0 }
  for (let seed = 1, left = PROGRAMS; left > 0; seed++) {
    const [program, twins] = withTwins(seed)
    const expected = enumerate(program, boundsOf(QUIET))
    if (!expected.complete) continue
    left--
    const found = explore({ ...compile(program), symmetric: [twins] }, QUIET)
    if (expected.outcomes.has("stuck")) {
      if (found.verdict === "pass") differences.push(`seed ${seed}: "pass", but it can get stuck\n${show(program)}`)
      continue
    }
    const normalize = (outcomes: ReadonlyMap<string, number>) =>
      [...new Set([...outcomes.keys()].map((outcome) => withoutNames(outcome, twins)))].sort().join("\n")
    if (found.verdict !== "pass" || !found.exhaustive || normalize(found.outcomes) !== normalize(expected.outcomes))
      differences.push(`seed ${seed}: ${found.verdict}, ${found.outcomes.size} outcomes\n${show(program)}`)
    if (found.executions > expected.classes) differences.push(`seed ${seed}: more executions than classes`)
    totals.classes += expected.classes
    totals.executions += found.executions
  }
  console.log(totals)
  expect(differences.join("\n")).toBe("")
  expect(totals.executions).toBeLessThan(totals.classes * 0.8)
})

/** A program two or three of whose threads are the same, at random places among the others. */
function withTwins(seed: number): [Program, number[]] {
  const program = generate(seed)
  const [repeated, other] = program.threads
  const twins = seed % 3 === 0 && repeated!.length <= 3 ? [0, 1, 2] : [0, 1]
  const threads = [...twins.map(() => repeated!), ...(seed % 2 === 0 ? [other!.slice(0, 3)] : [])]
  const isCut = other!.slice(0, 3).some((instruction) => instruction.do === "unless" || instruction.do === "jump")
  return [{ ...program, threads: isCut ? threads.slice(0, twins.length) : threads }, twins]
}

/** The outcome, whoever of the identical threads has which registers. */
function withoutNames(outcome: string, twins: readonly number[]): string {
  const [memory, ...registers] = outcome.split(" | ")
  const own = twins.map((thread) => registers[thread]!).sort()
  return [memory, ...own, ...registers.slice(twins.length)].join(" | ")
}
