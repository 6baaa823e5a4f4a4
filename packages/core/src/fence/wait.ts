/** Waiting for fences: asleep (`…Sync`) or as promises; for one, for any, for all. */
import { Action, Fence as FenceRecord, Thread as ThreadRecord } from "../../built/layout.js"
import { FenceError, errnoName } from "../errors.js"
import type { Fence } from "./fence.js"
import type { Thread } from "../heap/thread.js"
import { canBlock } from "../host/thread-host.js"

/** How long to wait. */
export interface WaitOptions {
  /** Default: forever. 0 asks once. */
  readonly timeoutMs?: number
}

/** The same for promises, which can be given up. */
export interface AsyncWaitOptions extends WaitOptions {
  /** When it aborts, the promise rejects with its reason, and nothing is left behind. */
  readonly signal?: AbortSignal
}

/** How a wait ended. A fence that completed with an error throws (or rejects) instead. */
export type WaitOutcome = "signaled" | "timed-out"

/** How a wait for any of several ended. */
export type WaitAnyOutcome =
  | { readonly outcome: "signaled"; readonly index: number }
  | { readonly outcome: "timed-out" }

/** Sleeps until the fence is complete. KERNEL: "timed-out" is only said of a fence that is not complete. */
export function waitSync(thread: Thread, fence: number, options: WaitOptions): WaitOutcome {
  const { engine, record, words } = thread
  const timeoutMs = checkTimeout(options)
  const op = engine.waitOp(record, fence)
  if (op >= 0 && !engine.hasSignaled(fence)) thread.waitOp(op, fence, timeoutMs)
  const deadline = timeoutMs === Infinity ? Infinity : performance.now() + timeoutMs
  let value = engine.prepareWait(record, fence)
  thread.rethrow()
  while (value !== 0) {
    const leftMs = deadline === Infinity ? Infinity : deadline - performance.now()
    if (leftMs <= 0 && !engine.hasSignaled(fence)) return "timed-out"
    if (canBlock && leftMs > 0) Atomics.wait(words, (fence + FenceRecord.flags) >> 2, value, leftMs)
    value = engine.prepareWait(record, fence)
  }
  engine.finishWait(record, fence)
  throwError(thread, fence)
  return "signaled"
}

/** Sleeps until one of the fences is complete; the lowest index wins. Does not throw for a fence's error. */
export function waitAnySync(fences: readonly Fence[], options: WaitOptions = {}): WaitAnyOutcome {
  const thread = threadOf(fences)
  const { engine, record, words } = thread
  const timeoutMs = checkTimeout(options)
  const deadline = timeoutMs === Infinity ? Infinity : performance.now() + timeoutMs
  const nodes: number[] = []
  engine.mightWait(record)
  try {
    for (const fence of fences) {
      const node = engine.addCallback(record, fence.address, Action.RingThread, 0)
      thread.rethrow()
      if (node < 0) throw thread.heap.fullError("callbacks")
      if (node === 0) break
      nodes.push(node)
    }
    while (true) {
      const value = engine.listen(record)
      const index = fences.findIndex((f) => f.hasSignaled())
      if (index >= 0) return { outcome: "signaled", index }
      const leftMs = deadline === Infinity ? Infinity : deadline - performance.now()
      if (leftMs <= 0) return { outcome: "timed-out" }
      if (canBlock) Atomics.wait(words, (record + ThreadRecord.doorbell) >> 2, value, leftMs)
    }
  } finally {
    for (const node of nodes) engine.removeCallback(record, node)
  }
}

/** Sleeps until all are complete. @throws FenceError for the first that completed with an error */
export function waitAllSync(fences: readonly Fence[], options: WaitOptions = {}): WaitOutcome {
  const left = deadlineOf(options)
  for (const fence of fences) if (fence.waitSync(left()) === "timed-out") return "timed-out"
  return "signaled"
}

/** Resolves when the fence is complete; rejects with its error. Keeps the process alive meanwhile. */
export function wait(thread: Thread, fence: number, options: AsyncWaitOptions): Promise<WaitOutcome> {
  return new Promise((resolve, reject) => {
    const watched = watchAll(thread, [fence], 1, options, reject, (outcome) => {
      if (outcome === "signaled") {
        const error = errorOf(thread, fence)
        if (error) return reject(error)
      }
      resolve(outcome)
    })
    void watched
  })
}

/** Resolves when one of the fences is complete; the lowest index wins. Does not reject for a fence's error. */
export async function waitAny(fences: readonly Fence[], options: AsyncWaitOptions = {}): Promise<WaitAnyOutcome> {
  const thread = threadOf(fences)
  return new Promise((resolve, reject) => {
    watchAll(
      thread,
      fences.map((f) => f.address),
      1,
      options,
      reject,
      (outcome) => {
        if (outcome === "timed-out") return resolve({ outcome })
        resolve({ outcome, index: fences.findIndex((f) => f.hasSignaled()) })
      },
    )
  })
}

/** Resolves when all are complete; rejects with the first error, in the order of the list. */
export async function waitAll(fences: readonly Fence[], options: AsyncWaitOptions = {}): Promise<WaitOutcome> {
  if (fences.length === 0) return "signaled"
  const thread = threadOf(fences)
  return new Promise((resolve, reject) => {
    watchAll(
      thread,
      fences.map((f) => f.address),
      fences.length,
      options,
      reject,
      (outcome) => {
        const failed =
          outcome === "signaled"
            ? fences.map((f) => errorOf(thread, f.address)).find((e) => e !== undefined)
            : undefined
        if (failed) reject(failed)
        else resolve(outcome)
      },
    )
  })
}

/** Calls `done` once, when `needed` of the fences are complete or the time is up; whatever is left is taken back. */
function watchAll(
  thread: Thread,
  fences: readonly number[],
  needed: number,
  options: AsyncWaitOptions,
  reject: (reason: unknown) => void,
  done: (outcome: WaitOutcome) => void,
): void {
  const timeoutMs = checkTimeout(options)
  const { signal } = options
  if (signal?.aborted) return reject(signal.reason)
  const tickets: number[] = []
  let missing = needed
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Takes back what is left. What goes wrong there is the outcome: nobody would catch it where a timer calls us. */
  const end = () => {
    clearTimeout(timer)
    signal?.removeEventListener("abort", abort)
    for (const ticket of tickets) {
      try {
        if (ticket >= 0) thread.mailbox.unwatch(ticket)
      } catch (error) {
        reject(error)
      }
    }
  }
  const abort = () => {
    missing = -1
    end()
    reject(signal!.reason)
  }
  /** The fence in this position is complete: once its callbacks have run, it is so for us. */
  const one = (position: number) => {
    tickets[position] = -1
    if (missing < 0) return
    try {
      thread.engine.finishWait(thread.record, fences[position]!)
    } catch (error) {
      missing = -1
      end()
      return reject(error)
    }
    if (--missing !== 0) return
    end()
    done("signaled")
  }
  try {
    fences.forEach((fence, position) => {
      if (missing <= 0) return
      tickets[position] = -1
      const ticket = thread.mailbox.watch(fence, () => one(position))
      thread.rethrow()
      if (ticket >= 0) tickets[position] = ticket
      else one(position)
    })
  } catch (error) {
    missing = -1
    end()
    throw error
  }
  if (missing <= 0) return
  if (timeoutMs !== Infinity)
    timer = setTimeout(
      () => {
        // What has been delivered by now counts: look before giving up.
        thread.mailbox.deliver()
        if (missing <= 0) return
        missing = -1
        end()
        done("timed-out")
      },
      Math.min(timeoutMs, 0x7fffffff),
    )
  signal?.addEventListener("abort", abort, { once: true })
}

/** What is left of a timeout each time somebody asks: for waits that follow each other. */
export function deadlineOf(options: WaitOptions): () => WaitOptions {
  const timeoutMs = checkTimeout(options)
  const deadline = timeoutMs === Infinity ? Infinity : performance.now() + timeoutMs
  return () => (deadline === Infinity ? {} : { timeoutMs: Math.max(0, deadline - performance.now()) })
}

function checkTimeout(options: WaitOptions): number {
  const { timeoutMs = Infinity } = options
  if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs) || timeoutMs < 0)
    throw new RangeError(`Cannot wait for ${String(timeoutMs)} ms: a number from 0 is needed`)
  return timeoutMs
}

function threadOf(fences: readonly Fence[]): Thread {
  const first = fences[0]
  if (first === undefined) throw new RangeError("Cannot wait for any of no fences")
  const other = fences.find((f) => f.thread !== first.thread)
  if (other) throw new FenceError("FOREIGN", "Cannot wait for fences of different threads' handles together")
  return first.thread
}

/** The error a complete fence ended with. */
export function errorOf(thread: Thread, fence: number): FenceError | undefined {
  const errno = thread.heap.word(fence + FenceRecord.error)
  if (errno === 0) return undefined
  const name = errnoName(errno)
  return new FenceError(name, `Fence completed with error ${name}`, errno)
}

function throwError(thread: Thread, fence: number): void {
  const error = errorOf(thread, fence)
  if (error) throw error
}
