/** A command that throws whatever was thrown in it: citty takes `null`, or an empty string, for no error. */
import { inspect } from "node:util"
import type { CommandDef } from "citty"

export function throwing(command: CommandDef<never>): CommandDef<never> {
  const { run, subCommands } = command
  const made: CommandDef<never> = { ...command }
  if (subCommands !== undefined) {
    const inner = Object.entries(subCommands as Readonly<Record<string, CommandDef<never>>>)
    made.subCommands = Object.fromEntries(inner.map(([name, one]) => [name, throwing(one)])) as never
  }
  if (run !== undefined) made.run = (context) => thrown(async () => void (await run(context)))
  return made
}

async function thrown(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw error || new Error(`${inspect(error)} was thrown`)
  }
}
