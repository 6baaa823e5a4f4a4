/** What findings are told apart by: what was said, without what differs from seed to seed. */

/** A line of text. Addresses, numbers, and the numbers in names of threads are left out; of several lines the first stays. */
export function causeOf(text: string): string {
  const [line = ""] = text.trim().split("\n")
  return line.replaceAll(/\b0x[0-9a-f]+\b|\d+(?:[.,]\d+)*/gi, "#").slice(0, LONGEST)
}

const LONGEST = 300
