/** `outlive explore`: a model of a part of the engine, in every order of its threads' steps. */
import { writeFileSync } from "node:fs"
import { report, reportHtml } from "@outlive/explore"
import { type EngineFactory, MODELS, exploreModel, modelNamed } from "@outlive/models"
import { defineCommand } from "citty"
import { EXIT, UsageError } from "../exit-codes.js"
import { COMMON, numberOption, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"
import { printable } from "../printable.js"

const args = {
  name: { type: "positional", description: "A model's name, or all; without one, the list of them", required: false },
  json: COMMON.json,
  seconds: { type: "string", description: "Stop after so long, for each model", valueHint: "number", default: "60" },
  html: { type: "string", description: "Write the result as a page with a picture of the steps", valueHint: "file" },
  engine: {
    type: "string",
    description: "Another build of the engine to explore: a module that exports instantiate",
    valueHint: "file",
  },
} as const

export const explore = defineCommand({
  meta: { name: "explore", description: "Explore models of the engine in every order; exit code 1 if one fails" },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const seconds = numberOption("seconds", given.seconds, 0.1, 86_400, false)
    if (given.name === undefined) return list(given.json === true)
    const named = modelNamed(given.name)
    const models = given.name === "all" ? MODELS : named ? [named] : []
    if (models.length === 0) throw new UsageError(`There is no model "${given.name}": outlive explore lists them`)
    const factory = await factoryOf(given.engine)
    const progress = new Progress()
    const results = []
    for (const model of models) {
      progress.show(`exploring ${model.name}`)
      const result = exploreModel(model, { timeMs: seconds * 1_000 }, factory)
      progress.clear()
      results.push(printable(result))
      if (result.verdict !== "pass") process.exitCode = EXIT.failed
      if (given.html) writeFileSync(given.html, reportHtml(result))
      if (given.json) continue
      const line = result.verdict === "pass" ? "" : `\nReplay: outlive replay ${model.name}:${result.schedule}\n`
      process.stdout.write(`${model.claim}\n${report(result)}\n${line}\n`)
    }
    if (given.json) process.stdout.write(`${JSON.stringify(results)}\n`)
  },
})

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

/** The engine in a file, if one was named. */
export async function factoryOf(file: string | undefined): Promise<EngineFactory | undefined> {
  if (file === undefined) return undefined
  const { resolve } = await import("node:path")
  const { pathToFileURL } = await import("node:url")
  const module = (await import(pathToFileURL(resolve(file)).href)) as { instantiate?: EngineFactory }
  if (!module.instantiate) throw new UsageError(`Option --engine is "${file}": it does not export instantiate`)
  return module.instantiate
}
