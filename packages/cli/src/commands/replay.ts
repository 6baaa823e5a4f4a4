/** `outlive replay`: one order of steps again, told step by step. */
import { type AsyncModel, ExploreError, importModel, replayAsync, report } from "@outlive/explore"
import { buildModel, findModel } from "@outlive/models"
import { defineCommand } from "citty"
import { pathToFileURL } from "node:url"
import { kindOf, moduleOf } from "../../../../scripts/brought.mjs"
import { buildEngine } from "../../../../scripts/strategies.mjs"
import { headOf } from "../envelope.js"
import { EXIT, UsageError } from "../exit-codes.js"
import { COMMON, fileOption, refuseUnknown } from "../options.js"
import { printable } from "../printable.js"
import { SUBJECT_ARGS } from "../subject.js"

const args = {
  schedule: { type: "positional", description: "As `outlive explore` printed it: MODEL:SCHEDULE", required: true },
  json: COMMON.json,
  engine: {
    type: "string",
    description: "Another build of the engine: a module that exports instantiate",
    valueHint: "file",
  },
  lock: SUBJECT_ARGS.lock,
  scheme: SUBJECT_ARGS.scheme,
  program: { type: "string", description: "The file that exports the program", valueHint: "file" },
  model: { type: "string", description: "The file that exports the model", valueHint: "file" },
} as const

export const replay = defineCommand({
  meta: { name: "replay", description: "Replay one order of a model's steps; exit code 1 if it fails" },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const [name = "", schedule = ""] = given.schedule.split(":", 2)
    const beside = ["engine", "lock", "scheme", "program"].find((option) => given[option as "lock"] !== undefined)
    if (given.model !== undefined && beside !== undefined)
      throw new UsageError(`Option --${beside} is for programs, and ${given.model} exports a model: leave it out`)
    if (schedule === "") throw new UsageError(`"${given.schedule}" has no schedule in it: it is written MODEL:SCHEDULE`)
    try {
      const engine = await engineFor(given)
      const program = given.program === undefined ? {} : { program: await moduleOf((await kindOf(given.program)).file) }
      const { claim, model } = await modelFrom(given.model, { name, ...engine, ...program })
      // Of a file's model as it was explored; of ours every access is a step, and none races.
      const result = await replayAsync(model, schedule, given.model === undefined ? { races: false } : {})
      const whole = { ...headOf("replay", rawArgs), interrupted: false, explorations: [printable(result, { claim })] }
      process.stdout.write(given.json ? `${JSON.stringify(whole)}\n` : `${claim}\n${report(result)}\n`)
      if (result.verdict !== "pass") process.exitCode = EXIT.failed
    } catch (error) {
      if (error instanceof ExploreError) throw new UsageError(error.message)
      throw error
    }
  },
})

interface On {
  readonly engine?: string | undefined
  readonly lock?: string | undefined
  readonly scheme?: string | undefined
}

/** The engine that was explored, made again. @throws UsageError for more than one */
async function engineFor({ engine, lock, scheme }: On): Promise<{ readonly engine?: string }> {
  if (engine !== undefined && (lock ?? scheme) !== undefined)
    throw new UsageError("Options --engine and --lock, or --scheme, both say which engine to replay on: give one")
  if (engine !== undefined) return { engine: fileOption("engine", engine) }
  if ((lock ?? scheme) === undefined) return {}
  return { engine: pathToFileURL(await buildEngine({ lock, scheme }, { target: "js", flavour: "stepwise" })).href }
}

// oxlint-disable no-explicit-any -- what its threads are given is its own affair
type Choice = Parameters<typeof buildModel>[0]

async function modelFrom(file: string | undefined, choice: Choice): Promise<{ claim: string; model: AsyncModel<any> }> {
  if (file === undefined) return { claim: (await findModel(choice)).claim, model: await buildModel(choice) }
  const model = await importModel(await moduleOf((await kindOf(file)).file), "model", undefined)
  return { claim: `The model in ${file}`, model }
}
