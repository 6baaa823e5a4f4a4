/** The end of every measurement: the result is written, told, and held against an earlier one. */
import { readFileSync } from "node:fs"
import { againstBaseline, formatBaseline } from "@outlive/bench"
import type { Result } from "@outlive/report"
import { EXIT, UsageError } from "../exit-codes.js"
import { type Output, asText } from "../results.js"

/** Before anything is measured: who gives a file that is no result is told at once. @throws UsageError */
export async function baselineFrom(file: string): Promise<Result> {
  const { ResultError, readResult } = await import("@outlive/report")
  let result: Result
  try {
    result = readResult(file, readFileSync(file, "utf8"))
  } catch (error) {
    if (error instanceof ResultError) throw new UsageError(`Option --baseline: ${error.message}`)
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(
      `Option --baseline is "${file}": ${code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`}`,
    )
  }
  if (result.experiments === undefined)
    throw new UsageError(
      `Option --baseline is "${file}": there are no measurements in it, a result of outlive bench is needed`,
    )
  return result
}

const PARTIAL = "Interrupted: this is a partial result."

interface Asked {
  readonly json: boolean | undefined
  readonly baseline: Result | undefined
}

/** Before anything is measured. @throws UsageError for a baseline that has none of the experiments */
export function refuseStranger(baseline: Result, names: readonly string[]): void {
  const has = (baseline.experiments ?? []).map(({ name }) => name)
  if (!names.some((name) => has.includes(name)))
    throw new UsageError(
      `Option --baseline: nothing could be compared. It has ${has.join(", ") || "no experiment"}, and what is to be measured is ${names.join(", ")}`,
    )
}

/** Exit code 1 if something is worse than in the baseline, 2 if nothing could be said of any of it. */
export function conclude(measured: Result, text: string, output: Output, { json, baseline }: Asked): void {
  const compared = baseline && againstBaseline(measured, baseline)
  const result = compared ? { ...measured, baseline: compared } : measured
  const texts = [text, compared && formatBaseline(compared), measured.interrupted && PARTIAL].filter(Boolean)
  const told = json ? JSON.stringify(result) : texts.join("\n\n")
  try {
    output.write(asText(measured))
  } catch (error) {
    // The file is lost: what was measured for minutes need not be.
    process.stdout.write(`${told}\n`)
    throw error
  }
  process.stdout.write(json ? `${told}\n` : `${told}\n\nResult: ${output.path}\n`)
  if (measured.interrupted) process.exitCode = EXIT.interrupted
  else if (compared && compared.worse > 0) process.exitCode = EXIT.failed
  // Nothing is known: whoever reads the exit code only must not take that for "no worse".
  else if (compared?.told === 0) process.exitCode = EXIT.usage
}
