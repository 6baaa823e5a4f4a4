/** The command that plays one order of steps again. */
import { resolve } from "node:path"
import { isFile } from "../../../scripts/brought.mjs"
import { quoted } from "./quoted.js"

/**
 * What is not the package's own: by its name, or by the file that somebody has. Not by what was built of it: whoever mends the file, and
 * replays the order, is to see what they have mended.
 */
export interface Where {
  readonly engine?: string | undefined
  readonly lock?: string | undefined
  readonly scheme?: string | undefined
  readonly program?: string | undefined
  readonly model?: string | undefined
}

export function replayLine(model: string, schedule: string, where: Where = {}): string {
  const options = Object.entries(where).flatMap(([option, given]) =>
    given === undefined ? [] : [` --${option} ${quoted(isFile(given) ? resolve(given) : given)}`],
  )
  return `Replay: outlive replay ${model}:${schedule}${options.join("")}`
}
