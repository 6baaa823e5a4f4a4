/** `outlive bench`: what operations and locks cost. */
import {
  LAB_STRUCTURES,
  type ReclamationOptions,
  formatContended,
  formatExplore,
  formatFamily,
  formatMicro,
  formatReclamation,
  runContended,
  runExplore,
  runFamily,
  runMicro,
  runReclamation,
} from "@outlive/bench"
import { basename } from "node:path"
import { defineCommand } from "citty"
import {
  LAB_SCHEMES,
  buildLab,
  buildStrategy,
  buildWith,
  labSchemeOf,
  lockOf,
} from "../../../../scripts/strategies.mjs"
import { EXIT, UsageError } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { COMMON, choiceOption, numberOption, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"
import { RESULTS_FOLDER, asText, openResult } from "../results.js"

const args = {
  which: {
    type: "positional",
    description: "micro, contended, family, explore, or all of these; reclamation",
    default: "all",
    required: false,
  },
  ...COMMON,
  quick: { type: "boolean", description: "Fewer and shorter rounds" },
  rounds: { type: "string", description: "How many processes for each variant", valueHint: "number" },
  threads: { type: "string", description: "Most threads in the contended part", valueHint: "number" },
  lock: {
    type: "string",
    description: "With contended: only these locks, against the package's: names (outlive strategies) or files",
    valueHint: "name,name",
  },
  scheme: {
    type: "string",
    description: "With reclamation: only these schemes, against the package's: names (outlive strategies) or files",
    valueHint: "name,name",
  },
  structure: {
    type: "string",
    description: `With reclamation: ${LAB_STRUCTURES.join(", ")}; with a number of keys`,
    default: "list:1000",
    valueHint: "name:number",
  },
  reads: {
    type: "string",
    description: "With reclamation: per cent of all operations",
    default: "90",
    valueHint: "number",
  },
  stall: {
    type: "string",
    description: "With reclamation: a reader stalls for so long, again and again",
    valueHint: "ms",
  },
  out: { type: "string", description: "Folder for the result file", default: RESULTS_FOLDER },
} as const

export const bench = defineCommand({
  meta: {
    name: "bench",
    description:
      "Measure: single operations against C++ twins, locks under contention, how containers grow, the explorer, reclamation",
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const which = choiceOption("which", given.which ?? "all", [
      "all",
      "micro",
      "contended",
      "family",
      "explore",
      "reclamation",
    ])
    const progress = new Progress()
    const asked = {
      seed: numberOption("seed", given.seed, -0x80000000, 0x7fffffff),
      ...(given.quick ? { quick: true } : {}),
      ...(given.rounds ? { rounds: numberOption("rounds", given.rounds, 1, 1_000) } : {}),
    }
    const threads = given.threads ? { threads: numberOption("threads", given.threads, 1, 64) } : {}
    if (given.lock !== undefined && which !== "contended")
      throw new UsageError("Option --lock is for the contended part: outlive bench contended --lock ticket")
    const locks = given.lock === undefined ? {} : { locks: await builtLocks(given.lock.split(",")) }
    const structures = which === "reclamation" ? await labOptions(given) : undefined
    const output = openResult("bench", given.out)
    const interrupt = onInterrupt()
    const options = { ...asked, signal: interrupt.signal }
    const show = (text: string) => progress.show(text)
    const wants = (part: string) => (which === "all" || which === part) && !interrupt.signal.aborted
    const micro = wants("micro") ? await runMicro({ ...options, lab: await labOfFences() }, show) : undefined
    const contended = wants("contended") ? await runContended({ ...options, ...threads, ...locks }, show) : undefined
    const family = wants("family") ? await runFamily(options, show) : undefined
    const explored = wants("explore") ? await runExplore(options, show) : undefined
    const reclaimed = structures && (await runReclamation({ ...options, ...threads, ...structures }, show))
    progress.clear()
    interrupt.release()
    const interrupted = interrupt.signal.aborted
    const result = { kind: "bench", interrupted, micro, contended, family, explored, reclaimed }
    output.write(asText(result))
    const text = [
      micro && formatMicro(micro),
      contended && formatContended(contended),
      family && formatFamily(family),
      explored && formatExplore(explored),
      reclaimed && formatReclamation(reclaimed),
    ]
      .filter(Boolean)
      .join("\n\n")
    process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : `${text}\n\nResult: ${output.path}\n`)
    if (interrupted) process.exitCode = EXIT.interrupted
  },
})

/** The package's engine, and with it the fences to hold against its own. */
function labOfFences(): Promise<string> {
  return buildWith(["lab/lock-free-fence", "lab/bare-fence"], { target: "wasm", flavour: "release" })
}

/** Each as WebAssembly, under a name that fits a table. */
async function builtLocks(names: readonly string[]): Promise<{ name: string; build: string }[]> {
  const built: { name: string; build: string }[] = []
  for (const name of names) {
    const { excludes, file } = lockOf(name)
    if (excludes === false) throw new UsageError(`Cannot measure "${name}" under contention: it lets two in`)
    const build = await buildStrategy(name, { target: "wasm", flavour: "release" })
    built.push({ name: file === undefined ? name : basename(file), build })
  }
  return built
}

const BASE = "epochs"

interface LabGiven {
  readonly scheme?: string | undefined
  readonly structure?: string | undefined
  readonly reads?: string | undefined
  readonly stall?: string | undefined
}

/** Which structure under which schemes; the package's own is always among them, and first. */
async function labOptions(
  given: LabGiven,
): Promise<Pick<ReclamationOptions, "schemes" | "structure" | "size" | "reads" | "stallMs">> {
  const names = given.scheme?.split(",") ?? LAB_SCHEMES.map(({ name }) => name)
  const schemes: { name: string; build: string }[] = []
  for (const asked of [BASE, ...names.filter((name) => name !== BASE)]) {
    const { file } = labSchemeOf(asked)
    const build = await buildLab(asked, { target: "wasm", flavour: "release" })
    schemes.push({ name: file === undefined ? asked : basename(file), build })
  }
  const [structure, size = "1000"] = (given.structure ?? "list:1000").split(":") as [string, string?]
  return {
    schemes,
    structure: choiceOption("structure", structure, LAB_STRUCTURES),
    size: numberOption("structure", size, 1, 6_000),
    reads: numberOption("reads", given.reads ?? "90", 0, 100),
    stallMs: given.stall === undefined ? 0 : numberOption("stall", given.stall.replace(/ms$/, ""), 1, 600_000),
  }
}
