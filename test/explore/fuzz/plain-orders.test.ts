/**
 * Where a race is no failure, the order of plain accesses makes executions different: those of random programs, each access plain or
 * not by chance and some before the first operation, end in as many ways as in a search without any reduction, and by brute force.
 */
import { explore } from "@outlive/explore"
import type { Model, Options, Result } from "@outlive/explore"
import { expect, test } from "vitest"
import { outcomesOfBlocks } from "../reference/blocks.js"
import type { Instruction, Program } from "../reference/language.js"
import { beginningPlainly } from "./begin-plainly.js"
import { compile } from "./compile.js"
import { QUIET } from "./difference.js"
import { generate } from "./generate.js"
import { generatePlain } from "./generate-plain.js"
import { longest, PROGRAMS_ASKED } from "./programs.js"
import { Random } from "./random.js"
import { show } from "./show.js"

const PROGRAMS = PROGRAMS_ASKED / 5
const FIRST = Number(process.env.FIRST ?? 1)
const MOST_EXECUTIONS = 3000
const EVERY_CELL = "cell"

test(`${PROGRAMS} random programs whose plain accesses may race`, { timeout: longest(PROGRAMS) }, () => {
  const differences: string[] = []
  const noticed = { orders: 0, starts: 0 }
  for (let seed = FIRST, left = PROGRAMS; left > 0; seed++) {
    const random = new Random(seed)
    const operations = plainly(random.chance(0.5) ? generate(seed) : generatePlain(seed), random)
    const program = random.chance(0.5) ? beginningPlainly(operations, random) : operations
    // By both ways of saying that a race is no failure.
    const [model, options]: readonly [Model<never>, Options] = random.chance(0.5)
      ? [compile(program) as unknown as Model<never>, QUIET]
      : [allowing(program), { ...QUIET, races: true }]
    const all = explore(model, { ...options, strategy: "naive", executions: MOST_EXECUTIONS })
    if (all.verdict === "pass" && !all.exhaustive) continue
    left--
    const unlike = differenceOfOutcomes(program, all)
    if (unlike !== undefined) differences.push(`seed ${seed}, by brute force: ${unlike}\n${show(program)}`)
    const bounded = explore(model, { ...options, strategy: "preemption-bounded", maxPreemptions: 100 })
    for (const found of [explore(model, options), bounded]) {
      const what = differenceOf(all, found)
      if (what !== undefined) differences.push(`seed ${seed}, ${found.strategy}: ${what}\n${show(program)}`)
    }
    for (const [of, fault] of [
      ["orders", "ignorePlainOrders"],
      ["starts", "ignorePlainStarts"],
    ] as const)
      if (differenceOf(all, explore(model, { ...options, faults: { [fault]: true } })) !== undefined) noticed[of]++
  }
  expect(differences.join("\n")).toBe("")
  // The same search without either is wrong, and that shows here.
  expect(noticed.orders).toBeGreaterThan(0)
  expect(noticed.starts).toBeGreaterThan(0)
})

/** Each load and store is plain or not, by chance; but none in a loop, which may look for ever at what nobody can change meanwhile. */
function plainly(program: Program, random: Random): Program {
  const some = (instruction: Instruction): Instruction => {
    if ((instruction.do !== "load" && instruction.do !== "store") || instruction.byte !== undefined) return instruction
    return { ...instruction, plain: random.chance(0.4) }
  }
  const loops = (code: readonly Instruction[]) => code.some((instruction) => instruction.do === "jump")
  return { ...program, threads: program.threads.map((code) => (loops(code) ? code : code.map(some))) }
}

function allowing(program: Program): Model<never> {
  const cells = { [EVERY_CELL]: { at: 0, count: program.cells } }
  return { ...compile(program), cells, allowedRaces: [EVERY_CELL] } as unknown as Model<never>
}

function differenceOf(all: Result, found: Result): string | undefined {
  if ((all.verdict === "pass") !== (found.verdict === "pass"))
    return `"${found.verdict}", and "${all.verdict}" without reduction`
  if (found.verdict !== "pass") return undefined
  if (!found.exhaustive) return "not exhaustive"
  const [wanted, got] = [all, found].map(({ outcomes }) => [...outcomes.keys()].sort().join(" "))
  return wanted === got ? undefined : `ends in ${got}, and without reduction in ${wanted}`
}

/** Of a program that nothing is found in. */
function differenceOfOutcomes(program: Program, all: Result): string | undefined {
  if (all.verdict !== "pass") return undefined
  const [wanted, got] = [outcomesOfBlocks(program), all.outcomes].map((outcomes) =>
    [...outcomes.keys()].sort().join(" "),
  )
  return wanted === got ? undefined : `ends in ${got}, and by brute force in ${wanted}`
}
