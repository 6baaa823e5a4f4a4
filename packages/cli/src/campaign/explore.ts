/** A seed is some random orders of a model's steps: where every order is too many, a part of them that can be named again. */
import type { Played } from "@outlive/campaign"
import { type Model, type Result, exploreAsync, importModel } from "@outlive/explore"
import { MODELS, buildModel, findModel, modelNamed } from "@outlive/models"
import { PROGRAMS } from "@outlive/programs"
import { kindOf, moduleOf } from "../../../../scripts/brought.mjs"
import { UsageError } from "../exit-codes.js"
import { didYouMean } from "../nearest.js"
import { choiceOption, fileOption, numberOption } from "../options.js"
import { quoted } from "../quoted.js"
import { type Where, replayLine } from "../replay-line.js"
import type { Kind, Options } from "./kind.js"

const STRATEGIES = ["pct", "random"] as const
const MOST_ORDERS = 1_000_000

export const exploreKind: Kind = {
  name: "explore",
  about: "Explore random orders of a model, so many for each seed",
  args: {
    what: {
      type: "positional",
      description: "A model's name, a program's with its size (counter-3x1), or a file that exports a model",
      required: true,
    },
    program: { type: "string", description: "The file that exports the program", valueHint: "file" },
    orders: { type: "string", description: "Orders for each seed. Default: 100", valueHint: "number" },
    strategy: {
      type: "string",
      description: `How an order is drawn: ${STRATEGIES.join(", ")}. Default: pct (Burckhardt 2010)`,
      valueHint: "word",
    },
    "engine-module": {
      type: "string",
      description: "Another build of the engine to explore: a module that exports instantiate",
      valueHint: "file",
    },
  },
  files: ["what", "program", "engine-module"],
  seeds: [1, 0x7fffffff],
  threads: () => 1,
  async open(options) {
    const { model, name, where } = await modelFrom(options)
    const strategy = choiceOption("strategy", text(options, "strategy") ?? "pct", STRATEGIES)
    const executions = numberOption("orders", text(options, "orders") ?? "100", 1, MOST_ORDERS)
    const play = (seed: number) => exploreAsync(model, { strategy, seed, executions, races: false })
    return {
      // What is known of a seed that ended its process; of one that failed there is the schedule.
      repeat: (seed) => `outlive campaign explore ${argumentsOf(options)} --seeds ${seed}..${seed}`,
      play: async (seed) => playedOf(await play(seed), name, where),
    }
  },
}

// oxlint-disable no-explicit-any -- what its threads are given is its own affair
async function modelFrom(options: Options): Promise<{ model: Model<any>; name: string; where: Where }> {
  const what = text(options, "what")
  if (what === undefined) throw new UsageError("What is explored? Name a model, or a file with one")
  const isFromFile = /[\\/]|\.(ts|mts|js|mjs)$/.test(what)
  const beside = ["program", "engine-module"].find((option) => text(options, option) !== undefined)
  if (isFromFile && beside !== undefined)
    throw new UsageError(`Option --${beside} is for programs, and ${what} exports a model: leave it out`)
  const module = text(options, "engine-module")
  const engine = module === undefined ? undefined : fileOption("engine-module", module)
  if (isFromFile) {
    const { kind, file } = await kindOf(what)
    if (kind !== "model") throw new UsageError(`There is no model in "${what}": it exports none`)
    const url = await moduleOf(file)
    return {
      model: await importModel(url, "model", undefined),
      name: "model",
      where: { model: what },
    }
  }
  const file = text(options, "program")
  const program = file === undefined ? undefined : await moduleOf((await kindOf(file)).file)
  const choice = {
    name: what,
    ...(engine === undefined ? {} : { engine }),
    ...(program === undefined ? {} : { program }),
  }
  if (program === undefined) refuseUnnamed(what)
  await findModel(choice)
  return { model: await buildModel(choice), name: what, where: { engine: module, program: file } }
}

/** @throws UsageError for a word that is neither a model's name nor a program's with its size */
function refuseUnnamed(what: string): void {
  if (modelNamed(what) !== undefined || /-\d+x\d+(-dies-\d+-\d+)?$/.test(what)) return
  const sizes = PROGRAMS.find(({ name }) => name === what)?.sizes.map((size) => `${what}-${size.threads}x${size.turns}`)
  if (sizes) throw new UsageError(`"${what}" is a program: name it with its size, one of ${sizes.join(", ")}`)
  const known = [...MODELS, ...PROGRAMS].map(({ name }) => name)
  throw new UsageError(`There is no model "${what}": outlive explore lists them${didYouMean(what, known)}`)
}

export function playedOf(result: Result, name: string, where: Where): Played {
  const operations = result.executions
  if (result.verdict === "pass") return { operations, failures: [] }
  const repeat = replayLine(name, result.schedule, where).replace(/^Replay: /, "")
  return {
    operations,
    failures: [{ size: result.trace.length, repeat, text: `${result.verdict}: ${result.message}` }],
  }
}

export const text = (options: Options, key: string): string | undefined => {
  const value = options[key]
  return typeof value === "string" ? value : undefined
}

export function argumentsOf({ what, ...rest }: Options): string {
  const words = [String(what), ...Object.entries(rest).map(([key, value]) => `--${key}=${String(value)}`)]
  return words.map(quoted).join(" ")
}
