/** Where in the model's code an operation is: asked for when a failure is told, and to know a loop from a repetition. */

import module from "node:module"
import { slot } from "./native.js"

/** The package's own files, so that their frames can be left out: as they run, wherever that is, and as source maps call them. */
const OWN = [
  import.meta.url.replace(/[?#].*$/, ""),
  ...["built", "dist", "src"].map((folder) => new URL(`../../${folder}/`, import.meta.url).href),
]

/** What is asked of a frame. */
type Frame = Pick<NodeJS.CallSite, "getFileName" | "getLineNumber" | "getColumnNumber">

/** A line of a stack as text: `at name (file:1:2)` where there is V8, else `name@file:1:2`. */
const LINE = /(?:\(|at |@)((?:file:\/\/|https?:\/\/|blob:|\/|[A-Za-z]:\\)[^()@]*?):(\d+):(\d+)\)?$/

/** Identifies the whole call stack of the model's code. Costs microseconds: not for each operation of each execution. */
export function captureStack(): string {
  return keyOf(captureFrames())
}

/** Whether the platform's own code called: it may have shared memory of its own, as for `process.cwd()` in workers. */
export function isCalledByPlatform(): boolean {
  const caller = captureFrames().find((frame) => !isOwn(frame.getFileName() ?? ""))
  return caller?.getFileName()?.startsWith("node:") === true
}

function captureFrames(): readonly Frame[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = 30
    Error.prepareStackTrace = (_, frames) => frames
    // Of the browsers, some have had it for a year only.
    if (Error.captureStackTrace === undefined) holder.stack = new Error("here").stack
    else Error.captureStackTrace(holder, captureFrames)
    return Array.isArray(holder.stack) ? (holder.stack as readonly Frame[]) : framesIn(String(holder.stack))
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Where the platform gives no frames, as only V8 does. */
function framesIn(stack: string): Frame[] {
  return stack.split("\n").flatMap((line) => {
    const match = LINE.exec(line)
    if (match === null) return []
    const [, file, row, column] = match
    return [{ getFileName: () => file!, getLineNumber: () => Number(row), getColumnNumber: () => Number(column) }]
  })
}

function keyOf(frames: readonly Frame[]): string {
  let stack = ""
  let inside = true
  for (const frame of frames) {
    const file = frame.getFileName() ?? ""
    const own = isOwn(file)
    if (own && !inside) break
    if (own || file.startsWith("node:")) continue
    inside = false
    stack += `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()};`
  }
  return stack
}

function isOwn(file: string): boolean {
  const url = file.includes("://") ? file : `file://${file}`
  return file !== "" && OWN.some((own) => url.startsWith(own))
}

/** `file:line` of the model's own code, as the platform would print it: through source maps, if they are in use. */
export function captureAt(): string {
  const { runner } = slot
  // What the platform does to find the place is none of the model's business.
  slot.runner = undefined
  try {
    return findAt()
  } finally {
    slot.runner = runner
  }
}

function findAt(): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 30
  const lines = (new Error("where").stack ?? "").split("\n")
  Error.stackTraceLimit = stackTraceLimit
  const ignored = ignoredIn(captureFrames())
  for (const line of lines) {
    const match = LINE.exec(line)
    if (match === null || isOwn(match[1]!) || ignored.has(relative(match[1]!))) continue
    return `${relative(match[1]!)}:${match[2]}`
  }
  return ""
}

const ignoredOf = new Map<string, readonly string[]>()

/** Sources that their maps tell debuggers to step over (`ignoreList`): wrappers of `Atomics`, of which every access has the same place. */
function ignoredIn(frames: readonly Frame[]): ReadonlySet<string> {
  const all = new Set<string>()
  for (const file of new Set(frames.map((frame) => frame.getFileName() ?? ""))) {
    if (!ignoredOf.has(file)) ignoredOf.set(file, listOf(file))
    for (const source of ignoredOf.get(file)!) all.add(source)
  }
  return all
}

function listOf(file: string): string[] {
  if (file === "" || file.startsWith("node:")) return []
  const map = module.findSourceMap?.(file)?.payload as
    | { readonly sources: string[]; readonly ignoreList?: number[] }
    | undefined
  return (map?.ignoreList ?? []).map((at) => relative(map!.sources[at]!))
}

/** `file:line` of the innermost place of a call stack. */
export function placeOf(stack: string): string {
  const match = /^([^;]*):(\d+):\d+;/.exec(stack)
  return match === null ? "" : `${relative(match[1]!)}:${match[2]}`
}

function relative(file: string): string {
  const path = file.replace(/^file:\/\//, "").replace(/\?.*$/, "")
  const here = `${process.cwd()}/`
  return path.startsWith(here) ? path.slice(here.length) : path
}
