// What the library objects to, or how it crashes, is a finding of the race; a mistake of the program's own ends it.
export function objection(error) {
  if (error instanceof ReferenceError || error instanceof TypeError || error instanceof SyntaxError) throw error
  return String(error?.message ?? error)
}
