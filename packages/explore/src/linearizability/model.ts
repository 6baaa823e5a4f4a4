/**
 * A scenario as a model. That a call has returned before another one is made must be seen, or orders that differ in
 * nothing else would be taken for one: so each call begins with a look at how many calls of each thread have returned, and
 * ends with a store of its own thread's number. These are bytes side by side, and all are looked at at once.
 */
import { ExploreError } from "../refusal.js"
import type { AsyncModel, Step, Tools } from "../model.js"
import { isThenable } from "../platform/event-loop.js"
import { UNWIND } from "../platform/unwind.js"
import { describeDone, isExplained, keyOf, tryIt } from "./history.js"
import type { Done, History, Sequential } from "./history.js"
import { describeCall } from "./scenario.js"
import type { Call, Scenario } from "./scenario.js"

/** Bytes of the numbers of calls that have returned. */
const RETURNED_BYTES = 8
export const MOST_THREADS = RETURNED_BYTES
export const RETURNED = "returned"

export type Operation<S> = (object: S, ...parameters: never[]) => unknown

export interface Subject<M, S> {
  readonly memory?: number
  readonly make: (memory: SharedArrayBuffer, tools: Tools) => M
  readonly attach?: (made: M) => S
  readonly operations: Readonly<Record<string, Operation<S>>>
  readonly specification: () => Sequential
  readonly cells?: AsyncModel["cells"]
  readonly allowedRaces?: readonly string[]
}

/** What a check throws of a history that no order of calls explains. */
export class Unexplained extends Error {
  override readonly name = "Unexplained"

  constructor(history: string) {
    super(`No order of the calls explains what they gave back: ${history}`)
  }
}

interface State<M> {
  readonly made: M
  readonly returned: Uint8Array
  readonly all: BigInt64Array
  readonly before: readonly Done[]
}

/** The model that explores one scenario: to replay what was found in it. */
export function scenarioModel<M, S = M>(subject: Subject<M, S>, scenario: Scenario): AsyncModel<State<M>> {
  const { memory = 0, make, operations, specification, cells, allowedRaces = [] } = subject
  const attach = subject.attach ?? ((made: M) => made as unknown as S)
  const at = Math.ceil(memory / RETURNED_BYTES) * RETURNED_BYTES
  // Executions with the same history are judged once.
  const judged = new Map<string, boolean>()
  const call = (object: S, { operation, arguments: list }: Call) =>
    (operations[operation] as (of: S, ...parameters: unknown[]) => unknown)(object, ...list)
  const inTurn = (object: S, calls: readonly Call[]): Done[] | Promise<Done[]> =>
    each(calls, [], (one) => ended(one, [], () => call(object, one)))
  return {
    memory: at + RETURNED_BYTES,
    cells: { ...cells, [RETURNED]: { at, bytes: 1, count: RETURNED_BYTES } },
    allowedRaces: [...allowedRaces, RETURNED],
    setup: (buffer, tools) => {
      const made = make(buffer, tools)
      const state = (before: readonly Done[]) => ({
        made,
        returned: new Uint8Array(buffer, at),
        all: new BigInt64Array(buffer, at, 1),
        before,
      })
      const before = inTurn(attach(made), scenario.before)
      return isThenable(before) ? (before as Promise<Done[]>).then(state) : state(before as Done[])
    },
    threads: scenario.threads.map((calls, thread) => ({ made, returned, all }: State<M>) => {
      const object = attach(made)
      return each(calls, [], (one, before) => {
        const after = bytesOf(Atomics.load(all, 0))
        const end = (done: Done) => {
          Atomics.store(returned, thread, before + 1)
          return done
        }
        const done = ended(one, after, () => call(object, one))
        return isThenable(done) ? (done as Promise<Done>).then(end) : end(done as Done)
      })
    }),
    check: ({ made, before }, results) => {
      const judge = (afterwards: readonly Done[]) => {
        const history = { before, threads: results as readonly (readonly Done[])[], afterwards }
        if (!isGood(history)) throw new Unexplained(textOf(history))
      }
      const afterwards = inTurn(attach(made), scenario.after)
      return isThenable(afterwards) ? (afterwards as Promise<Done[]>).then(judge) : judge(afterwards as Done[])
    },
  }

  function isGood(history: History): boolean {
    const key = keyOf(history)
    const known = judged.get(key)
    if (known !== undefined) return known
    const isNew = isExplained(history, specification)
    judged.set(key, isNew)
    return isNew
  }
}

/** Each after the other: at once, as long as nothing has to be awaited. */
function each<T>(
  items: readonly T[],
  done: Done[],
  work: (item: T, at: number) => Done | Promise<Done>,
): Done[] | Promise<Done[]> {
  for (let at = done.length; at < items.length; at++) {
    const one = work(items[at]!, at)
    if (isThenable(one)) return (one as Promise<Done>).then((value) => each(items, [...done, value], work))
    done.push(one as Done)
  }
  return done
}

function ended(call: Call, after: readonly number[], work: () => unknown): Done | Promise<Done> {
  const end = tryIt(work)
  refuse(end.value)
  if (end.threw || !isThenable(end.value)) return { call, after, ...end }
  return (end.value as Promise<unknown>).then(
    (value) => ({ call, after, value, threw: false }),
    (error: unknown) => {
      refuse(error)
      return { call, after, value: error, threw: true }
    },
  )
}

/** What stops a thread, and what cannot be explored, is nothing that a call gave back. */
function refuse(value: unknown): void {
  if (value === UNWIND || value instanceof ExploreError) throw value
}

function bytesOf(all: bigint): number[] {
  return Array.from({ length: RETURNED_BYTES }, (_, at) => Number((all >> BigInt(8 * at)) & 0xffn))
}

function textOf({ before, threads, afterwards }: History): string {
  const parts = [before, ...threads, afterwards].filter((calls) => calls.length > 0)
  return parts.map((calls) => calls.map(describeDone).join(", ")).join(" | ")
}

/** The steps of a model of ours, with its calls by their names instead of what they are seen by. */
export function withCalls(trace: readonly Step[], { threads }: Scenario): Step[] {
  const made = threads.map(() => 0)
  const done = threads.map((_, thread) => resultOf(trace, thread))
  return trace.map((step) => {
    const { before: _, after: __, result: ___, ...rest } = step
    if (step.operation === "return") return rest
    if (!step.cell.startsWith(RETURNED)) return step
    const isCall = step.operation === "load"
    const at = isCall ? made[step.thread]! : made[step.thread]!++
    const end = done[step.thread]?.[at]
    const cell = isCall || end === undefined ? describeCall(threads[step.thread]![at]!) : describeDone(end)
    return { ...rest, operation: isCall ? "calls" : "returns from", cell, offset: -1, at: "" }
  })
}

/** What all calls of a thread came to, if it has come to its end. */
function resultOf(trace: readonly Step[], thread: number): readonly Done[] | undefined {
  const end = trace.find((step) => step.thread === thread && step.operation === "return")
  return end?.result as readonly Done[] | undefined
}
