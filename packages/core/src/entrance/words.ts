/** Options that are words or switches, and the objects that carry them. */
import { show } from "./numbers.js"

/** @throws TypeError when a value is none of these words; the message lists them */
export function oneOf<W extends string>(what: string, value: W, words: readonly W[]): W {
  if (words.includes(value)) return value
  throw new TypeError(`Cannot use ${show(value)} as ${what}: one of ${words.map((w) => `"${w}"`).join(", ")} is needed`)
}

/** @throws TypeError when a value is not true or false */
export function trueOrFalse(what: string, value: boolean): boolean {
  if (typeof value === "boolean") return value
  throw new TypeError(`Cannot use ${show(value)} as ${what}: true or false is needed`)
}

/** @throws TypeError when a value is no text */
export function text(what: string, value: string): string {
  if (typeof value === "string") return value
  throw new TypeError(`Cannot use ${show(value)} as ${what}: a text is needed`)
}

/** An option, or what it is where it was left out. `null` was not left out. */
export function given<T>(value: T | undefined, otherwise: T): T {
  return value === undefined ? otherwise : value
}

/** An object with options. @throws TypeError for anything else */
export function optionsOf<T extends object>(what: string, value: T): T {
  if (typeof value === "object" && value !== null) return value
  throw new TypeError(`Cannot use ${show(value)} as options of ${what}: an object is needed`)
}

/**
 * A list of something, copied: a hole in it is `undefined` here, for who checks each element sees it, and what is checked is what is
 * used, whatever becomes of the caller's list. @throws TypeError for what is no array
 */
export function listOf<T>(what: string, value: readonly T[]): readonly T[] {
  if (Array.isArray(value)) return [...(value as readonly T[])]
  throw new TypeError(`Cannot use ${show(value)} as ${what}: an array is needed`)
}
