/** What one thread does for its engine: calls modules' functions, sleeps, tells the time, reports. */
import { Thread as ThreadRecord } from "../../built/layout.js"
import { lowWord, highWord } from "../entrance/wide.js"

/** Whether this thread may block; a browser's main thread may not, and spins instead. */
export const canBlock = ((): boolean => {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)
    return true
  } catch {
    return false
  }
})()

/** Sleeps for some milliseconds, where sleeping is allowed. */
export function sleep(ms: number): void {
  if (canBlock) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Writes nanoseconds since 1970 into the thread's `now` words. */
export function writeTime(words: Int32Array, thread: number, ns: number): void {
  const hi = Math.floor(ns / 4_294_967_296)
  words[(thread + ThreadRecord.nowLo) >> 2] = (ns - hi * 4_294_967_296) | 0
  words[(thread + ThreadRecord.nowHi) >> 2] = hi
}

/** The same, exactly. */
export function writeExactTime(words: Int32Array, thread: number, ns: bigint): void {
  words[(thread + ThreadRecord.nowLo) >> 2] = lowWord(ns)
  words[(thread + ThreadRecord.nowHi) >> 2] = highWord(ns)
}

/** Nanoseconds since 1970, as exactly as a double holds them (256 ns). */
export function nowNs(): number {
  return (performance.timeOrigin + performance.now()) * 1e6
}
