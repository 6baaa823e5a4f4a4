/**
 * A program: explores one model in every order, in a process of its own; prints its figures.
 *
 *   node dist/explore/variant.js --program "casw 5"
 */
import { parseArgs } from "node:util"
import { explore } from "@outlive/explore"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { PROGRAMS } from "./programs.js"

const { values } = parseArgs({ options: { program: { type: "string", default: "casw 5" } } })
const program = PROGRAMS.find(({ name }) => name === values.program)
if (!program) throw new Error(`There is no program "${values.program}"`)
// The first time, as whoever waits for a test sees it; and again and again, for the rate.
const first = explore(program.model)
if (first.verdict !== "pass" || first.executions !== program.executions)
  throw new Error(`${program.name}: ${first.executions} executions instead of ${program.executions}, ${first.verdict}`)
let executions = 0
let ms = 0
do {
  const again = explore(program.model)
  executions += again.executions + again.blocked
  ms += again.ms
} while (ms < 300)
const figures = { firstMs: first.ms, perSecond: (1_000 * executions) / ms }
const report: ChildReport = { cpuMs: ownCpuMs(), overlap: 1, threads: 1, figures }
process.stdout.write(`${JSON.stringify(report)}\n`)
