/** Tells a mistake in a role's own program from what the library does wrong: the one ends the race, the other is its finding. */
const OF_THE_LANGUAGE = new Set(["ReferenceError", "SyntaxError", "TypeError"])
const HERE = new URL(".", import.meta.url).href

export function isMistake(error: unknown): error is Error {
  if (!(error instanceof Error) || !OF_THE_LANGUAGE.has(error.name)) return false
  const thrownAt = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "))
  return error.name === "SyntaxError" || thrownAt?.includes(HERE) === true
}
