/** A file of results, read back: what is none is refused, with its name, what is wrong, and what to do. */
import { Value } from "@sinclair/typebox/value"
import { SCHEMA, VERSION } from "../head.js"
import { type Result, ResultSchema } from "./result.js"

/** A file that cannot be read as results. */
export class ResultError extends Error {
  override readonly name = "ResultError"
  /** `NOT_JSON`: no JSON. `NO_RESULT`: JSON, and nothing of ours. `OTHER_VERSION`: of another version of this tool. `MALFORMED`: ours, and something in it is wrong. */
  readonly code: "NOT_JSON" | "NO_RESULT" | "OTHER_VERSION" | "MALFORMED"
  readonly file: string

  constructor(code: ResultError["code"], file: string, message: string) {
    super(message)
    this.code = code
    this.file = file
  }
}

const AGAIN = "outlive bench, race, explore, lifetimes and lab write such files with --json"

/** @throws ResultError */
export function readResult(file: string, text: string): Result {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw new ResultError(
      "NOT_JSON",
      file,
      `Cannot read ${file}: it is no JSON (${(error as Error).message}). Give a file of results: ${AGAIN}`,
    )
  }
  const { schema, version } = (typeof read === "object" && read !== null ? read : {}) as Record<string, unknown>
  if (schema !== SCHEMA)
    throw new ResultError(
      "NO_RESULT",
      file,
      `Cannot read ${file}: its "schema" is not "${SCHEMA}". Give a file of results: ${AGAIN}`,
    )
  if (version !== VERSION)
    throw new ResultError(
      "OTHER_VERSION",
      file,
      `Cannot read ${file}: it is of version ${String(version)}, and this tool reads version ${VERSION}. Measure again, or use the tool that wrote it`,
    )
  const first = Value.Errors(ResultSchema, read).First()
  if (first) {
    const found = first.value === undefined ? "nothing" : JSON.stringify(first.value).slice(0, 60)
    const what = `${placeOf(first.path)} is ${found} (${first.message})`
    throw new ResultError("MALFORMED", file, `Cannot read ${file}: ${what}. Write it anew: ${AGAIN}`)
  }
  return read as Result
}

/** "/experiments/0/groups" as `experiments[0].groups`. */
function placeOf(pointer: string): string {
  const parts = pointer.split("/").slice(1)
  return parts.map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : `${i === 0 ? "" : "."}${part}`)).join("")
}
