/** What a thread of a race is called in errors, stories and results. */
export function nameOf({ role, index }: { readonly role: string; readonly index: number }): string {
  return `${role}-${index}`
}
