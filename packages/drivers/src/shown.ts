/** Whether a broken twin's race has shown that a sentence fails. */
import type { Cell } from "./cell.js"
import type { Control } from "./fence-type.js"

/** The twin that shows it. */
export const twinOf = (control: Control): string => (typeof control === "string" ? control : control.twin)

/** What to look for in the twin's cell: the sentence, or what is seen in its place. */
export function isShown(
  sentence: string,
  control: Control,
  { outcomes, ways, messages }: Pick<Cell, "outcomes" | "ways" | "messages">,
): boolean {
  if (typeof control === "string") return messages.some((message) => message.includes(sentence))
  return [...outcomes, ...ways].includes(control.shownBy)
}

/** How the twin shows it, in words: "F45", or "F45, by freed VM". */
export const controlInWords = (control: Control): string =>
  typeof control === "string" ? control : `${control.twin}, by ${control.shownBy}`
