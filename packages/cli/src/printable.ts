/** A result of an exploration, as data that JSON can hold, and as the report takes it (@outlive/report). */
import { type Failure, type Pass, type Result, type Step, describeStep } from "@outlive/explore"
import type { Exploration } from "@outlive/report"

/** `more`: what is claimed, and the command that plays its order again. */
export function printable(result: Result, more: Pick<Exploration, "claim" | "repeat"> = {}): Exploration {
  const outcomes = Object.fromEntries(result.outcomes)
  const whole =
    result.verdict === "pass"
      ? { ...withoutRest(result), outcomes, ...more }
      : { ...result, outcomes, ...more, ...failed(result) }
  return whole
}

/** Where it goes on is kept in a file of its own. */
function withoutRest(result: Pass): Omit<Pass, "rest"> {
  const copy: { -readonly [K in keyof Pass]: Pass[K] } = { ...result }
  delete copy.rest
  return copy
}

function failed({ trace, error }: Failure) {
  return { trace: trace.map(printableStep), error: said(error) }
}

function printableStep(step: Step) {
  const { before, after, result, cell, offset, ...rest } = step
  return {
    ...rest,
    offset,
    text: describeStep(step),
    result: said(result),
    ...(offset < 0 ? {} : { cell }),
    ...(before === undefined ? {} : { before: String(before) }),
    // What is only read stays.
    ...((after ?? before) === undefined ? {} : { after: String(after ?? before) }),
  }
}

/** Not every value can be made a string. */
function said(value: unknown): string {
  try {
    return String(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}
