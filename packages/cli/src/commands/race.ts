/** `outlive race`: one race, as the options say. */
import type { Heap } from "@outlive/core"
import { FENCE_TYPES, type FenceType, fenceTypeAt, isDriverRace, titleOf } from "@outlive/drivers"
import { type RaceResult, runRace } from "@outlive/workers"
import { defineCommand } from "citty"
import { askedRace } from "../asked-race.js"
import { headOf, whereLine } from "../envelope.js"
import { EXIT } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { casesOfRace } from "../race-cases.js"
import { junit } from "../junit.js"
import { COMMON, JUNIT, LOUDNESS, assertOneLoudness, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"
import { RACE_ARGS } from "../race-options.js"
import { raceHeadline, raceOf, raceReport } from "../race-report.js"
import { openOutput } from "../results.js"
import { SUBJECT_ARGS, type Subject } from "../subject.js"

/** For the command's definition, and who reads the lines that it prints. */
export const ARGS = {
  what: {
    type: "positional",
    description:
      "A program's name, or a file with a program, a lock, a scheme, a role or a fence type; without it a scenario is raced",
    required: false,
  },
  json: COMMON.json,
  junit: JUNIT,
  ...LOUDNESS,
  ...RACE_ARGS,
  program: SUBJECT_ARGS.program,
  scheme: SUBJECT_ARGS.scheme,
  trace: {
    type: "string",
    description:
      "Also write what the threads did last, with times, to this file: Perfetto opens it. The race is slower for it",
    valueHint: "file",
  },
} as const

export const race = defineCommand({
  meta: {
    name: "race",
    description: "Race real threads over fences, or in a program; exit code 1 if a claim did not hold",
  },
  args: ARGS,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, ARGS)
    assertOneLoudness(given)
    const { given: asked, subject, said } = await askedRace(given)
    const head = headOf("race", rawArgs)
    const xml = given.junit === undefined ? undefined : openOutput("junit", given.junit)
    const trace = given.trace === undefined ? undefined : await traced(given.trace)
    const progress = new Progress()
    const interrupt = onInterrupt()
    let traceLine = ""
    let unwritten: unknown
    const onEnd = (heap: Heap) => {
      try {
        traceLine = trace!.write(heap, head.command)
      } catch (error) {
        // What the race has found is told first.
        unwritten = error
      }
    }
    const result = await runRace(asked, {
      signal: interrupt.signal,
      ...(trace === undefined ? {} : { onEnd }),
      onProgress: ({ elapsedMs, totalMs, operations }) =>
        given.quiet !== true &&
        progress.show(
          `racing ${(elapsedMs / 1_000).toFixed(0)} of ${totalMs / 1_000} s, ${operations.toLocaleString("en")} operations`,
        ),
    })
    progress.clear()
    interrupt.release()
    const whole = { ...head, ...result, races: [raceOf(result, said)] }
    const { scenario, program, seed } = result.settings
    const isBrief = given.quiet === true && result.passed
    const text = isBrief ? raceHeadline(result) : raceReport(result, said, await typeOf(subject, result))
    process.stdout.write(given.json ? `${JSON.stringify(whole)}\n` : `${text}\n`)
    if (given.verbose === true)
      process.stderr.write(`${whereLine(head)}\nsettings: ${JSON.stringify(result.settings)}\n`)
    if (traceLine !== "") process[given.json ? "stderr" : "stdout"].write(`${traceLine}\n`)
    process.exitCode = !result.passed ? EXIT.failed : result.interrupted ? EXIT.interrupted : EXIT.ok
    xml?.write(junit(head, program ?? scenario, casesOfRace(result, said), { seed }))
    if (unwritten !== undefined) throw unwritten
  },
})

/** The fence type that was raced, of a race over one. */
async function typeOf({ driver }: Subject, { settings }: RaceResult): Promise<FenceType | undefined> {
  if (driver !== undefined) return fenceTypeAt(driver)
  return isDriverRace(settings.scenariosUrl)
    ? FENCE_TYPES.find((type) => titleOf(type) === settings.scenario)
    : undefined
}

/** What makes traces is loaded when one is asked for. */
async function traced(file: string) {
  const output = openOutput("trace", file)
  const { writeTrace } = await import("../trace-file.js")
  return { write: (heap: Heap, title: string) => writeTrace(heap, output, title) }
}
