/** What a worker could not explore, on its way to whoever hired it: an error's class and code do not travel by themselves. */
import { ExploreError } from "../refusal.js"
import type { RefusalCode } from "../refusal.js"
import { thrownText } from "../text.js"

export interface Refused {
  readonly name: string
  /** Of an ExploreError. */
  readonly code?: RefusalCode
  /** As it was thrown; of what cannot be carried, an error that says what it was. */
  readonly value: unknown
}

/** Whatever was thrown, as a message. */
export function refusedBy(thrown: unknown): Refused {
  try {
    const value: unknown = structuredClone(thrown)
    if (!(value instanceof Error)) return { name: "", value }
    const { name } = thrown as Error
    return thrown instanceof ExploreError ? { name, code: thrown.code, value } : { name: String(name), value }
  } catch {
    return { name: "Error", value: new Error(thrownText(thrown)) }
  }
}

/** The same where it arrives, to be thrown. */
export function thrownOf({ name, code, value }: Refused): unknown {
  if (!(value instanceof Error)) return value
  if (code !== undefined) return Object.assign(new ExploreError(code, value.message), { stack: value.stack })
  if (value.name !== name) Object.defineProperty(value, "name", { value: name, configurable: true, writable: true })
  return value
}
