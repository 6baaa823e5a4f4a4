/** A result of an exploration, as data that JSON can hold. */
import type { Result } from "@outlive/explore"

export function printable(result: Result): object {
  const trace =
    result.verdict === "pass"
      ? {}
      : {
          trace: result.trace.map((step) => ({
            ...step,
            before: String(step.before),
            after: String(step.after),
            result: String(step.result),
          })),
        }
  const error = result.verdict === "pass" ? {} : { error: String(result.error) }
  return { ...result, ...trace, ...error, outcomes: Object.fromEntries(result.outcomes) }
}
