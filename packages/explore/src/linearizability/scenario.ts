/** Who calls what: some calls before, some by each thread, some afterwards. */
import { inspect } from "node:util"
import { thrownText } from "../text.js"

/** One call, by the operation's name. */
export interface Call {
  readonly operation: string
  readonly arguments: readonly unknown[]
}

export interface Scenario {
  /** One after the other, before the threads begin. */
  readonly before: readonly Call[]
  readonly threads: readonly (readonly Call[])[]
  /** One after the other, when all threads have ended. */
  readonly after: readonly Call[]
}

export interface Shape {
  readonly threads: number
  readonly calls: number
  readonly before: number
  readonly after: number
}

/** The calls that there are: each operation with each of its lists of arguments. */
export function callsOf(
  operations: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, readonly (readonly unknown[])[]>> = {},
): Call[] {
  return Object.keys(operations).flatMap((operation) =>
    (given[operation] ?? [[]]).map((list) => ({ operation, arguments: list })),
  )
}

/** Any that has the shape at most. `below` gives a whole number from 0 to below its argument. */
export function generate(calls: readonly Call[], shape: Shape, below: (limit: number) => number): Scenario {
  const some = (count: number) => Array.from({ length: count }, () => calls[below(calls.length)]!)
  return {
    before: some(below(shape.before + 1)),
    threads: Array.from({ length: shape.threads }, () => some(1 + below(shape.calls))),
    after: some(below(shape.after + 1)),
  }
}

/** All that have a call less, or one more call to which nobody is parallel. */
export function* smaller(scenario: Scenario): Generator<Scenario> {
  const { before, threads, after } = scenario
  for (const at of after.keys()) yield { ...scenario, after: after.toSpliced(at, 1) }
  for (const at of before.keys()) yield { ...scenario, before: before.toSpliced(at, 1) }
  for (const [thread, calls] of threads.entries()) {
    if (calls.length === 1 && threads.length > 2) yield { ...scenario, threads: threads.toSpliced(thread, 1) }
    if (calls.length === 1) continue
    for (const at of calls.keys()) yield { ...scenario, threads: threads.with(thread, calls.toSpliced(at, 1)) }
    yield { ...scenario, before: [...before, calls[0]!], threads: threads.with(thread, calls.slice(1)) }
    yield { ...scenario, threads: threads.with(thread, calls.slice(0, -1)), after: [calls.at(-1)!, ...after] }
  }
}

/** Two values that are not equal look different: what they gave back tells histories apart. */
const WHOLE = { depth: Infinity, maxArrayLength: null, maxStringLength: null, breakLength: Infinity, compact: true }

/** As it would stand in code. */
export function describeCall({ operation, arguments: list }: Call): string {
  return `${operation}(${list.map(show).join(", ")})`
}

export function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`
  if (typeof value === "string") return JSON.stringify(value)
  if (ArrayBuffer.isView(value)) return `[${String(value)}]`
  if (Object.is(value, -0)) return "-0"
  return typeof value === "object" && value !== null ? inspect(value, WHOLE) : thrownText(value)
}
