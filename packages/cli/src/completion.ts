/** Completion in shells: `outlive complete bash` prints what a shell needs to ask us, and then it asks. */
import tab from "@bomb.sh/tab/citty"
import { type CommandDef, runCommand } from "citty"
import { UsageError } from "./exit-codes.js"

/** Where each shell wants it. */
const SHELLS: Readonly<Record<string, string>> = {
  bash: "source <(outlive complete bash)",
  zsh: "source <(outlive complete zsh)",
  fish: "outlive complete fish | source",
  powershell: "outlive complete powershell | Out-String | Invoke-Expression",
}

const LINES = Object.entries(SHELLS).map(([name, line]) => `${name} (${line})`)

export const HELP = `Print what a shell needs to complete the words of outlive: outlive complete SHELL\n\n${Object.entries(
  SHELLS,
)
  .map(([name, line]) => `  ${name.padEnd(10)}  ${line}`)
  .join("\n")}`

/** `args`: a shell, or what it asks. @throws UsageError for another shell */
export async function completion(outlive: CommandDef, args: readonly string[]): Promise<void> {
  const [shell] = args
  if (shell !== "--" && (shell === undefined || !Object.hasOwn(SHELLS, shell)))
    throw new UsageError(`Of which shell? There are ${LINES.join(", ")}`)
  await tab(outlive, { subCommands: await wordsOf(outlive) })
  await runCommand(outlive, { rawArgs: ["complete", ...args] })
}

type Offer = (complete: (value: string, description: string) => void) => void
type Offers = Readonly<Record<string, Offer>>
interface Words {
  readonly options: Offers
  readonly args: Offers
  readonly subCommands: Readonly<Record<string, Words>>
}

/** What is offered for a value that nobody can know. An option without any words would be taken for a switch, and the word behind it for an argument. */
const nothing: Offer = () => {}

/** A number, a file or a text has no words. */
const HAS_WORDS = /^(name|word|kind)\b/

/** For each command, and those in it, what its options and its arguments take. */
async function wordsOf(command: CommandDef, path = ""): Promise<Words["subCommands"]> {
  const [inner, known] = await Promise.all([resolved(command.subCommands ?? {}), words()])
  const all = await Promise.all(
    Object.entries(inner).map(async ([name, lazy]) => {
      const one = await resolved(lazy)
      const title = path === "" ? name : `${path} ${name}`
      const options: Record<string, Offer> = {}
      for (const [option, { type, valueHint = "" }] of Object.entries((await resolved(one.args ?? {})) as ArgsDef))
        if (type === "string") options[option] = offered(known.options, option, valueHint)
      return [name, { options, args: known.args[title] ?? {}, subCommands: await wordsOf(one, title) }] as const
    }),
  )
  return Object.fromEntries(all)
}

function offered(options: Offers, option: string, valueHint: string): Offer {
  return (HAS_WORDS.test(valueHint) && (options[`${option} ${valueHint}`] ?? options[option])) || nothing
}

type ArgsDef = Readonly<Record<string, { readonly type?: string; readonly valueHint?: string }>>

async function resolved<T>(lazy: T | Promise<T> | (() => T | Promise<T>)): Promise<T> {
  return typeof lazy === "function" ? (lazy as () => T | Promise<T>)() : lazy
}

interface Known {
  /** By the option's name, where it takes the same in every command; else with its hint behind. */
  readonly options: Offers
  readonly args: Readonly<Record<string, Offers>>
}

let known: Promise<Known> | undefined

const words = (): Promise<Known> => (known ??= load())

/** Words that options and arguments take, by whoever knows them. */
async function load(): Promise<Known> {
  const [{ PROGRAMS }, { MODELS }, race, { DRIVER_RACES }, bench, strategies, { NAMED, PARTS }, { KINDS }] =
    await Promise.all([
      import("@outlive/programs"),
      import("@outlive/models"),
      import("@outlive/workers"),
      import("@outlive/drivers"),
      import("@outlive/bench"),
      import("../../../scripts/strategies.mjs"),
      import("./bench/applies.js"),
      import("./commands/new.js"),
    ])
  const { scale, peers, fences, channels } = bench.RIGS
  const program = offer(PROGRAMS)
  return {
    options: {
      program,
      scenario: offer(race.SCENARIOS),
      driver: offer(DRIVER_RACES),
      variation: offer(["patched"]),
      engine: offer(race.ENGINES),
      flavour: offer(race.FLAVOURS),
      lifetime: offer(race.LIFETIMES),
      "fence-lock": offer(race.FENCE_LOCKS),
      lock: offer(strategies.LOCKS),
      "lock word": offer([...race.LOCKS, ...strategies.LOCKS]),
      scheme: offer(strategies.SCHEMES),
      mishap: offer(race.MISHAPS.map((kind) => `${kind}:1:300`)),
      strategy: offer(["pct", "random"]),
      structure: offer(bench.LAB_STRUCTURES),
      of: offer(scale.axes.of.words),
      peer: offer(peers.axes.peer.words),
      task: offer([peers, channels, fences].flatMap(({ axes }) => axes.task.words)),
      placement: offer(fences.axes.placement.words),
    },
    args: {
      race: { what: program },
      "campaign race": { what: program },
      explore: { name: offer(["all", ...MODELS, ...PROGRAMS]) },
      death: { what: program },
      bench: { which: offer([...PARTS, ...NAMED, ...PROGRAMS]) },
      strategies: { lock: offer(strategies.LOCKS) },
      new: { what: offer(KINDS) },
    },
  }
}

type Named = string | { readonly name: string; readonly claim?: string; readonly about?: string }

/** Without what a shell would take apart: the command understands a part of such a name as well. */
function offer(all: readonly Named[]): Offer {
  const named = all.map((one) => (typeof one === "string" ? { name: one } : one))
  return (complete) => {
    for (const { name, ...more } of named) if (!name.includes(" ")) complete(name, describe(more))
  }
}

const describe = ({ claim, about }: { readonly claim?: string; readonly about?: string }) => claim ?? about ?? ""
