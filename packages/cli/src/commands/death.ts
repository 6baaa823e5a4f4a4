/** `outlive death`: a thread of a program dies at each of its accesses to shared memory, in turn. */
import { report } from "@outlive/explore"
import { type DeathResult, deathModel, nameOfDeath } from "@outlive/models"
import type { AnyProgram, Size } from "@outlive/programs"
import { defineCommand } from "citty"
import { deathsApart } from "../deaths-apart.js"
import { headOf } from "../envelope.js"
import { EXIT, UsageError } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { COMMON, numberOption, refuseUnknown } from "../options.js"
import { printable } from "../printable.js"
import { Progress } from "../progress.js"
import { type Where, replayLine } from "../replay-line.js"
import { SUBJECT_ARGS, engineOf, subjectOf } from "../subject.js"

const STEPWISE = { target: "js", flavour: "stepwise" } as const
const MOST_THREADS = 8
const MOST_TURNS = 100

const args = {
  what: {
    type: "positional",
    description: "A program's name, or a file with a program, a lock or a scheme",
    required: false,
  },
  ...SUBJECT_ARGS,
  json: COMMON.json,
  threads: { type: "string", description: "Default: one for each part, two at least", valueHint: "number" },
  turns: { type: "string", description: "Turns that each thread takes", valueHint: "number", default: "1" },
  preemptions: {
    type: "string",
    description: "Only orders with at most so many preemptions",
    valueHint: "number",
    default: "1",
  },
  seconds: { type: "string", description: "Stop after so long, for each death", valueHint: "number", default: "20" },
} as const

export const death = defineCommand({
  meta: {
    name: "death",
    description:
      "Let a thread of a program die at each access in turn; exit code 1 if the others wait for ever, or err",
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const subject = await subjectOf(given)
    const { program } = subject
    if (subject.foreign !== undefined)
      throw new UsageError("Cannot look into a lock or a scheme from elsewhere: it can be raced and measured")
    if (!program) throw new UsageError("What dies? Name a program, like counter, or a file with one, or with a lock")
    if (program.immortal !== undefined)
      throw new UsageError(`Not applicable: no thread of ${program.name} may die: ${program.immortal}`)
    const least = Math.max(2, program.threads.length)
    const size: Size = {
      threads: numberOption("threads", given.threads ?? String(least), least, MOST_THREADS),
      turns: numberOption("turns", given.turns, 1, MOST_TURNS),
      preemptions: numberOption("preemptions", given.preemptions, 0, 100),
    }
    const timeMs = 1_000 * numberOption("seconds", given.seconds, 0.1, 86_400, false)
    const engine = await engineOf(subject, STEPWISE)
    const head = headOf("death", rawArgs)
    const progress = new Progress()
    const interrupt = onInterrupt()
    const where = { lock: subject.lock, scheme: subject.scheme, program: subject.programFile }
    const asked = { program: subject.programUrl ?? program.name, size, timeMs, engine }
    const found = await deathsApart(asked, interrupt.signal, ({ part, access }) =>
      progress.show(`${part} dies at access ${access}`),
    )
    progress.clear()
    interrupt.release()
    const interrupted = interrupt.signal.aborted
    const explorations = found.map((one) => ({ ...exploration(program, size, one, where), ...doomed(one) }))
    process.stdout.write(
      given.json
        ? `${JSON.stringify({ ...head, interrupted, explorations })}\n`
        : told(program, size, found, { where, interrupted }),
    )
    if (found.some(({ result }) => result.verdict !== "pass")) process.exitCode = EXIT.failed
    else if (interrupted) process.exitCode = EXIT.interrupted
  },
})

/** As `outlive report` takes it. */
function exploration(program: AnyProgram, size: Size, { result, ...dying }: DeathResult, where: Where) {
  const { claim, name } = deathModel(program, size, dying)
  if (result.verdict === "pass") return printable(result, { claim })
  return printable(result, { claim, repeat: replayLine(name, result.schedule, where).replace("Replay: ", "") })
}

const doomed = ({ part, thread, access }: DeathResult) => ({ part, thread, access })

function told(
  program: AnyProgram,
  size: Size,
  found: readonly DeathResult[],
  { where, interrupted }: { readonly where: Where; readonly interrupted: boolean },
): string {
  const lines = [`A thread dies, and the others get on, or are told. ${program.claim}`, ""]
  const parts = [...new Set(found.map(({ part }) => part))]
  for (const part of parts) {
    const deaths = found.filter((each) => each.part === part)
    const orders = deaths.reduce((sum, { result }) => sum + result.executions, 0)
    lines.push(
      `  ${part}: dies at each of ${interrupted ? "the first " : ""}${deaths.length} accesses, ${orders.toLocaleString("en")} orders`,
    )
    for (const [outcome, times] of outcomesOf(deaths))
      lines.push(`    ${outcome.padEnd(60)} ${times.toLocaleString("en")}`)
  }
  for (const { result, ...dying } of found) {
    if (result.verdict === "pass") continue
    lines.push("", report(result), replayLine(nameOfDeath(program, size, dying), result.schedule, where))
  }
  if (found.some(({ result }) => result.verdict === "pass" && !result.exhaustive))
    lines.push("", "Some were cut short: not all orders were looked at")
  if (interrupted) lines.push("", "Interrupted: this is a partial result.")
  return `${lines.join("\n")}\n`
}

function outcomesOf(deaths: readonly DeathResult[]): Map<string, number> {
  const all = new Map<string, number>()
  for (const { result } of deaths)
    for (const [outcome, times] of result.outcomes) all.set(outcome, (all.get(outcome) ?? 0) + times)
  return all
}
