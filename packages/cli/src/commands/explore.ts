/** `outlive explore`: a model of a part of the engine, in every order of its threads' steps. */
import { availableParallelism } from "node:os"
import { type Result, report, reportHtml } from "@outlive/explore"
import { type EngineModel, MODELS, modelNamed } from "@outlive/models"
import { defineCommand } from "citty"
import { buildStrategy } from "../../../../scripts/strategies.mjs"
import { EXIT, UsageError } from "../exit-codes.js"
import { exploreModels } from "../explore-models.js"
import { onInterrupt } from "../interrupt.js"
import { quoted } from "../quoted.js"
import { COMMON, fileOption, numberOption, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"
import { openOutput } from "../results.js"
import { printable } from "../printable.js"

const MOST_JOBS = 64
const STEPWISE = { target: "js", flavour: "stepwise" } as const

const args = {
  name: { type: "positional", description: "A model's name, or all; without one, the list of them", required: false },
  json: COMMON.json,
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
    description: "Exit code 1 if not every order was explored, too: an exploration that was cut short proves nothing",
  },
  html: { type: "string", description: "Write the result as a page with a picture of the steps", valueHint: "file" },
  engine: {
    type: "string",
    description: "Another build of the engine to explore: a module that exports instantiate",
    valueHint: "file",
  },
  lock: {
    type: "string",
    description: "With another lock than the package's: its name (outlive strategies lists them), or a file",
    valueHint: "name",
  },
} as const

export const explore = defineCommand({
  meta: { name: "explore", description: "Explore models of the engine in every order; exit code 1 if one fails" },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const json = given.json === true
    const all = given.name === "all"
    const seconds = numberOption("seconds", given.seconds, 0.1, 86_400, false)
    const jobs = numberOption("jobs", given.jobs ?? String(all ? availableParallelism() : 1), 1, MOST_JOBS)
    const preemptions = given.preemptions === undefined ? {} : bounded(given.preemptions)
    if (given.engine !== undefined && given.lock !== undefined)
      throw new UsageError("Options --engine and --lock both say which engine to explore: give one")
    const file = given.lock === undefined ? given.engine : await buildStrategy(given.lock, STEPWISE)
    const engine = file === undefined ? {} : { engine: fileOption("engine", file) }
    if (all && given.html) throw new UsageError("Option --html is for one model: name it")
    if (given.name === undefined) return list(json)
    const models = all ? MODELS : [found(given.name)]
    const page = given.html === undefined ? undefined : openOutput("html", given.html)
    const progress = new Progress()
    const interrupt = onInterrupt()
    const results = await exploreModels(models, {
      ...engine,
      jobs,
      search: { timeMs: seconds * 1_000, ...preemptions },
      signal: interrupt.signal,
      onProgress: (text) => progress.show(text),
      onResult: (model, result) => {
        progress.clear()
        if (!json) process.stdout.write(told(model, result, file))
      },
    })
    progress.clear()
    interrupt.release()
    if (results[0]) page?.write(reportHtml(results[0]))
    if (json) process.stdout.write(`${JSON.stringify(results.map(printable))}\n`)
    if (results.some(({ verdict }) => verdict !== "pass")) process.exitCode = EXIT.failed
    else if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted
    else if (given["require-exhaustive"] === true && isCutShort(results, models)) process.exitCode = EXIT.failed
  },
})

/** Says which models were not explored in full. */
function isCutShort(results: readonly Result[], models: readonly EngineModel[]): boolean {
  const cut = models.filter((_, at) => {
    const result = results[at]
    return result?.verdict === "pass" && !result.exhaustive
  })
  if (cut.length === 0) return false
  const names = cut.map(({ name }) => name).join(", ")
  process.stderr.write(`Not every order was explored, as --require-exhaustive asks for: ${names}\n`)
  return true
}

function bounded(text: string) {
  return { strategy: "preemption-bounded", maxPreemptions: numberOption("preemptions", text, 0, 100) } as const
}

function found(name: string): EngineModel {
  const model = modelNamed(name)
  if (!model) throw new UsageError(`There is no model "${name}": outlive explore lists them`)
  return model
}

function told(model: EngineModel, result: Result, engine: string | undefined): string {
  const other = engine === undefined ? "" : ` --engine ${quoted(engine)}`
  const replay = result.verdict === "pass" ? "" : `\nReplay: outlive replay ${model.name}:${result.schedule}${other}\n`
  return `${model.claim}\n${report(result)}\n${replay}\n`
}

/** What there is, and what each is about. */
function list(json: boolean): void {
  if (json) {
    const all = MODELS.map(({ name, claim, invariants, search }) => ({ name, claim, invariants, search }))
    process.stdout.write(`${JSON.stringify(all)}\n`)
    return
  }
  const width = Math.max(...MODELS.map(({ name }) => name.length))
  for (const { name, claim } of MODELS) process.stdout.write(`${name.padEnd(width)}  ${claim}\n`)
}
