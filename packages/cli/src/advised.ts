/** What is wrong with a command line, as whoever typed it knows the words: libraries name their own options, and know nothing of mistyping. */
import { didYouMean } from "./nearest.js"

/** `There is no lock "tickt": there are tas, ticket`; `Option --engine is "jss": one of wasm, js is needed`. */
const LISTS = /"([^"]+)": (?:there are (.+)|one of (.+) is needed)$/
/** `Option mishap.thread is 50`. */
const OF_LIBRARY = /^Option ([a-z]\w*)(?:\.(\w+))? /

/** `flags`: those of the command, without their dashes. */
export function advised(message: string, flags: readonly string[]): string {
  const told = message.replace(OF_LIBRARY, (whole, name: string, part: string | undefined) => {
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    return flags.includes(flag) ? `Option --${flag}${part === undefined ? "" : ` (${part})`} ` : whole
  })
  const listed = LISTS.exec(told)
  if (listed === null || told.includes("Did you mean")) return told
  const [, given = "", there, one = ""] = listed
  return `${told}${didYouMean(given, wordsIn(there ?? one))}`
}

/** Of "epochs (ebr), leak", all three. */
const wordsIn = (list: string) => list.split(", ").flatMap((word) => word.replace(/\)$/, "").split(" ("))
