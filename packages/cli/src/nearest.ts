/** What somebody may have meant who mistyped a word. */
import { distance } from "fastest-levenshtein"

/** Letters that may be wrong: half of them, and three at most. */
const MOST_WRONG = 3

/** ` Did you mean "…"?`, to be put behind a message; nothing when no known word is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const most = Math.min(MOST_WRONG, Math.floor(given.replace(/^-+/, "").length / 2))
  const [nearest] = known
    .map((word) => ({ word, wrong: distance(given, word) }))
    .filter(({ wrong }) => wrong <= most)
    .toSorted((a, b) => a.wrong - b.wrong)
  return nearest === undefined ? "" : `. Did you mean "${nearest.word}"?`
}
