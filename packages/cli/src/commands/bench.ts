/** `outlive bench`: what operations and locks cost. */
import {
  type ContendedOptions,
  type Other,
  formatContended,
  formatExplore,
  formatFamily,
  formatMicro,
  runContended,
  runExplore,
  runFamily,
  runMicro,
} from "@outlive/bench"
import { fileURLToPath } from "node:url"
import { PROGRAMS } from "@outlive/programs"
import { basename } from "node:path"
import { defineCommand } from "citty"
import { isFile } from "../../../../scripts/brought.mjs"
import { lockOf } from "../../../../scripts/strategies.mjs"
import { EXIT, UsageError } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { COMMON, choiceOption, numberOption, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"
import { RESULTS_FOLDER, asText, openResult } from "../results.js"
import { SUBJECT_ARGS, type Subject, engineOf, subjectOf } from "../subject.js"

const args = {
  which: {
    type: "positional",
    description:
      "micro, contended, family, explore or all; a program's name; or a file with a program, a lock or a scheme",
    default: "all",
    required: false,
  },
  ...COMMON,
  quick: { type: "boolean", description: "Fewer and shorter rounds" },
  rounds: { type: "string", description: "How many processes for each variant", valueHint: "number" },
  threads: { type: "string", description: "Most threads in the contended part", valueHint: "number" },
  program: SUBJECT_ARGS.program,
  lock: {
    type: "string",
    description:
      "With contended, or a program: only these locks, against the package's: names (outlive strategies) or files",
    valueHint: "name,name",
  },
  scheme: SUBJECT_ARGS.scheme,
  out: { type: "string", description: "Folder for the result file", default: RESULTS_FOLDER },
} as const

export const bench = defineCommand({
  meta: {
    name: "bench",
    description:
      "Measure: single operations against C++ twins, locks under contention, how containers grow, the explorer",
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const over = await overFrom(given)
    const which = over ? "contended" : choiceOption("which", given.which ?? "all", PARTS)
    const progress = new Progress()
    const asked = {
      seed: numberOption("seed", given.seed, -0x80000000, 0x7fffffff),
      ...(given.quick ? { quick: true } : {}),
      ...(given.rounds ? { rounds: numberOption("rounds", given.rounds, 1, 1_000) } : {}),
    }
    const threads = given.threads ? { threads: numberOption("threads", given.threads, 1, 64) } : {}
    const output = openResult("bench", given.out)
    const interrupt = onInterrupt()
    const options = { ...asked, signal: interrupt.signal }
    const show = (text: string) => progress.show(text)
    const wants = (part: string) => (which === "all" || which === part) && !interrupt.signal.aborted
    const micro = wants("micro") ? await runMicro(options, show) : undefined
    const contended = wants("contended") ? await runContended({ ...options, ...threads, ...over }, show) : undefined
    const family = wants("family") ? await runFamily(options, show) : undefined
    const explored = wants("explore") ? await runExplore(options, show) : undefined
    progress.clear()
    interrupt.release()
    const interrupted = interrupt.signal.aborted
    const result = { kind: "bench", interrupted, micro, contended, family, explored }
    output.write(asText(result))
    const text = [
      micro && formatMicro(micro),
      contended && formatContended(contended),
      family && formatFamily(family),
      explored && formatExplore(explored),
    ]
      .filter(Boolean)
      .join("\n\n")
    process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : `${text}\n\nResult: ${output.path}\n`)
    if (interrupted) process.exitCode = EXIT.interrupted
  },
})

const PARTS = ["all", "micro", "contended", "family", "explore"] as const
const RELEASE = { target: "wasm", flavour: "release" } as const

type Over = Pick<ContendedOptions, "program" | "programUrl" | "others">
type Given = Readonly<Partial<Record<"which" | "program" | "lock" | "scheme", string | undefined>>>

/** What is to be measured under contention, if it is something else than what always is. */
async function overFrom({ which, program, lock, scheme }: Given): Promise<Over | undefined> {
  const isSubject = which !== undefined && (isFile(which) || PROGRAMS.some(({ name }) => name === which))
  if (!isSubject && program === undefined && lock === undefined && scheme === undefined) return undefined
  if (!isSubject && which !== undefined && which !== "contended" && which !== "all")
    throw new UsageError(
      "Options --program, --lock and --scheme are for the contended part: outlive bench contended --lock ticket",
    )
  const locks = lock === undefined ? [undefined] : lock.split(",")
  const subjects: Subject[] = []
  for (const each of locks)
    subjects.push(await subjectOf({ what: isSubject ? which : undefined, program, lock: each, scheme }))
  const others: Other[] = []
  for (const subject of subjects) others.push(...(await otherOf(subject)))
  const [{ program: chosen, programUrl, model, role } = {} as Subject] = subjects
  if ((model ?? role) !== undefined)
    throw new UsageError(`Cannot measure "${which}": a program, a lock or a scheme can be`)
  return {
    ...(chosen === undefined ? {} : { program: chosen }),
    ...(programUrl === undefined ? {} : { programUrl }),
    ...(others.length > 0 ? { others } : {}),
  }
}

/** As WebAssembly, or as the module that it is, under a name that fits a table. */
async function otherOf(subject: Subject): Promise<Other[]> {
  const { lock, scheme, foreign } = subject
  if (foreign !== undefined) return [{ name: `${basename(foreign).replace(/-[0-9a-f]{16}/, "")}, imported`, foreign }]
  if (lock !== undefined && lockOf(lock).excludes === false)
    throw new UsageError(`Cannot measure "${lock}" under contention: it lets two in`)
  const build = await engineOf(subject, RELEASE)
  const name = [lock, scheme].filter((word) => word !== undefined).map((word) => basename(word))
  return build === undefined ? [] : [{ name: name.join(" + "), build: fileURLToPath(build) }]
}
