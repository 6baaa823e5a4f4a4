/** What a call may end with: a value, an error of the library's own, what the fuzzer's functions threw; nothing else. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { OopsError, OutliveError } from "@outlive/core"
import { Aborted, Thrown } from "./odd.js"

/** Oopses that say "the engine's records are not what they must be": no handle may lead there. */
const BROKEN = new Set(["DOUBLE_FREE", "REFERENCE_UNDERFLOW", "REFERENCE_FROM_ZERO", "TORN_NAME"])

/** What is wrong with an error that a call threw, or a promise rejected with; undefined if nothing. */
export function faultOf(error: unknown): string | undefined {
  if (error instanceof Thrown || error instanceof Aborted) return undefined
  if (error instanceof AggregateError) return error.errors.map(faultOf).find((fault) => fault !== undefined)
  if (error instanceof OopsError && (BROKEN.has(error.code) || error.code.startsWith("OOPS_")))
    return `${error.code} ${placeOf(error)}`
  if (error instanceof OutliveError) return undefined
  if (!(error instanceof Error)) return `throws what is no error: ${typeof error}`
  if ((error instanceof TypeError || error instanceof RangeError) && isOurs(error)) {
    if (error.message.startsWith("Cannot ")) return undefined
    return `message of another grammar: "${error.message}"`
  }
  return `${error.name} of the language, "${grammarOf(error.message)}" ${placeOf(error)}`
}

/** A message without what it says of one value. */
function grammarOf(message: string): string {
  return message.replaceAll(/\d{3,}/g, "N").replace(/^Cannot convert [^]* to a/, "Cannot convert … to a")
}

const sources = new Map<string, string[]>()

/** Whether the library made the error: then `new` stands where it was made. A language's own begins at what went wrong. */
function isOurs(error: Error): boolean {
  const frame = frameOf(error)
  if (frame === undefined) return false
  const [, file, line, column] = frame
  const path = file!.startsWith("file:") ? fileURLToPath(file!) : file!
  if (!/packages[\\/](core|sync)[\\/]/.test(path)) return false
  let lines = sources.get(path)
  if (lines === undefined) sources.set(path, (lines = readFileSync(path, "utf8").split("\n")))
  return /^new (TypeError|RangeError)\(/.test((lines[Number(line) - 1] ?? "").slice(Number(column) - 1))
}

function frameOf(error: Error): RegExpExecArray | undefined {
  const first = (error.stack ?? "").split("\n").find((line) => /^\s+at /.test(line)) ?? ""
  return /\(?((?:file:)?[^\s()]+):(\d+):(\d+)\)?$/.exec(first.trim()) ?? undefined
}

/** The first frames that are the library's, short. */
export function placeOf(error: Error): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line))
  const named = frames
    .filter((line) => /packages[\\/](core|sync)/.test(line))
    .map((line) => /at (?:async )?(?:new )?(\S+) \(?.*?([\w.-]+):(\d+):\d+\)?$/.exec(line))
    .filter((match) => match !== null)
    .slice(0, 4)
    .map(([, name, file]) => `${name!} ${file!}`)
  return `at ${named.join(" < ") || "an unknown place"}`
}
