/** The oopses that an error is made of: of several exceptions in one operation all are told, in one AggregateError. */
import { OopsError } from "@outlive/core"

/** Undefined when there is something else among them, which no lifetime excuses. */
export function oopsesIn(error: unknown): readonly OopsError[] | undefined {
  if (error instanceof OopsError) return [...causesOf(error), error]
  if (!(error instanceof AggregateError)) return undefined
  const parts = error.errors.map(oopsesIn)
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}

/** What an issuer's function had thrown when an oops broke its caller off: it came first. */
function causesOf({ cause }: OopsError): readonly OopsError[] {
  return (cause === undefined ? undefined : oopsesIn(cause)) ?? []
}
