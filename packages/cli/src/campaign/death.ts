/** A seed is a death: which thread of a program dies, and at which of its accesses; and some random orders in which it may. */
import { explore } from "@outlive/explore"
import { buildModel, findModel } from "@outlive/models"
import { findProgram } from "@outlive/programs"
import { kindOf, moduleOf } from "../../../../scripts/brought.mjs"
import { UsageError } from "../exit-codes.js"
import { fileOption, numberOption } from "../options.js"
import { argumentsOf, playedOf, text } from "./explore.js"
import type { Kind, Options } from "./kind.js"

const MOST = 1_000_000

export const death: Kind = {
  name: "death",
  about: "Let a thread of a program die, somewhere else for each seed",
  args: {
    what: { type: "positional", description: "A program with its size: counter-3x1", required: true },
    program: { type: "string", description: "The file that exports the program", valueHint: "file" },
    accesses: {
      type: "string",
      description: "A thread dies at one of its first accesses to shared memory, of so many. Default: 100",
      valueHint: "number",
    },
    orders: { type: "string", description: "Random orders for each death. Default: 20", valueHint: "number" },
    "engine-module": {
      type: "string",
      description: "Another build of the engine to explore: a module that exports instantiate",
      valueHint: "file",
    },
  },
  files: ["program", "engine-module"],
  seeds: [1, 0x7fffffff],
  threads: () => 1,
  async open(options) {
    const { named, where } = await diesIn(options)
    const accesses = numberOption("accesses", text(options, "accesses") ?? "100", 1, MOST)
    const executions = numberOption("orders", text(options, "orders") ?? "20", 1, MOST)
    const nameOf = (seed: number) => named(seed - 1, accesses)
    await findModel({ ...where, name: nameOf(1) })
    return {
      repeat: (seed) => `outlive campaign death ${argumentsOf(options)} --seeds ${seed}..${seed}`,
      async play(seed) {
        const name = nameOf(seed)
        const model = await buildModel({ ...where, name })
        const told = { engine: text(options, "engine-module"), program: text(options, "program") }
        return playedOf(explore(model, { strategy: "random", seed, executions, races: false }), name, told)
      },
    }
  },
}

/** Deaths in turn: each thread at its first access, then each at its second, and so on, and again from the first, in other orders. */
async function diesIn(options: Options) {
  const what = text(options, "what") ?? ""
  const [, title = "", count] = /^(.+)-(\d+)x\d+$/.exec(what) ?? []
  const threads = Number(count)
  if (count === undefined || threads < 1)
    throw new UsageError(`Who dies in "${what}"? Name a program with its size, like counter-3x1`)
  const file = text(options, "program")
  const module = text(options, "engine-module")
  const program = file === undefined ? undefined : await moduleOf((await kindOf(file)).file)
  const { name, immortal } = await findProgram(program ?? title)
  if (immortal !== undefined) throw new UsageError(`Not applicable: no thread of ${name} may die: ${immortal}`)
  return {
    named: (at: number, accesses: number) =>
      `${what}-dies-${at % threads}-${1 + (Math.floor(at / threads) % accesses)}`,
    where: {
      ...(module === undefined ? {} : { engine: fileOption("engine-module", module) }),
      ...(program === undefined ? {} : { program }),
    } as { readonly engine?: string; readonly program?: string },
  }
}
