/**
 * Whether what calls gave back can be explained: by some order of the calls, one after the other, in which each comes
 * after those that had returned when it was called, and gives back the same (Herlihy, Wing 1990; the search is that of
 * Wing, Gong 1993).
 */
import { isDeepStrictEqual } from "node:util"
import { thrownText } from "../text.js"
import type { Call } from "./scenario.js"
import { describeCall, show } from "./scenario.js"

/** What a call came to. */
export interface Ended {
  readonly value: unknown
  readonly threw: boolean
}

export interface Done extends Ended {
  readonly call: Call
  /** Of each thread, how many of its calls had returned when this one was made. */
  readonly after: readonly number[]
}

/** A sequential object: what each operation does to it. */
export type Sequential = Readonly<Record<string, (...parameters: never[]) => unknown>>

export interface History {
  readonly before: readonly Done[]
  readonly threads: readonly (readonly Done[])[]
  readonly afterwards: readonly Done[]
}

export function isExplained(history: History, specification: () => Sequential): boolean {
  const { threads } = history
  const positions = threads.map(() => 0)
  const order: Done[] = []
  const extend = (): boolean => {
    if (threads.every((calls, thread) => positions[thread] === calls.length))
      return agrees([...history.before, ...order, ...history.afterwards], specification)
    for (const [thread, calls] of threads.entries()) {
      const next = calls[positions[thread]!]
      if (next === undefined || next.after.some((count, other) => positions[other]! < count)) continue
      order.push(next)
      // What is wrong so far does not become right.
      if (agrees([...history.before, ...order], specification)) {
        positions[thread]!++
        if (extend()) return true
        positions[thread]!--
      }
      order.pop()
    }
    return false
  }
  return extend()
}

/** Whether calls, one after the other, give back what they did. */
function agrees(calls: readonly Done[], specification: () => Sequential): boolean {
  const object = specification()
  return calls.every(({ call, value, threw }) => {
    const expected = tryIt(() => (object[call.operation] as (...list: unknown[]) => unknown)(...call.arguments))
    return expected.threw === threw && (threw || isDeepStrictEqual(expected.value, value))
  })
}

export function tryIt(code: () => unknown): Ended {
  try {
    return { value: code(), threw: false }
  } catch (error) {
    return { value: error, threw: true }
  }
}

/** `put(1) → true`. */
export function describeDone({ call, value, threw }: Done): string {
  return `${describeCall(call)} ${threw ? `throws ${thrownText(value)}` : `→ ${show(value)}`}`
}

/** Tells two histories apart by all that counts. */
export function keyOf({ threads, afterwards }: History): string {
  const one = (done: Done) => `${describeDone(done)} ${done.after.join()}`
  return [...threads.map((calls) => calls.map(one).join(";")), afterwards.map(one).join(";")].join("|")
}
