/** What a model says of itself is checked where it enters: a word that nobody knows must not mean that all is well. */
import type { Cell, Model } from "../model.js"
import { ExploreError } from "../refusal.js"
import { textOf } from "../text.js"

/** All that a model may say. A record, so that the compiler misses none. */
const WORDS: Readonly<Record<keyof Model<unknown>, true>> = {
  name: true,
  memory: true,
  observe: true,
  cells: true,
  setup: true,
  threads: true,
  threadNames: true,
  symmetric: true,
  check: true,
  outcome: true,
  outcomes: true,
  leaks: true,
  allowedRaces: true,
}
const VERDICTS = ["acceptable", "forbidden", "interesting"]

/** @throws ExploreError that names what is wrong, and says what it may be */
export function refuseShape(given: unknown): asserts given is Model<unknown> {
  if (typeof given !== "object" || given === null) throw refusal(`it is ${textOf(given)}, no object with threads`)
  const model = given as Model<unknown>
  for (const word of Object.keys(model))
    if (!Object.hasOwn(WORDS, word)) throw refusal(`it has no "${word}": there are ${Object.keys(WORDS).join(", ")}`)
  if (model.observe !== undefined && model.observe !== "own" && model.observe !== "all")
    throw refusal(`observe is ${textOf(model.observe)}: it is "own" or "all"`)
  if (model.name !== undefined && typeof model.name !== "string")
    throw refusal(`name is ${textOf(model.name)}, no string`)
  if (!Array.isArray(model.threads))
    throw new ExploreError("function", "Cannot explore threads: they are no array of functions")
  const { allowedRaces, cells, outcomes } = model
  if (cells !== undefined) refuseCells(cells, model.memory)
  if (outcomes !== undefined) refuseOutcomes(outcomes)
  if (allowedRaces !== undefined && !isList(allowedRaces, "string"))
    throw refusal(`allowedRaces is ${textOf(allowedRaces)}: it is an array of names of cells`)
  // Places without a name of their own are told as @4, or by where their buffer was made.
  const stranger = allowedRaces?.find((name) => !name.includes("@") && !Object.hasOwn(cells ?? {}, name))
  if (stranger !== undefined) throw refusal(`allowedRaces names "${stranger}", and there is no such cell`)
}

/** What is said of the threads, once it is known that there are any. */
export function refuseThreads({ threads, threadNames, symmetric = [] }: Model<unknown>): void {
  if (threadNames !== undefined) {
    if (!isList(threadNames, "string")) throw refusal("threadNames is no array of strings")
    const twice = threadNames.find((name, at) => threadNames.indexOf(name) !== at)
    if (twice !== undefined) throw refusal(`two threads are called "${twice}"`)
    if (threadNames.length > threads.length)
      throw refusal(`it has ${threadNames.length} threadNames for ${threads.length} threads`)
  }
  if (!Array.isArray(symmetric) || ![...symmetric].every((group) => isList(group, "number")))
    throw refusal("symmetric is no array of groups, each an array of threads' numbers")
  const seen = new Set<number>()
  for (const group of symmetric)
    for (const thread of group) {
      if (!Number.isInteger(thread) || thread < 0 || thread >= threads.length)
        throw refusal(`symmetric names thread ${thread}: there are 0 to ${threads.length - 1}`)
      if (seen.has(thread)) throw refusal(`symmetric names thread ${thread} twice`)
      seen.add(thread)
      if (codeOf(threads[thread]) !== codeOf(threads[group[0]!]))
        throw refusal(`symmetric calls threads ${group[0]} and ${thread} identical, and their code differs`)
    }
}

function refuseCells(cells: Readonly<Record<string, Cell>>, memory = 0): void {
  if (!isRecord(cells)) throw refusal(`cells is ${textOf(cells)}: it is an object, of names and places`)
  for (const [name, cell] of Object.entries(cells)) {
    const { at, bytes = 4, count = 1 } = isRecord(cell) ? (cell as Exclude<Cell, number>) : { at: cell as number }
    const isPlace = [at, bytes, count].every((number) => Number.isInteger(number) && number >= 0) && bytes * count > 0
    if (!isPlace)
      throw refusal(`cell "${name}" is ${JSON.stringify(cell)}: it is a byte offset, or { at, bytes, count }`)
    if (memory > 0 && at + bytes * count > memory)
      throw refusal(`cell "${name}" ends at byte ${at + bytes * count}, and the memory has ${memory}`)
  }
}

function refuseOutcomes(outcomes: NonNullable<Model<unknown>["outcomes"]>): void {
  if (!isRecord(outcomes)) throw refusal(`outcomes is ${textOf(outcomes)}: it is an object, of names and verdicts`)
  for (const [name, said] of Object.entries(outcomes)) {
    const verdict: unknown = Array.isArray(said) ? said[0] : said
    if (!VERDICTS.includes(verdict as string))
      throw refusal(`outcome "${name}" is thought to be ${textOf(verdict)}: it is ${VERDICTS.join(", ")}`)
  }
}

function refusal(why: string): ExploreError {
  return new ExploreError("model", `Cannot explore this model: ${why}`)
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isList(value: unknown, type: "string" | "number"): boolean {
  return Array.isArray(value) && [...value].every((one) => typeof one === type)
}

const codeOf = (thread: unknown) => Function.prototype.toString.call(thread)
