/** Where in the model's code an operation is: asked for when a failure is told, and to know a loop from a repetition. */

import module from "node:module"
import { slot } from "./native.js"

const HERE = import.meta.url.replace(/[?#].*$/, "")

/** The package's own files, so that their frames can be left out: as they run, wherever that is, and as source maps call them. */
const OWN = [HERE, ...foldersOf(HERE)]

/** Of the package, if this runs in one of them: a file that was copied elsewhere has others' folders around it. */
function foldersOf(here: string): string[] {
  if (!/\/(?:built\/package|(?:dist|src)\/platform)\/[^/]+$/.test(here)) return []
  return ["built", "dist", "src"].map((folder) => new URL(`../../${folder}/`, here).href)
}

/** What is asked of a frame. */
type Frame = Pick<NodeJS.CallSite, "getFileName" | "getLineNumber" | "getColumnNumber">

/** A line of a stack as text: `at name (file:1:2)` where there is V8, else `name@file:1:2`. Folders of packages have an @ in them. */
const LINE = /(?:\(|at |@)((?:file:\/\/|https?:\/\/|blob:|\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/
const OF_V8 = /^ +at /

/**
 * Calls the model's code: what lies below this frame is not the model's, whatever file it is in. Where a minifier writes the call in
 * place, there is no such frame, and `GATE` is none.
 */
export function enter<T>(call: () => T): T {
  return call()
}

const sameFrame = (one: Frame, other: Frame) =>
  one.getFileName() === other.getFileName() &&
  one.getLineNumber() === other.getLineNumber() &&
  one.getColumnNumber() === other.getColumnNumber()

/** The frame of `enter`, wherever a bundler has put it: by it a stack is longer. */
const GATE = findGate()

function findGate(): Frame | undefined {
  const look = () => captureFrames()
  const direct = look()
  const through = enter(look)
  // An index that is not found names no frame.
  return through.length > direct.length
    ? through[direct.findIndex((frame, i) => !sameFrame(frame, through[i]!))]
    : undefined
}

/** The frames of the model's code, and of what it called: those above the gate; all of them where it is not among them. */
function framesOfModel(): readonly Frame[] {
  const frames = captureFrames()
  const end = GATE === undefined ? -1 : frames.findIndex((frame) => sameFrame(frame, GATE))
  return end < 0 ? frames : frames.slice(0, end)
}

/** Identifies the whole call stack of the model's code. Costs microseconds: not for each operation of each execution. */
export function captureStack(): string {
  return keyOf(framesOfModel())
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
    stack += textOf(frame)
  }
  // The model is in the package's own file: then a place is known by all the frames, and has no name.
  return stack === "" ? `;${frames.map(textOf).join("")}` : stack
}

const textOf = (frame: Frame) => `${frame.getFileName() ?? ""}:${frame.getLineNumber()}:${frame.getColumnNumber()};`

function isForeign(frame: Frame): boolean {
  const file = frame.getFileName() ?? ""
  return !isOwn(file) && !file.startsWith("node:")
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
  const frames = framesOfModel()
  if (!frames.some(isForeign)) return ""
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 30
  const lines = (new Error("where").stack ?? "").split("\n")
  Error.stackTraceLimit = stackTraceLimit
  const ofV8 = lines.filter((line) => OF_V8.test(line))
  // A line for each frame, but for `framesOfModel`: what lies below the gate is not looked at here either.
  const ofModel = ofV8.length > 0 ? ofV8.slice(0, frames.length - 1) : lines
  const ignored = ignoredIn(frames)
  for (const line of ofModel) {
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
