/** A command line as the command reads it: split as a shell does, then parsed by the same library with the same options. */
import { createRequire } from "node:module"
import { RACE_ARGS } from "../../packages/cli/dist/race-options.js"

const citty = (await import(
  createRequire(new URL("../../packages/cli/package.json", import.meta.url)).resolve("citty")
)) as {
  parseArgs(rawArgs: string[], args: object): Record<string, unknown>
}

/** Split as a shell does: a word may be quoted in part. */
export function wordsIn(line: string): string[] {
  const words = [...line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)]
  return words.map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(.)/g, (_, quoted?: string, plain?: string) => quoted ?? plain!),
  )
}

/** The options of an `outlive race` line, or of another command's. */
export function parseArgs(line: string, args: object = RACE_ARGS): Record<string, unknown> {
  return citty.parseArgs(wordsIn(line).slice(2), args)
}
