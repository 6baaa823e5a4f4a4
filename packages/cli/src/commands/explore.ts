/** `outlive explore`: a model of a part of the engine, in every order of its threads' steps. */
import { rmSync } from "node:fs"
import { availableParallelism } from "node:os"
import { type Checkpoint, type Failure, type Result, importModel, report } from "@outlive/explore"
import { LOCK_PROOFS, MODELS, SCHEME_PROOFS, engineFrom, findModel, modelNamed, nameOf } from "@outlive/models"
import { type AnyProgram, PROGRAMS } from "@outlive/programs"
import { LIFETIMES } from "@outlive/workers"
import { defineCommand } from "citty"
import { isFile } from "../../../../scripts/brought.mjs"
import { assertWritable, readCheckpoint, writeCheckpoint } from "../checkpoint-file.js"
import { headOf, whereLine } from "../envelope.js"
import { EXIT, UsageError } from "../exit-codes.js"
import { type Target, exploreModels, targetOf } from "../explore-models.js"
import { onInterrupt } from "../interrupt.js"
import { caseOfModel } from "../model-case.js"
import { junit } from "../junit.js"
import { didYouMean } from "../nearest.js"
import {
  COMMON,
  JUNIT,
  LOUDNESS,
  assertOneLoudness,
  choiceOption,
  fileOption,
  numberOption,
  refuseUnknown,
} from "../options.js"
import { Progress } from "../progress.js"
import { type Where, replayLine } from "../replay-line.js"
import { openOutput } from "../results.js"
import { printable } from "../printable.js"
import { SUBJECT_ARGS, type Subject, engineOf, subjectOf } from "../subject.js"
import { adviceOn, demandOf, isCutShort } from "../whole.js"

const MOST_JOBS = 64
const MOST_THREADS = 8
const MOST_TURNS = 100
const STEPWISE = { target: "js", flavour: "stepwise" } as const

const OPTIONS = {
  name: {
    type: "positional",
    description:
      "A model's name, or a program's; `all` for every model; or a file with a lock, a scheme, a program or a model. Nothing: lists them",
    required: false,
  },
  ...SUBJECT_ARGS,
  json: COMMON.json,
  junit: JUNIT,
  ...LOUDNESS,
  seconds: { type: "string", description: "Stop after so long, for each model", valueHint: "number", default: "60" },
  preemptions: {
    type: "string",
    description: "Only orders with at most so many preemptions. Default: what the model says, mostly every order",
    valueHint: "number",
  },
  jobs: {
    type: "string",
    description:
      "Threads: they share one model's orders (if it is every order), or all models. Default: 1, for all the cores",
    valueHint: "number",
  },
  "require-exhaustive": {
    type: "boolean",
    description:
      "Exit code 1 if not every order was explored, too: an exploration that was cut short proves nothing. So it is of files that you bring; --no-require-exhaustive accepts less",
  },
  coverage: {
    type: "boolean",
    description: "Also say which operations of the code came up, and what each of them never did",
  },
  checkpoint: {
    type: "string",
    description:
      "Keep in this file where the exploration is, for --resume; it is written every 5 seconds, and at the end",
    valueHint: "file",
  },
  resume: {
    type: "string",
    description: "Go on where an exploration was ended, or killed, that kept its --checkpoint in this file",
    valueHint: "file",
  },
  html: {
    type: "string",
    description: "Write the result as a page: what failed, its steps, and the memory at each of them",
    valueHint: "file",
  },
  engine: {
    type: "string",
    description: "Another build of the engine to explore: a module that exports instantiate",
    valueHint: "file",
  },
  lifetime: {
    type: "string",
    description:
      "What fences depend on in a model: the same question under another lifetime. Default: as the model says",
    valueHint: "word",
  },
  threads: { type: "string", description: "Of a program. Default: the sizes that it names", valueHint: "number" },
  turns: { type: "string", description: "Of a program: that each thread takes. Default: 1", valueHint: "number" },
} as const

export const explore = defineCommand({
  meta: { name: "explore", description: "Explore models and programs in every order; exit code 1 if one fails" },
  args: OPTIONS,
  async run({ args, rawArgs }) {
    refuseUnknown(rawArgs, OPTIONS)
    assertOneLoudness(args)
    const given = { ...args, name: underLifetime(args) }
    const json = given.json === true
    const all = given.name === "all"
    const seconds = numberOption("seconds", given.seconds, 0.1, 86_400, false)
    const jobs = numberOption("jobs", given.jobs ?? String(all ? availableParallelism() : 1), 1, MOST_JOBS)
    const preemptions = given.preemptions === undefined ? {} : bounded(given.preemptions)
    if (given.name !== undefined && !isKnown(given.name))
      throw new UsageError(
        `There is no model "${given.name}", nor a program: outlive explore lists them${didYouMean(given.name, KNOWN)}`,
      )
    const isModel = isOurs(given.name)
    if (isModel) refuseBeside(args, sizeOf(args.name!))
    const subject = await subjectOf({ ...given, what: isModel ? undefined : given.name })
    if (subject.model !== undefined) refuseBeside(args, `${args.name} exports a model: leave it out`)
    if (subject.role !== undefined) throw new UsageError("Cannot explore a role: it can be raced")
    if (given.name === undefined && given.program === undefined) refuseIdle(rawArgs, subject)
    if (subject.driver !== undefined) throw new UsageError("Cannot explore a driver: it can be raced")
    if (subject.foreign !== undefined)
      throw new UsageError("Cannot look into a lock or a scheme from elsewhere: it can be raced and measured")
    if (given.engine !== undefined && (subject.lock ?? subject.scheme) !== undefined)
      throw new UsageError("Options --engine and --lock, or --scheme, both say which engine to explore: give one")
    const engine = given.engine === undefined ? await engineOf(subject, STEPWISE) : fileOption("engine", given.engine)
    const on = given.engine === undefined ? { lock: subject.lock, scheme: subject.scheme } : { engine: given.engine }
    if (given.name === undefined && given.program === undefined) return list(json)
    const models = await targetsOf(given, subject)
    const keeps = given.checkpoint ?? given.resume
    if (keeps !== undefined) assertOneSearch(given, models)
    const resume = given.resume === undefined ? {} : { resume: readCheckpoint(given.resume, models[0]!.name) }
    const keep = (rest: Checkpoint | undefined) => {
      if (given.checkpoint === undefined) return
      if (rest === undefined) rmSync(given.checkpoint, { force: true })
      else writeCheckpoint(given.checkpoint, models[0]!.name, rest)
    }
    if (given.checkpoint !== undefined) assertWritable(given.checkpoint)
    const output = given.html === undefined ? undefined : openOutput("html", given.html)
    const xml = given.junit === undefined ? undefined : openOutput("junit", given.junit)
    const head = headOf("explore", rawArgs)
    const demand = demandOf({ requires: given["require-exhaustive"], isBrought: isBrought(given) })
    const wantsAll = demand !== "no"
    const quiet = given.quiet === true
    const progress = new Progress()
    await load(models, engine)
    const interrupt = onInterrupt()
    const results = await exploreModels(models, {
      engine,
      jobs,
      search: { timeMs: seconds * 1_000, coverage: given.coverage === true, ...preemptions, ...resume },
      onCheckpoint: given.checkpoint === undefined ? undefined : keep,
      signal: interrupt.signal,
      onProgress: (text) => void (quiet || progress.show(text)),
      onResult: (model, result) => {
        progress.clear()
        if (!json && !(quiet && result.verdict === "pass")) process.stdout.write(told(model, result, on, wantsAll))
      },
    })
    progress.clear()
    interrupt.release()
    // What has come to its end needs no place to go on.
    const [first] = results
    if (first !== undefined) keep(first.verdict === "pass" ? first.rest : undefined)
    const cases = models.map((model, i) => {
      const result = results[i]
      const repeat = result === undefined ? undefined : toldOf(model, result, on).repeat
      return caseOfModel(model, result, { repeat, isWhole: wantsAll })
    })
    if (!json && quiet) process.stdout.write(`${heldOf(results)}\n`)
    if (given.verbose === true) process.stderr.write(`${whereLine(head)}\n`)
    const explorations = results.map((result, i) => printable(result, toldOf(models[i]!, result, on)))
    const whole = { ...head, interrupted: interrupt.signal.aborted, explorations }
    // What was found is told first: a file may not be written.
    if (json) process.stdout.write(`${JSON.stringify(whole)}\n`)
    xml?.write(junit(head, given.name ?? given.program ?? "", cases))
    if (output) {
      const { page } = await import("@outlive/report")
      output.write(page([whole]))
    }
    if (results.some(({ verdict }) => verdict !== "pass")) process.exitCode = EXIT.failed
    else if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted
    else if (wantsAll && results.some(isCutShort)) process.exitCode = EXIT.failed
    if (!interrupt.signal.aborted)
      process.stderr.write(
        adviceOn(
          results,
          models.map(({ name }) => name),
          demand,
        ),
      )
  },
})

/** A model says itself what it is about. @throws UsageError for an option that would change nothing */
function refuseBeside(given: Readonly<Record<string, unknown>>, why: string): void {
  const isFixed = !isFile(String(given["name"]))
  const options = ["program", ...(isFixed ? [] : ["lock", "scheme", "engine"]), "threads", "turns"]
  const beside = options.find((name) => given[name] !== undefined)
  if (beside !== undefined) throw new UsageError(`Option --${beside} is for programs, and ${why}`)
}

/** Why a model takes no number of threads, and what does. */
function sizeOf(name: string): string {
  if (name === "all") return '"all" is of the models, which have their sizes: leave it out, or name a program'
  const [, program = name] = /^(.+)-\d+x\d+$/.exec(name) ?? []
  const known = PROGRAMS.some((each) => each.name === program)
  const instead = known ? `outlive explore ${program} --threads 2 --turns 2` : "or name a program"
  return `${name} is a model of a fixed size: leave it out, ${known ? `or say ${instead}` : instead}`
}

/** Nothing is named, so models are listed. @throws UsageError for an option, with which something was to be explored */
function refuseIdle(rawArgs: readonly string[], { program }: Subject): void {
  const idle = rawArgs.find((arg) => arg.startsWith("-") && !/^--(no-)?json\b/.test(arg))
  if (idle === undefined) return
  const [option] = idle.split("=")
  throw new UsageError(
    `What is to be explored with ${option}? Name a model, a program or "all": outlive explore ${program?.name ?? "counter"} ${rawArgs.join(" ")}`,
  )
}

/** What can be gone on with is the search of one model by one thread, of every order. @throws UsageError that says what to leave out, or to add */
function assertOneSearch(given: Readonly<Record<string, unknown>>, models: readonly Target[]): void {
  const option = given["checkpoint"] === undefined ? "--resume" : "--checkpoint"
  if (given["name"] === "all") throw new UsageError(`Option ${option} is for one model: name one in place of "all"`)
  if (models.length > 1)
    throw new UsageError(
      `Option ${option} is for one model, and these are ${models.map(({ name }) => name).join(", ")}: choose a size by --threads, or --turns`,
    )
  if (given["jobs"] !== undefined && given["jobs"] !== "1")
    throw new UsageError(`Option ${option} is for one job: leave out --jobs`)
  if (given["preemptions"] !== undefined)
    throw new UsageError(`Option ${option} is for every order: leave out --preemptions`)
}

/** A model's name with the lifetime that is asked for, as `modelNamed` reads it. */
function underLifetime({
  name,
  lifetime,
}: {
  readonly name?: string | undefined
  readonly lifetime?: string | undefined
}): string | undefined {
  if (lifetime === undefined) return name
  const word = choiceOption("lifetime", lifetime, LIFETIMES)
  if (name === undefined || modelNamed(`${name}@${word}`) === undefined)
    throw new UsageError(`Option --lifetime is for one model of the engine: ${name ?? "no name"} is none`)
  return `${name}@${word}`
}

/** Whether what is explored is somebody's own: a lock, a scheme, a program or a model in a file, or another build of the engine. */
function isBrought(given: Readonly<Record<string, unknown>>): boolean {
  const files = ["name", "program", "lock", "scheme"].map((option) => given[option])
  return given["engine"] !== undefined || files.some((file) => typeof file === "string" && isFile(file))
}

/** One line for all of them. */
function heldOf(results: readonly Result[]): string {
  const held = results.filter((result) => result.verdict === "pass" && !isCutShort(result))
  const cut = results.flatMap((result) => (result.verdict === "pass" && !result.exhaustive ? [result.cutShort] : []))
  const orders = `${results.reduce((sum, { executions }) => sum + executions, 0).toLocaleString("en")} orders`
  const why = `not all was looked at (${[...new Set(cut.flat().map(({ by }) => by))].join(", ")})`
  if (cut.length > 0 && cut.length === results.length) return `no failure found in ${orders}, ${why}`
  const rest = cut.length === 0 ? "" : `; of ${cut.length} ${why}`
  return `${held.length} of ${results.length} models hold, in ${orders}${rest}`
}

function bounded(text: string) {
  return { strategy: "preemption-bounded", maxPreemptions: numberOption("preemptions", text, 0, 100) } as const
}

/** A model's name, or that of all; a program's is none, but with a size it is: counter-3x1. */
const isOurs = (name: string | undefined) =>
  name === "all" || (name !== undefined && (modelNamed(name) !== undefined || /-\d+x\d+$/.test(name)))

const KNOWN = [...MODELS, ...PROGRAMS].map(({ name }) => name)

const isKnown = (name: string) => isOurs(name) || isFile(name) || PROGRAMS.some((program) => program.name === name)

type Given = Readonly<Partial<Record<"name" | "program" | "threads" | "turns", string | undefined>>>

async function targetsOf(given: Given, subject: Subject): Promise<Target[]> {
  const { program, programUrl, model } = subject
  if (given.name === "all") return MODELS.map((each) => targetOf(each))
  if (isOurs(given.name)) return [targetOf(await findModel({ name: given.name! }))]
  if (model !== undefined)
    return [{ name: "model", claim: `The model in ${given.name}`, search: {}, model, file: given.name! }]
  // What a lock, or a scheme, must pass to be one.
  const isProof = given.name !== undefined && isFile(given.name) && programUrl === undefined
  if (isProof && given.program === undefined && given.threads === undefined && given.turns === undefined)
    return (program?.about === "locks" ? LOCK_PROOFS : SCHEME_PROOFS).map((each) => targetOf(each))
  if (!program)
    throw new UsageError(`There is nothing to explore in "${given.name}": outlive explore lists what there is`)
  const names = sizesOf(program, given).map((size) => nameOf(program, size))
  const url = programUrl === undefined ? {} : { program: programUrl }
  const file = given.program ?? given.name
  return Promise.all(names.map(async (name) => targetOf(await findModel({ name, ...url }), programUrl, file)))
}

/**
 * A model of somebody's own, and another engine, which the exploration loads on this thread: here for the first time, where Ctrl-C is not
 * listened for yet. What loops as it is loaded would let no listener be called.
 */
async function load(models: readonly Target[], engine: string | undefined): Promise<void> {
  if (engine !== undefined) await engineFrom(engine)
  for (const { name, model } of models) if (model !== undefined) await importModel(model, "model", { name, engine })
}

function sizesOf(program: AnyProgram, { threads, turns }: Given): AnyProgram["sizes"] {
  if (threads === undefined && turns === undefined && program.sizes.length > 0) return program.sizes
  const least = Math.max(2, program.threads.length)
  return [
    {
      threads: numberOption("threads", threads ?? String(least), least, MOST_THREADS),
      turns: numberOption("turns", turns ?? "1", 1, MOST_TURNS),
    },
  ]
}

function told(target: Target, result: Result, on: Where, wantsAll: boolean): string {
  const replay = result.verdict === "pass" ? "" : `\n${replayOf(target, result, on)}\n`
  return `${target.claim}\n${report(result, { wantsAll })}\n${replay}\n`
}

function toldOf(target: Target, result: Result, on: Where) {
  const { claim } = target
  if (result.verdict === "pass") return { claim }
  return { claim, repeat: replayOf(target, result, on).replace("Replay: ", "") }
}

/** By the file that somebody has, not by the module that was made of it. */
function replayOf({ name, program, model, file }: Target, { schedule }: Failure, on: Where): string {
  const from = { program: program === undefined ? undefined : file, model: model === undefined ? undefined : file }
  return replayLine(name, schedule, { ...from, ...on })
}

/** What there is, and what each is about. */
function list(json: boolean): void {
  if (json) {
    const all = MODELS.map(({ name, claim, invariants, search }) => ({ name, claim, invariants, search }))
    process.stdout.write(`${JSON.stringify(all)}\n`)
    return
  }
  const width = Math.max(...[...MODELS, ...PROGRAMS].map(({ name }) => name.length))
  for (const { name, claim } of MODELS) process.stdout.write(`${name.padEnd(width)}  ${claim}\n`)
  process.stdout.write("\nPrograms, which are raced, measured and killed as well:\n")
  for (const { name, claim } of PROGRAMS) process.stdout.write(`${name.padEnd(width)}  ${claim}\n`)
}
