/** Ways to bring messages from one thread to another, and what both do. */
import type { SharedHeap, SharedObjectToken } from "@outlive/core"
import type { MessagePort } from "node:worker_threads"

/** The package's three, the platform's, and the ring that people install. */
export const WAYS = ["Channel", "FenceChannel", "Cell", "postMessage", "ringbuf.js"] as const
export type Way = (typeof WAYS)[number]

/** One side sends, as fast as the other takes; or a message goes there and back, one at a time. */
export const TASKS = ["stream", "round trip"] as const
export type Task = (typeof TASKS)[number]

/** So many messages are on the way at most, in every way. */
export const WINDOW = 64

/** Words: the other thread is ready; it is to stop; how many messages this one has taken (`postMessage` has no room of its own to run out of). */
export const [READY, STOP, TAKEN, WORDS] = [0, 16, 32, 48]

/** What both threads have; `tokens` and `rings`: there, and back. */
export interface Shared {
  readonly way: Way
  readonly task: Task
  readonly bytes: number
  readonly words: SharedArrayBuffer
  readonly heap: SharedHeap
  readonly tokens: readonly SharedObjectToken[]
  readonly rings: readonly SharedArrayBuffer[]
  readonly port?: MessagePort
}

/** One thread's end: numbers go in and come out, within messages of so many bytes. */
export interface End {
  send(number: number): void
  receive(): number | Promise<number>
}

/** Which cannot be done, and why. */
export function refusal(way: Way, task: Task, bytes: number): string | undefined {
  if (way === "Cell" && task === "stream") return "a cell keeps the last value, and loses those before it"
  if (way === "FenceChannel" && bytes !== FENCE_BYTES) return `a fence has ${FENCE_BYTES} bytes, always`
  return undefined
}

/** A record of the heap. */
export const FENCE_BYTES = 64

/** In the first four bytes of a message. */
export const numberIn = (bytes: Uint8Array) => bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)

export function write(bytes: Uint8Array, number: number): void {
  bytes[0] = number
  bytes[1] = number >> 8
  bytes[2] = number >> 16
  bytes[3] = number >> 24
}
