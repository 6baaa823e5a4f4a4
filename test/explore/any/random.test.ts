/**
 * Random programs in buffers of their own, and with asynchronous threads, against the reference, which knows of neither:
 * the same outcomes, and in own buffers as many executions.
 */
import { explore, exploreAsync, replayAsync } from "@outlive/explore"
import { expect, test } from "vitest"
import { compileAsync, compileOwn } from "../fuzz/compile.js"
import { boundsOf, differenceOfCounts, differenceOfOutcomes, QUIET } from "../fuzz/difference.js"
import { generate } from "../fuzz/generate.js"
import { longest } from "../fuzz/programs.js"
import { show } from "../fuzz/show.js"
import { enumerate } from "../reference/enumerate.js"
import type { Enumeration } from "../reference/enumerate.js"
import type { Program } from "../reference/language.js"
import { PROVES } from "../../prove.js"

const PROGRAMS = Number(process.env.PROGRAMS ?? (PROVES ? 1_000 : 30))
const FIRST = Number(process.env.FIRST ?? 1)

test(`${PROGRAMS} random programs in buffers of their own: the same counts`, { timeout: longest(PROGRAMS) }, () => {
  const differences: string[] = []
  for (const { seed, program, expected } of cases()) {
    const found = explore(compileOwn(program), QUIET)
    const what = differenceOfOutcomes(expected, found) ?? differenceOfCounts(expected, found)
    if (what !== undefined) differences.push(`seed ${seed}: ${what}\n${show(program)}`)
  }
  expect(differences.join("\n")).toBe("")
})

test(`${PROGRAMS} random programs with asynchronous threads`, { timeout: longest(PROGRAMS) }, async () => {
  const differences: string[] = []
  let waiting = 0
  for (const { seed, program, expected } of cases()) {
    const model = compileAsync(program)
    const found = await exploreAsync(model, QUIET)
    let what = differenceOfOutcomes(expected, found)
    if (what === undefined && found.verdict !== "pass") {
      const again = await replayAsync(model, found.schedule, QUIET)
      if (again.verdict !== found.verdict) what = `"${again.verdict}" when "${found.schedule}" is replayed`
    }
    if (what !== undefined) differences.push(`seed ${seed}: ${what}\n${show(program)}`)
    if (program.threads.some((code) => code.some((instruction) => instruction.do === "wait"))) waiting++
  }
  expect(differences.join("\n")).toBe("")
  expect(waiting).toBeGreaterThan(PROGRAMS / 20)
})

function* cases(): Generator<{ readonly seed: number; readonly program: Program; readonly expected: Enumeration }> {
  let left = PROGRAMS
  for (let seed = FIRST; left > 0; seed++) {
    const program = generate(seed)
    const expected = enumerate(program, boundsOf(QUIET))
    if (!expected.complete) continue
    left--
    yield { seed, program, expected }
  }
}
