/** A model is made of synchronous functions. Others would seem to pass: nothing of a generator's body runs. */
import type { Model } from "../model.js"
import { turningNow } from "../platform/event-loop.js"
import { ExploreError } from "../refusal.js"
import { refuseShape, refuseThreads } from "./model-shape.js"
import { letterOf } from "../schedule.js"
import { thrownText } from "../text.js"

/** What else there is that can be called, by its tag. */
const OTHER_FUNCTIONS: Readonly<Record<string, string>> = {
  AsyncFunction: "an asynchronous function",
  GeneratorFunction: "a generator function",
  AsyncGeneratorFunction: "an asynchronous generator function",
}
const OTHER_RESULTS: Readonly<Record<string, string>> = {
  Generator: "a generator",
  AsyncGenerator: "an asynchronous generator",
}

/** @throws ExploreError that names the function which is none, or is not synchronous */
export function refuseUnfit(model: Model<unknown>): void {
  refuseShape(model)
  for (let thread = 0; thread < model.threads.length; thread++) {
    const why = whyNot(model.threads[thread])
    if (why !== undefined) throw refusalOf(nameOfThread(model, thread), why)
  }
  for (const name of ["setup", "check", "outcome", "leaks"] as const) {
    const why = model[name] === undefined ? undefined : whyNot(model[name])
    if (why !== undefined) throw refusalOf(name, why)
  }
  if (model.threadNames !== undefined || model.symmetric !== undefined) refuseThreads(model)
}

/** What a function has given back. @throws ExploreError if it has not yet done what it does */
export function refuseUnfinished(name: string, value: unknown): void {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return
  let kind: string | undefined
  try {
    const { then } = value as { then?: unknown }
    kind = typeof then === "function" ? "a promise" : OTHER_RESULTS[tagOf(value)]
  } catch (error) {
    throw refusalOf(name, `it gives back an object that throws ${thrownText(error)} when it is looked at`)
  }
  if (kind === undefined) return
  // That it is rejected is nobody's concern any more.
  if (value instanceof Promise) value.catch(() => undefined)
  throw refusalOf(
    name,
    `it gives back ${kind}, is asynchronous or runs step by step, and only synchronous code can be${hintFor(kind)}`,
  )
}

export function nameOfThread({ threadNames }: Model<unknown>, thread: number): string {
  return `thread ${threadNames?.[thread] ?? letterOf(thread)}`
}

/** Why it cannot be explored; undefined if it can. */
function whyNot(given: unknown): string | undefined {
  if (typeof given !== "function") return `it is ${describe(given)}, no function`
  const kind = isClass(given) ? "a class" : OTHER_FUNCTIONS[tagOf(given)]
  if (kind === undefined || (kind === OTHER_FUNCTIONS["AsyncFunction"] && turningNow() !== undefined)) return undefined
  return `it is ${kind}, and only synchronous functions can be${hintFor(kind)}`
}

/** Its `prototype` cannot be replaced; that of a function can, unless it was frozen. */
function isClass(given: object): boolean {
  const isFixed = Object.getOwnPropertyDescriptor(given, "prototype")?.writable === false
  return isFixed && /^class\b/.test(Function.prototype.toString.call(given))
}

function hintFor(kind: string): string {
  return kind === OTHER_FUNCTIONS["AsyncFunction"] || kind === "a promise" ? ": exploreAsync takes it" : ""
}

function refusalOf(name: string, why: string): ExploreError {
  return new ExploreError("function", `Cannot explore ${name}: ${why}`)
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

function describe(value: unknown): string {
  return value === null || value === undefined
    ? String(value)
    : typeof value === "object"
      ? "an object"
      : `${typeof value} ${String(value)}`
}
