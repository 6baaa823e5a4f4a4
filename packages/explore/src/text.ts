/** Whatever somebody has given, or thrown, in a few words: not every value can be made a string. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : thrownText(value)
}

/** The same of what was thrown: a string is its own message. */
export function thrownText(value: unknown): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`
    return String(value)
  } catch {
    return tagOf(value)
  }
}

function tagOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value)
  } catch {
    return `${typeof value === "function" ? "a function" : "an object"} that cannot be looked at`
  }
}
