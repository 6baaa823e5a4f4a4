/** Reads option values, strictly: citty hands over strings, and lets unknown flags pass. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { ArgsDef } from "citty"
import { UsageError } from "./exit-codes.js"
import { didYouMean } from "./nearest.js"

/** Options that every command has. */
export const COMMON = {
  json: { type: "boolean", description: "Print the result as JSON, and nothing else, on standard output" },
  seed: { type: "string", description: "Seed of all random choices", valueHint: "number", default: "1" },
} as const satisfies ArgsDef

/** How much is said. */
export const LOUDNESS = {
  quiet: { type: "boolean", alias: "q", description: "No progress, and of what holds a line only" },
  verbose: { type: "boolean", alias: "v", description: "Also say by which version, on which machine, and how exactly" },
} as const satisfies ArgsDef

/** @throws UsageError for both at once */
export function assertOneLoudness({
  quiet,
  verbose,
}: {
  readonly quiet?: boolean | undefined
  readonly verbose?: boolean | undefined
}): void {
  if (quiet && verbose) throw new UsageError("Options --quiet and --verbose are opposites: give one")
}

/** Where results go for systems for continuous integration. */
export const JUNIT = {
  type: "string",
  description: "Also write the result to this file as JUnit's XML",
  valueHint: "file",
} as const

/** @throws UsageError when there is a flag that the command does not have */
export function refuseUnknown(
  rawArgs: readonly string[],
  args: ArgsDef,
  positionals = Object.values(args).filter((a) => a.type === "positional").length,
): void {
  let seen = 0
  for (let i = 0; i < rawArgs.length; i++) {
    const arg = rawArgs[i]!
    if (!arg.startsWith("-")) {
      if (++seen > positionals) throw new UsageError(`Unexpected argument "${arg}"`)
      continue
    }
    const [, no, flag, value] = /^--(no-)?([^=]*)(?:=(.*))?$/s.exec(arg) ?? []
    const definition = arg.startsWith("--") ? args[flag!] : ofAlias(args, arg)
    const isSwitch = definition?.type === "boolean"
    // Only a switch can be turned off.
    if (!definition || (no !== undefined && !isSwitch))
      throw new UsageError(`Unknown option ${arg.split("=")[0]}: ${suggestions(args, arg)}`)
    if (isSwitch) refuseValue(flag!, value)
    else if (value === undefined && rawArgs[++i] === undefined) throw new UsageError(`Option --${flag} needs a value`)
  }
}

/** A switch is on or off: `--json`, `--json=false`. @throws UsageError for another word, which would turn it on */
function refuseValue(flag: string, value: string | undefined): void {
  if (value !== undefined && value !== "true" && value !== "false")
    throw new UsageError(`Option --${flag} is "${value}": it takes no value`)
}

/** The option with a letter of its own: -v. */
const ofAlias = (args: ArgsDef, arg: string) =>
  Object.values(args).find((definition) => "alias" in definition && `-${String(definition.alias)}` === arg)

function suggestions(args: ArgsDef, given: string): string {
  const names = Object.keys(args).filter((n) => args[n]!.type !== "positional")
  const flags = [...names, "help"].map((n) => `--${n}`)
  return `there are ${flags.join(", ")}${didYouMean(given.split("=")[0]!, flags)}`
}

/** A number in a range. @throws UsageError */
export function numberOption(name: string, text: string, least: number, most: number, whole = true): number {
  const value = Number(text)
  if (
    text.trim() === "" ||
    !Number.isFinite(value) ||
    (whole && !Number.isInteger(value)) ||
    value < least ||
    value > most
  )
    throw new UsageError(
      `Option --${name} is "${text}": a ${whole ? "whole " : ""}number from ${least} to ${most} is needed`,
    )
  return value
}

/** A file that is there, as a URL. @throws UsageError */
export function fileOption(name: string, path: string): string {
  if (!existsSync(path)) throw new UsageError(`Option --${name} is "${path}": there is no such file`)
  return pathToFileURL(resolve(path)).href
}

/** Whether a module is an engine, before anything is started with it. @throws UsageError */
export async function checkEngine(name: string, url: string): Promise<void> {
  let loaded: { readonly instantiate?: unknown }
  try {
    loaded = (await import(url)) as typeof loaded
  } catch (error) {
    throw new UsageError(`Option --${name} is "${url}": it cannot be loaded (${(error as Error).message})`)
  }
  if (typeof loaded.instantiate !== "function")
    throw new UsageError(`Option --${name} is "${url}": a module that exports instantiate is needed`)
}

/** Words with commas between them. @throws UsageError for one that is missing, or there twice */
export function wordsOption(name: string, text: string, each = "name"): string[] {
  const words = text.split(",")
  if (words.includes(""))
    throw new UsageError(
      `Option --${name} is "${text}": a ${each} is missing${words.length > 1 ? " beside a comma" : ""}`,
    )
  if (new Set(words).size < words.length) throw new UsageError(`Option --${name} is "${text}": each ${each} once`)
  return words
}

/** One of several words. @throws UsageError */
export function choiceOption<T extends string>(name: string, text: string, choices: readonly T[]): T {
  return choice(`Option --${name}`, text, choices)
}

/** The same of a word that stands without an option, by the name that --help has for it. @throws UsageError */
export function choiceArgument<T extends string>(name: string, text: string, choices: readonly T[]): T {
  return choice(`Argument ${name.toUpperCase()}`, text, choices)
}

function choice<T extends string>(what: string, text: string, choices: readonly T[]): T {
  if ((choices as readonly string[]).includes(text)) return text as T
  throw new UsageError(`${what} is "${text}": one of ${choices.join(", ")} is needed${didYouMean(text, choices)}`)
}
