/** Numbers that somebody gave, checked where they enter. */

/** @throws RangeError when a value is not a whole number in the range */
export function wholeNumber(what: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(
      `Cannot use ${show(value)} as ${what}: a whole number from ${format(least)} to ${format(most)} is needed`,
    )
  return value
}

const LARGEST_WIDE = 0xffff_ffff_ffff_ffffn

/** @throws RangeError when a value is not an unsigned number of 64 bits, as a bigint */
export function wideNumber(what: string, value: bigint): bigint {
  if (typeof value !== "bigint" || value < 0n || value > LARGEST_WIDE)
    throw new RangeError(`Cannot use ${show(value)} as ${what}: an unsigned number of 64 bits is needed, as a bigint`)
  return value
}

/** A value in a message: short, whatever it is. Never throws. */
export function show(value: unknown): string {
  if (typeof value === "string") return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`
  if (typeof value === "function") return value.name === "" ? "a function" : `function ${value.name}`
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object"
  // A symbol, a number, nothing: all that is left can be told.
  return String(value)
}

/** A number as people read it: 4,096. */
export const format = (n: number) => n.toLocaleString("en")
