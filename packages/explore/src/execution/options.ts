/** Words and numbers of a search are checked where they enter: a word that nobody knows must not mean "exhaustive". */
import type { Options } from "../model.js"

const WORDS = {
  strategy: ["exhaustive", "preemption-bounded", "random", "pct", "naive"],
  spins: ["automatic", "off"],
} as const

/** The least that each may be. */
const WHOLE_NUMBERS = { maxPreemptions: 0, executions: 1, depth: 1, maxSteps: 1 } as const

/** @throws RangeError that says what the option may be */
export function refuseOptions(options: Options): void {
  for (const [name, words] of Object.entries(WORDS)) {
    const given = options[name as keyof typeof WORDS]
    if (given !== undefined && !(words as readonly string[]).includes(given))
      throw new RangeError(`Option ${name} is "${String(given)}": it is one of ${words.join(", ")}`)
  }
  for (const [name, least] of Object.entries(WHOLE_NUMBERS)) {
    const given = options[name as keyof typeof WHOLE_NUMBERS]
    if (given !== undefined && given !== Infinity && !(Number.isInteger(given) && given >= least))
      throw new RangeError(`Option ${name} is ${String(given)}: it is a whole number from ${least}`)
  }
  const { seed, timeMs } = options
  if (seed !== undefined && !Number.isInteger(seed))
    throw new RangeError(`Option seed is ${seed}: it is a whole number`)
  if (timeMs !== undefined && !(timeMs >= 0)) throw new RangeError(`Option timeMs is ${timeMs}: it is a number from 0`)
}
