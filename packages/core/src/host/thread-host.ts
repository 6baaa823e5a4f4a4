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

const RETRY_MS = 10

/** Calls the function when this turn of the event loop is over, and again from time to time until it says true. */
export function endOfTurn(body: () => boolean): void {
  const again = () => {
    if (body()) return
    const timer: unknown = setTimeout(again, RETRY_MS)
    // It is no reason to keep a process alive.
    if (typeof timer === "object" && timer !== null && "unref" in timer) (timer as { unref(): void }).unref()
  }
  setTimeout(again, 0)
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

/** When this thread's clock began: what is added to it afterwards is exact, where a sum of both in one number is not. */
const ORIGIN_NS = performance.timeOrigin * 1e6
const ORIGIN_HI = Math.floor(ORIGIN_NS / 4_294_967_296)
const ORIGIN_LO = ORIGIN_NS - ORIGIN_HI * 4_294_967_296

/** The time into the thread's `now` words, to the nanosecond: for traces. */
export function writeFineTime(words: Int32Array, thread: number): void {
  const ns = ORIGIN_LO + performance.now() * 1e6
  const carry = Math.floor(ns / 4_294_967_296)
  words[(thread + ThreadRecord.nowLo) >> 2] = ns - carry * 4_294_967_296
  words[(thread + ThreadRecord.nowHi) >> 2] = ORIGIN_HI + carry
}

/** Nanoseconds since 1970, as exactly as a double holds them (256 ns). */
export function nowNs(): number {
  return (performance.timeOrigin + performance.now()) * 1e6
}
