/** The oopses that an error is made of: of several exceptions in one operation all are told, in one AggregateError. */
import { OopsError } from "@outlive/core"

/** Undefined when there is something else among them, which no lifetime excuses. */
export function oopsesIn(error: unknown): readonly OopsError[] | undefined {
  if (error instanceof OopsError) return [error]
  if (!(error instanceof AggregateError)) return undefined
  const parts = error.errors.map(oopsesIn)
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}
