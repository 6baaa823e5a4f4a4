/** `outlive replay`: one order of steps again, told step by step. */
import { ExploreError, replay as replaySchedule, report } from "@outlive/explore"
import { buildModel, modelNamed } from "@outlive/models"
import { defineCommand } from "citty"
import { EXIT, UsageError } from "../exit-codes.js"
import { COMMON, fileOption, refuseUnknown } from "../options.js"
import { printable } from "../printable.js"

const args = {
  schedule: { type: "positional", description: "As `outlive explore` printed it: MODEL:SCHEDULE", required: true },
  json: COMMON.json,
  engine: {
    type: "string",
    description: "Another build of the engine: a module that exports instantiate",
    valueHint: "file",
  },
} as const

export const replay = defineCommand({
  meta: { name: "replay", description: "Replay one order of a model's steps; exit code 1 if it fails" },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const [name = "", schedule = ""] = given.schedule.split(":", 2)
    const model = modelNamed(name)
    if (!model) throw new UsageError(`There is no model "${name}": a schedule is written MODEL:SCHEDULE`)
    if (schedule === "") throw new UsageError(`"${given.schedule}" has no schedule in it: it is written MODEL:SCHEDULE`)
    try {
      const engine = given.engine === undefined ? {} : { engine: fileOption("engine", given.engine) }
      const result = replaySchedule(await buildModel({ name, ...engine }), schedule, { races: false })
      process.stdout.write(
        given.json ? `${JSON.stringify(printable(result))}\n` : `${model.claim}\n${report(result)}\n`,
      )
      if (result.verdict !== "pass") process.exitCode = EXIT.failed
    } catch (error) {
      if (error instanceof ExploreError) throw new UsageError(error.message)
      throw error
    }
  },
})
