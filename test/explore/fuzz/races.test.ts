/**
 * Races against an oracle that knows nothing of the explorer: it interleaves the plain accesses as well, and orders steps
 * by the specification. A program without a race has the same outcomes on both: so it is right not to interleave those.
 */
import { explore } from "@outlive/explore"
import { expect, test } from "vitest"
import { enumerate } from "../reference/enumerate.js"
import { hasRace } from "../reference/races.js"
import { beginningPlainly } from "./begin-plainly.js"
import { compile } from "./compile.js"
import { differenceOfOutcomes, QUIET } from "./difference.js"
import { generatePlain } from "./generate-plain.js"
import { PROGRAMS_ASKED, longest } from "./programs.js"
import { Random } from "./random.js"
import { show } from "./show.js"

const PROGRAMS = PROGRAMS_ASKED / 5
const MOST_INTERLEAVINGS = 2000

test(`${PROGRAMS} random programs with plain accesses`, { timeout: longest(PROGRAMS) }, () => {
  const differences: string[] = []
  const totals = { racing: 0, free: 0, stuck: 0 }
  for (let seed = 1, left = PROGRAMS; left > 0; seed++) {
    const random = new Random(seed)
    const program = random.chance(0.2) ? beginningPlainly(generatePlain(seed), random) : generatePlain(seed)
    let races = false
    const onExecution = (steps: Parameters<typeof hasRace>[0]) => (races ||= hasRace(steps, program))
    const expected = enumerate(program, { most: MOST_INTERLEAVINGS, onExecution })
    if (!expected.complete) continue
    left--
    const found = explore(compile(program), { ...QUIET, races: true })
    const isStuck = expected.outcomes.has("stuck")
    if (isStuck) totals.stuck++
    if (races) totals.racing++
    else totals.free++
    // A program that may also get stuck ends with whichever was found first.
    const what = !races
      ? differenceOfOutcomes(expected, found)
      : found.verdict === "data-race" || (isStuck && found.verdict !== "pass")
        ? undefined
        : `"${found.verdict}", but there is a race`
    if (what !== undefined) differences.push(`seed ${seed}: ${what}\n${show(program)}`)
  }
  console.log(totals)
  expect(differences.join("\n")).toBe("")
  expect(Math.min(totals.racing, totals.free)).toBeGreaterThan(PROGRAMS / 5)
})
