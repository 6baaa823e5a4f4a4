/** `outlive race`: one race, as the options say. */
import { runRace } from "@outlive/workers"
import { defineCommand } from "citty"
import { EXIT } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { COMMON, checkEngine, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"
import { RACE_ARGS, raceFrom } from "../race-options.js"
import { raceReport } from "../race-report.js"

const args = { json: COMMON.json, ...RACE_ARGS } as const

export const race = defineCommand({
  meta: { name: "race", description: "Race real threads over fences; exit code 1 if a claim did not hold" },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const asked = raceFrom(given)
    if (asked.engineUrl !== undefined) await checkEngine("engine-module", asked.engineUrl)
    const progress = new Progress()
    const interrupt = onInterrupt()
    const result = await runRace(asked, {
      signal: interrupt.signal,
      onProgress: ({ elapsedMs, totalMs, operations }) =>
        progress.show(
          `racing ${(elapsedMs / 1_000).toFixed(0)} of ${totalMs / 1_000} s, ${operations.toLocaleString("en")} operations`,
        ),
    })
    progress.clear()
    interrupt.release()
    process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : `${raceReport(result)}\n`)
    process.exitCode = !result.passed ? EXIT.failed : result.interrupted ? EXIT.interrupted : EXIT.ok
  },
})
