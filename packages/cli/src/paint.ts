/** Colours for people: none into pipes, none where they are not wanted. */
import { stripVTControlCharacters, styleText } from "node:util"

/** Whether who reads standard output sees colours. */
export function hasColours(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return false
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0"
  return process.stdout.isTTY === true && TERM !== "dumb"
}

export function paint(format: "bold" | "green" | "red" | "yellow" | "reset", text: string): string {
  if (!hasColours()) return text
  // oxlint-disable-next-line typescript/no-unsafe-argument -- Node 20 has no options: it always paints
  return styleText(format, text)
}

/** Text of somebody else's that may be painted already. */
export function unpainted(text: string): string {
  return hasColours() ? text : stripVTControlCharacters(text)
}
