/** `outlive race`: one race, as the options say. */
import { runRace } from "@outlive/workers"
import { defineCommand } from "citty"
import { EXIT, UsageError } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { COMMON, checkEngine, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"
import { RACE_ARGS, isWait, raceFrom } from "../race-options.js"
import { raceReport } from "../race-report.js"
import { SUBJECT_ARGS, type Words, raceOver, subjectOf, wordsOf } from "../subject.js"

const args = {
  what: {
    type: "positional",
    description:
      "A program's name, or a file with a program, a lock, a scheme or a role; without it a scenario is raced",
    required: false,
  },
  json: COMMON.json,
  ...RACE_ARGS,
  program: SUBJECT_ARGS.program,
  scheme: SUBJECT_ARGS.scheme,
} as const

export const race = defineCommand({
  meta: {
    name: "race",
    description: "Race real threads over fences, or in a program; exit code 1 if a claim did not hold",
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const { lock, ...words } = given as Words
    const asked = raceFrom(given)
    const subject = await subjectOf({ ...words, ...(lock === undefined || isWait(lock) ? {} : { lock }) })
    if (subject.model !== undefined) throw new UsageError("Cannot race over a model: it can be explored")
    if (asked.engineUrl !== undefined) await checkEngine("engine-module", asked.engineUrl)
    const over = await raceOver(subject, asked)
    const progress = new Progress()
    const interrupt = onInterrupt()
    const result = await runRace(
      { ...asked, ...over },
      {
        signal: interrupt.signal,
        onProgress: ({ elapsedMs, totalMs, operations }) =>
          progress.show(
            `racing ${(elapsedMs / 1_000).toFixed(0)} of ${totalMs / 1_000} s, ${operations.toLocaleString("en")} operations`,
          ),
      },
    )
    progress.clear()
    interrupt.release()
    process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : `${raceReport(result, wordsOf(given))}\n`)
    process.exitCode = !result.passed ? EXIT.failed : result.interrupted ? EXIT.interrupted : EXIT.ok
  },
})
