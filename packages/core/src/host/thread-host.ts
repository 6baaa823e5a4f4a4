/** What one thread does for its engine: calls modules' functions, sleeps, tells the time, reports. */
import { Header, Oops, Thread as ThreadRecord } from "../../built/layout.js"
import type { EngineHost } from "./engine.js"
import { lockOrderOops, placeOf } from "./lock-order.js"
import { writeName } from "../name.js"
import { engineWarning, oopsError } from "./oops.js"
import type { Thread } from "../heap/thread.js"

/** Whether this thread may block; a browser's main thread may not, and spins instead. */
export const canBlock = ((): boolean => {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)
    return true
  } catch {
    return false
  }
})()

const nowhere = new Int32Array(new SharedArrayBuffer(4))

/** Sleeps for some milliseconds, where sleeping is allowed. */
export function sleep(ms: number): void {
  if (canBlock) Atomics.wait(nowhere, 0, 0, ms)
}

/** Writes nanoseconds since 1970 into the thread's `now` words. */
export function writeTime(words: Int32Array, thread: number, ns: number): void {
  const hi = Math.floor(ns / 4_294_967_296)
  words[(thread + ThreadRecord.nowLo) >> 2] = (ns - hi * 4_294_967_296) | 0
  words[(thread + ThreadRecord.nowHi) >> 2] = hi
}

/** The same, exactly. */
export function writeExactTime(words: Int32Array, thread: number, ns: bigint): void {
  words[(thread + ThreadRecord.nowLo) >> 2] = Number(BigInt.asIntN(32, ns))
  words[(thread + ThreadRecord.nowHi) >> 2] = Number(BigInt.asIntN(32, ns >> 32n))
}

/** Nanoseconds since 1970, as exactly as a double holds them (256 ns). */
export function nowNs(): number {
  return (performance.timeOrigin + performance.now()) * 1e6
}

const LONGEST_STALL_MS = 1

export function hostFor(thread: Thread): EngineHost {
  const { heap, words } = thread
  let stalledAt = 0
  let warnAt = 0
  return {
    call: (op, fence) => thread.callOp(op, fence),
    oops(code, a, b, c) {
      thread.recover()
      if (code === Oops.LockOrder) throw lockOrderOops(heap, thread.name, a, b, placeOf(new Error("here")))
      throw oopsError(thread.name, code, a, b, c)
    },
    warn: (code, a, b) => heap.warn(engineWarning(thread.name, code, a, b)),
    park(address, value, atMostMs) {
      if (canBlock) Atomics.wait(words, address >> 2, value, atMostMs)
    },
    place: (_record, address) => writeName(words, address, placeOf(new Error("here"))),
    now: (record) => writeTime(words, record, nowNs()),
    stall(_record, round) {
      const now = performance.now()
      if (round === 0) {
        stalledAt = now
        warnAt = now + heap.word(Header.stallMs)
      } else if (now > warnAt) {
        warnAt = now + 2 * (now - stalledAt)
        const reader = thread.engine.stalledReader()
        if (reader !== 0) {
          const name = heap.threadName(heap.word(reader + ThreadRecord.id))
          const ms = Math.round(now - stalledAt)
          heap.warn({
            kind: "rcu-stall",
            thread: name,
            message: `A grace period has been waiting ${ms} ms for the read section of thread "${name}"`,
          })
        }
      }
      sleep(Math.min(LONGEST_STALL_MS, 0.02 * (round + 1)))
    },
  }
}
