/** A trace that was written, read back. */
import { problemsOf } from "./check.js"
import type { ChromeTrace } from "./event.js"

/** Undefined when the text is none, or not one of ours. */
export function readTrace(text: string): ChromeTrace | undefined {
  try {
    const read = JSON.parse(text) as Partial<ChromeTrace> | null
    if (!Array.isArray(read?.traceEvents) || typeof read.otherData?.["title"] !== "string") return undefined
    return problemsOf(read as ChromeTrace).length === 0 ? (read as ChromeTrace) : undefined
  } catch {
    return undefined
  }
}
