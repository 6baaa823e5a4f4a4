/**
 * The search against naive enumeration by another machine, over random programs.
 *
 * PROGRAMS=100000 for more of them, FIRST=… for others.
 */
import { explore } from "@outlive/explore"
import type { Options } from "@outlive/explore"
import { expect, test } from "vitest"
import { enumerate } from "../reference/enumerate.js"
import type { Enumeration } from "../reference/enumerate.js"
import type { Program } from "../reference/language.js"
import { compile } from "./compile.js"
import { boundsOf, difference, differenceOfParts, QUIET, smallest } from "./difference.js"
import { FOUND } from "./found.js"
import { generate, usesBytes } from "./generate.js"
import { PROGRAMS_ASKED as PROGRAMS, longest } from "./programs.js"
import { show } from "./show.js"

const FIRST = Number(process.env.FIRST ?? 1)
/** A program in ten is explored in these ways as well. */
const OTHERS: readonly Options[] = [
  { ...QUIET, strategy: "naive" },
  { ...QUIET, races: true },
  { ...QUIET, spins: "automatic" },
  { ...QUIET, strategy: "preemption-bounded", maxPreemptions: 1 },
  { ...QUIET, strategy: "preemption-bounded", maxPreemptions: 2 },
  { ...QUIET, strategy: "naive", maxPreemptions: 1 },
  { ...QUIET, shrink: true },
]

interface Case {
  readonly seed: number
  readonly program: Program
  readonly expected: Enumeration
}

for (const { sentence, program } of FOUND)
  test(`found once: ${sentence}`, () => {
    const expected = enumerate(program)
    for (const strategy of ["exhaustive", "naive"] as const)
      expect(difference(program, expected, { ...QUIET, strategy }) ?? "").toBe("")
  })

test(
  `${PROGRAMS} random programs: the same outcomes, and each class of interleavings once`,
  { timeout: longest(PROGRAMS) },
  () => {
    const totals = { programs: 0, interleavings: 0, classes: 0, stuck: 0, differentWithoutInitials: 0 }
    const differences: string[] = []
    for (const { seed, program, expected } of cases()) {
      totals.programs++
      totals.interleavings += expected.executions
      totals.classes += expected.classes
      if (expected.outcomes.has("stuck")) totals.stuck++
      for (const options of waysOf(seed, program)) {
        const isBounded = options.maxPreemptions !== undefined
        const what = difference(program, isBounded ? enumerate(program, boundsOf(options)) : expected, options)
        if (what === undefined) continue
        differences.push(`seed ${seed}, ${JSON.stringify(options)}: ${what}\n${show(smallest(program, options))}`)
      }
      const parts = seed % 10 === 6 ? differenceOfParts(program, expected) : undefined
      if (parts !== undefined) differences.push(`seed ${seed}: ${parts}\n${show(program)}`)
      if (missesWithout(program, expected)) totals.differentWithoutInitials++
    }
    console.log(totals)
    expect(differences.join("\n")).toBe("")
    expect(totals.programs).toBeGreaterThanOrEqual(PROGRAMS)
    // Both kinds of ending were seen, and the reduction reduced.
    expect(totals.stuck).toBeGreaterThan(PROGRAMS / 100)
    expect(totals.classes).toBeLessThan(totals.interleavings / 3)
    // The same search without one of its checks is unsound, and that shows here.
    expect(totals.differentWithoutInitials).toBeGreaterThan(PROGRAMS / 1000)
  },
)

function waysOf(seed: number, program: Program): Options[] {
  const others = OTHERS.filter((_, way) => seed % 10 === way)
  return [QUIET, ...others.filter(({ races }) => races !== true || !usesBytes(program))]
}

/** So many programs whose interleavings can all be looked at. */
function* cases(): Generator<Case> {
  for (let seed = FIRST, left = PROGRAMS; left > 0; seed++) {
    const program = generate(seed)
    const expected = enumerate(program, boundsOf(QUIET))
    if (!expected.complete) continue
    left--
    yield { seed, program, expected }
  }
}

/** Whether the broken twin of the search misses outcomes of this program. */
function missesWithout(program: Program, { outcomes }: Enumeration): boolean {
  if (outcomes.has("stuck")) return false
  const found = explore(compile(program), { ...QUIET, faults: { dropInitialsCheck: true } })
  return found.verdict === "pass" && [...outcomes.keys()].some((outcome) => !found.outcomes.has(outcome))
}
