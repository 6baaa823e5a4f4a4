/** Words and numbers of a search are checked where they enter: a word that nobody knows must not mean "exhaustive". */
import type { Options } from "../model.js"
import { textOf } from "../text.js"

/** Of random executions, if nothing bounds them. */
export const RANDOM_EXECUTIONS = 10_000

const STRATEGIES = ["exhaustive", "preemption-bounded", "random", "pct", "naive"]

/** What each option may be; `undefined` always. A record, so that the compiler misses none. */
export type MayBe<Name extends string> = Readonly<
  Record<Name, readonly [says: string, is: (given: unknown) => boolean]>
>

export const SEARCH: MayBe<keyof Options> = {
  strategy: oneOf(STRATEGIES),
  spins: oneOf(["automatic", "off"]),
  maxPreemptions: wholeFrom(0),
  executions: wholeFrom(1),
  depth: wholeFrom(1),
  maxSteps: wholeFrom(1),
  seed: ["a whole number", Number.isInteger],
  timeMs: ["a number from 0", (given) => typeof given === "number" && given >= 0],
  races: ["true or false", (given) => typeof given === "boolean"],
  coverage: ["true or false", (given) => typeof given === "boolean"],
  shrink: ["true or false", (given) => typeof given === "boolean"],
  beginning: [
    "an array of threads' numbers",
    (given) => Array.isArray(given) && [...given].every((thread) => Number.isInteger(thread) && thread >= 0),
  ],
  onProgress: ["a function", (given) => typeof given === "function"],
  onCheckpoint: ["a function", (given) => typeof given === "function"],
  resume: ["a checkpoint", (given) => typeof given === "object" && given !== null],
  faults: ["an object", (given) => typeof given === "object"],
}

/** @throws RangeError that says what the option may be */
export function refuseOptions<Name extends string = keyof Options>(
  options: Readonly<Partial<Record<Name, unknown>>>,
  mayBe: MayBe<Name> = SEARCH as unknown as MayBe<Name>,
): void {
  if (typeof options !== "object" || options === null) throw new RangeError(`Options are ${textOf(options)}, no object`)
  for (const [name, given] of Object.entries(options)) {
    if (!Object.hasOwn(mayBe, name))
      throw new RangeError(`There is no option ${name}: there are ${Object.keys(mayBe).join(", ")}`)
    const [says, is] = mayBe[name as Name]
    if (given !== undefined && !is(given)) throw new RangeError(`Option ${name} is ${textOf(given)}: it is ${says}`)
  }
}

function oneOf(words: readonly string[]) {
  return [`one of ${words.join(", ")}`, (given: unknown) => words.includes(given as string)] as const
}

export function wholeFrom(least: number, most = Infinity) {
  const is = (given: unknown) =>
    given === most || (Number.isInteger(given) && (given as number) >= least && (given as number) <= most)
  return [`a whole number from ${least}${most === Infinity ? "" : ` to ${most}`}`, is] as const
}
