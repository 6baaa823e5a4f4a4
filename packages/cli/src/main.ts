#!/usr/bin/env node
/** The `outlive` command. */
import { createRequire } from "node:module"
import { type CommandDef, defineCommand, renderUsage, runCommand } from "citty"
import { EXIT, UsageError } from "./exit-codes.js"
import { unpainted } from "./paint.js"

const { version } = createRequire(import.meta.url)("outlive/package.json") as { version: string }
/** Loaded when they are asked for: nobody who explores waits for what measures. */
const COMMANDS = {
  lab: async () => (await import("./commands/lab.js")).lab,
  race: async () => (await import("./commands/race.js")).race,
  lifetimes: async () => (await import("./commands/lifetimes.js")).lifetimes,
  explore: async () => (await import("./commands/explore.js")).explore,
  replay: async () => (await import("./commands/replay.js")).replay,
  death: async () => (await import("./commands/death.js")).death,
  bench: async () => (await import("./commands/bench.js")).bench,
  report: async () => (await import("./commands/report.js")).report,
  strategies: async () => (await import("./commands/strategies.js")).strategies,
  new: async () => (await import("./commands/new.js")).create,
} as unknown as Readonly<Record<string, () => Promise<CommandDef<never>>>>

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
  const command = first !== undefined && Object.hasOwn(COMMANDS, first) ? await COMMANDS[first]!() : undefined
  if (rawArgs.includes("--version") && !command) return void process.stdout.write(`${version}\n`)
  if (first === undefined || rawArgs.includes("--help") || rawArgs.includes("-h"))
    return void process.stdout.write(
      `${unpainted(command ? await renderUsage(command, outlive as never) : await renderUsage(outlive))}\n`,
    )
  if (!command) throw new UsageError(`Unknown command "${first}": there are ${Object.keys(COMMANDS).join(", ")}`)
  await runCommand(command, { rawArgs: rawArgs.slice(1) })
}

// Whoever reads us has seen enough: `outlive explore | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok)
  process.stderr.write(`outlive: The output cannot be written (${error.code ?? error.message})\n`)
  process.exit(EXIT.failed)
})

try {
  await main(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof UsageError || error instanceof RangeError || (error as Error).name === "CLIError"
  process.stderr.write(`outlive: ${usage ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`)
  if (usage) process.stderr.write("Try: outlive --help\n")
  process.exitCode = usage ? EXIT.usage : EXIT.failed
}
