/** `outlive race`: one race, as the options say. */
import { castOf, castWithContainers, runRace } from "@outlive/workers"
import { defineCommand } from "citty"
import { EXIT } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { COMMON, choiceOption, numberOption, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"
import { raceReport } from "../race-report.js"

const args = {
  ...COMMON,
  lifetime: {
    type: "string",
    description: "independent (the series) or issuer-bound (before it: oopses are what you will see)",
    default: "independent",
  },
  engine: { type: "string", description: "wasm or js", default: "wasm" },
  flavour: { type: "string", description: "checked or release", default: "checked" },
  threads: { type: "string", description: "Number of threads", valueHint: "2-64", default: "6" },
  seconds: { type: "string", description: "How long", valueHint: "number", default: "5" },
  perturbation: {
    type: "boolean",
    description: "Widen windows by random delays; on the js engine at single shared accesses",
  },
  containers: {
    type: "boolean",
    description: "Some threads build arrays and chains over the others' fences, and merge them",
  },
  "fence-lock": { type: "string", description: "inline or external", default: "inline" },
  lock: { type: "string", description: "spin or mutex", default: "spin" },
} as const

export const race = defineCommand({
  meta: { name: "race", description: "Race real threads over fences; exit code 1 if a claim did not hold" },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const scenario = {
      lifetime: choiceOption("lifetime", given.lifetime, ["independent", "issuer-bound"]),
      engine: choiceOption("engine", given.engine, ["wasm", "js"]),
      flavour: choiceOption("flavour", given.flavour, ["checked", "release"]),
      fenceLock: choiceOption("fence-lock", given["fence-lock"], ["inline", "external"]),
      lock: choiceOption("lock", given.lock, ["spin", "mutex"]),
      roles: given.containers
        ? castWithContainers(numberOption("threads", given.threads, 3, 64))
        : castOf(numberOption("threads", given.threads, 2, 64)),
      seconds: numberOption("seconds", given.seconds, 0.1, 86_400, false),
      seed: numberOption("seed", given.seed, -0x80000000, 0x7fffffff),
      perturbation: given.perturbation === true,
    }
    const progress = new Progress()
    const interrupt = onInterrupt()
    const result = await runRace(scenario, {
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
