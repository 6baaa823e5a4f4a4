/** A number somebody gave, checked. */

/** @throws RangeError when a value is not a whole number in the range */
export function wholeNumber(what: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(
      `Cannot use ${value} as ${what}: a whole number from ${format(least)} to ${format(most)} is needed`,
    )
  return value
}

const format = (n: number) => n.toLocaleString("en")
