/** The command that plays one order of steps again. */
import { fileURLToPath } from "node:url"
import { quoted } from "./quoted.js"

interface Where {
  /** URLs of what is not the package's own. */
  readonly engine?: string | undefined
  readonly program?: string | undefined
  readonly model?: string | undefined
}

export function replayLine(model: string, schedule: string, where: Where = {}): string {
  const options = Object.entries(where).flatMap(([option, url]) =>
    url === undefined ? [] : [` --${option} ${quoted(fileURLToPath(url))}`],
  )
  return `Replay: outlive replay ${model}:${schedule}${options.join("")}`
}
