#!/usr/bin/env node
/** The `outlive` command. */
import { createRequire } from "node:module"
import { inspect } from "node:util"
import { type CommandDef, defineCommand, renderUsage, runCommand } from "citty"
import { advised } from "./advised.js"
import { EXIT, OutputError, UsageError } from "./exit-codes.js"
import { didYouMean } from "./nearest.js"
import { toldOfOops } from "./oops-before.js"
import { unpainted } from "./paint.js"
import { throwing } from "./throwing.js"
import { tellUnlessEnded } from "./untimely.js"

const { version } = createRequire(import.meta.url)("outlive/package.json") as { version: string }
/**
 * What tells steps does so by the lines of the sources, which the maps of the engine's builds name, and those of what was brought along: Node
 * reads the map of a module when it loads it, and only if it was asked before.
 */
function byLines<T>(load: () => Promise<T>): Promise<T> {
  process.setSourceMapsEnabled(true)
  return load()
}

/** Loaded when they are asked for: nobody who explores waits for what measures. */
const COMMANDS = {
  lab: async () => (await import("./commands/lab.js")).lab,
  race: async () => (await import("./commands/race.js")).race,
  lifetimes: async () => (await import("./commands/lifetimes.js")).lifetimes,
  explore: () => byLines(async () => (await import("./commands/explore.js")).explore),
  replay: () => byLines(async () => (await import("./commands/replay.js")).replay),
  death: () => byLines(async () => (await import("./commands/death.js")).death),
  bench: async () => (await import("./commands/bench.js")).bench,
  report: async () => (await import("./commands/report.js")).report,
  campaign: async () => (await import("./commands/campaign.js")).campaign,
  strategies: async () => (await import("./commands/strategies.js")).strategies,
  new: async () => (await import("./commands/new.js")).create,
} as unknown as Readonly<Record<string, () => Promise<CommandDef<never>>>>
const NAMES = Object.keys(COMMANDS)

const outlive = defineCommand({
  meta: {
    name: "outlive",
    version,
    description: "Fences that outlive the module that issued them: see, race, explore, kill, measure",
  },
  subCommands: COMMANDS as never,
})

async function main(rawArgs: string[]): Promise<void> {
  const [first] = rawArgs
  if (first === "complete" && !rawArgs.includes("--") && (rawArgs.includes("--help") || rawArgs.includes("-h")))
    return void process.stdout.write(`${(await import("./completion.js")).HELP}\n`)
  if (first === "complete") {
    const { completion } = await import("./completion.js")
    return completion(outlive, rawArgs.slice(1))
  }
  const command = first !== undefined && Object.hasOwn(COMMANDS, first) ? await COMMANDS[first]!() : undefined
  if (rawArgs.includes("--version") && !command) return void process.stdout.write(`${version}\n`)
  if (first === undefined || rawArgs.includes("--help") || rawArgs.includes("-h"))
    return void process.stdout.write(
      `${shortened(unpainted(command ? await usageOf(command, rawArgs) : await renderUsage(outlive)))}\n`,
    )
  if (!command)
    throw new UsageError(`Unknown command "${first}": there are ${NAMES.join(", ")}${didYouMean(first, NAMES)}`)
  const inner = Object.keys(command.subCommands ?? {})
  if (inner.length > 0 && !inner.includes(rawArgs[1] ?? ""))
    throw new UsageError(
      `What is ${first} to do? There are ${inner.map((name) => `outlive ${first} ${name}`).join(", ")}${didYouMean(rawArgs[1] ?? "", inner)}`,
    )
  await runCommand(throwing(command), { rawArgs: rawArgs.slice(1) })
}

/** Without the blanks by which citty makes each line as long as the longest: a terminal would wrap them into empty lines. */
const shortened = (usage: string): string => usage.replaceAll(/ +$/gm, "")

/** Of a command, or of one of its own: `outlive campaign race --help`. */
async function usageOf(command: CommandDef<never>, [first, second = ""]: string[]): Promise<string> {
  const inner = (command.subCommands ?? {}) as Readonly<Record<string, CommandDef<never>>>
  if (!Object.hasOwn(inner, second)) return renderUsage(command, outlive as never)
  return renderUsage(inner[second]!, { meta: { name: `outlive ${first}` } } as never)
}

/** What the arguments are of, and whose help has what was missing: `outlive campaign race`. */
async function commandOf([first = "", second = ""]: string[]): Promise<{ name: string; flags: string[] }> {
  if (first === "complete") return { name: "outlive complete", flags: [] }
  if (!Object.hasOwn(COMMANDS, first)) return { name: "outlive", flags: [] }
  const command = await COMMANDS[first]!()
  const inner = (command.subCommands ?? {}) as Readonly<Record<string, CommandDef<never>>>
  const isInner = Object.hasOwn(inner, second)
  const { args = {} } = isInner ? inner[second]! : command
  return { name: `outlive ${first}${isInner ? ` ${second}` : ""}`, flags: Object.keys(args) }
}

const ended = tellUnlessEnded()

// Progress that nobody can be told of is no failure.
process.stderr.on("error", () => {})

// Whoever reads us has seen enough: `outlive explore | head`. What was not looked at to its end has not held, and a result that nobody has read
// is no success either, whenever the pipe is found closed: before the command has said how it ended, or after.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  ended()
  if (error.code === "EPIPE") process.exit(process.exitCode || EXIT.unread)
  process.stderr.write(`outlive: The output cannot be written (${error.code ?? error.message})\n`)
  process.exit(EXIT.failed)
})

try {
  await main(process.argv.slice(2))
} catch (error) {
  // A file that somebody brings may throw anything.
  const { name, message, stack } = error instanceof Error ? error : { name: "", message: "", stack: inspect(error) }
  const usage =
    error instanceof UsageError ||
    error instanceof RangeError ||
    // A model that can be none is no failure of it either.
    ["CLIError", "ExploreError"].includes(name)
  const isTold = usage || error instanceof OutputError
  const { name: asked, flags } = await commandOf(process.argv.slice(2))
  const told = isTold ? advised(message, flags) : toldOfOops(error, process.argv.slice(3))
  const { byFiles } = await import("../../../scripts/brought.mjs")
  process.stderr.write(`outlive: ${byFiles(told ?? stack ?? message)}\n`)
  if (usage) process.stderr.write(`Try: ${asked} --help\n`)
  process.exitCode = usage ? EXIT.usage : EXIT.failed
}
ended()
