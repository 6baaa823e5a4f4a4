/** Waiting for syncobjs: for something to be submitted, and for that to be complete. */
import { Action, Thread as ThreadRecord } from "../../built/layout.js"
import { FenceError, errnoError } from "../errors.js"
import type { Syncobj } from "./syncobj.js"
import type { Thread } from "../heap/thread.js"
import { canBlock, writeExactTime } from "../host/thread-host.js"

/** A syncobj, or a point of its timeline (0: the place itself). */
export interface SyncobjPoint {
  readonly syncobj: Syncobj
  readonly point?: bigint
}

/** How long to wait for something to be submitted. */
export interface SubmissionOptions {
  /** Waits for something to be submitted, instead of refusing when there is nothing. */
  readonly forSubmit?: boolean
  /** Default: forever. 0 asks once. */
  readonly timeoutMs?: number
}

/** What to wait for. */
export interface SyncobjWaitOptions extends SubmissionOptions {
  /** Waits for all instead of for any. */
  readonly all?: boolean
  /** Is content with what has been submitted, complete or not. */
  readonly available?: boolean
  /** Told to the issuers of what is found, in nanoseconds since 1970. */
  readonly deadlineNs?: bigint
  /** For promises: when it aborts, the promise rejects with its reason, and nothing is left behind. */
  readonly signal?: AbortSignal
}

/** One of those that are waited for. What it once found it keeps, whatever is put in the place. */
class Entry {
  readonly syncobj: Syncobj
  readonly #point: bigint
  readonly #options: SyncobjWaitOptions
  /** With a reference; 0 while nothing was submitted. */
  fence = 0

  constructor({ syncobj, point = 0n }: SyncobjPoint, options: SyncobjWaitOptions) {
    this.syncobj = syncobj
    this.#point = point
    this.#options = options
  }

  /** Looks for a fence if there is none yet; true if what is waited for is there. */
  look(): boolean {
    const { thread } = this.syncobj
    if (this.fence === 0) {
      this.fence = this.syncobj.findFence(this.#point)
      const { deadlineNs } = this.#options
      if (this.fence !== 0 && deadlineNs !== undefined) {
        writeExactTime(thread.words, thread.record, deadlineNs)
        thread.engine.setDeadline(thread.record, this.fence)
        thread.rethrow()
      }
    }
    if (this.fence === 0) return false
    return this.#options.available === true || thread.engine.hasSignaled(this.fence) === 1
  }

  drop(): void {
    const { engine, record } = this.syncobj.thread
    if (this.fence !== 0) engine.dropRef(record, this.fence)
    this.fence = 0
  }
}

/** All of them, and whether they are enough. */
class Entries {
  readonly list: readonly Entry[]
  readonly #all: boolean

  /** @throws FenceError EINVAL when nothing was submitted for one, and nobody wants to wait for that */
  constructor(points: readonly SyncobjPoint[], options: SyncobjWaitOptions) {
    this.#all = options.all === true
    this.list = points.map((point) => new Entry(point, options))
    const mayWait = options.forSubmit === true || options.available === true
    try {
      for (const [i, entry] of this.list.entries()) {
        entry.look()
        if (entry.fence === 0 && !mayWait)
          throw errnoError("EINVAL", `Cannot wait for syncobj ${i} of ${points.length}: nothing was submitted`)
      }
    } catch (error) {
      this.drop()
      throw error
    }
  }

  /** The index of the first that is there, when that is enough; -1 when not. */
  enough(): number {
    let first = -1
    let there = 0
    for (const [i, entry] of this.list.entries()) {
      if (!entry.look()) continue
      there++
      if (first < 0) first = i
    }
    if (this.list.length === 0) return 0
    return this.#all && there < this.list.length ? -1 : first
  }

  drop(): void {
    for (const entry of this.list) entry.drop()
  }
}

/** Sleeps until enough is there: index of the first. @throws FenceError EINVAL, ETIME; HeapError FULL */
export function waitForSyncobjsSync(points: readonly SyncobjPoint[], options: SyncobjWaitOptions): number {
  const timeoutMs = checkTimeout(options)
  if (points.length === 0) return 0
  const thread = threadOf(points)
  const { engine, record, words } = thread
  engine.mightWait(record)
  const end = performance.now() + timeoutMs
  const entries = new Entries(points, options)
  const hung = new Map<Entry, { submission: number; callback: number }>()
  try {
    for (;;) {
      const value = engine.listen(record)
      // What is hung after the bell was armed rings it; and hanging a callback enables signaling, as the kernel's wait does.
      for (const entry of entries.list) hang(entry, hung)
      const found = entries.enough()
      if (found >= 0) return found
      const leftMs = end - performance.now()
      if (leftMs <= 0) throw timedOut(points.length)
      if (canBlock) Atomics.wait(words, (record + ThreadRecord.doorbell) >> 2, value, leftMs)
    }
  } finally {
    for (const [entry, { submission, callback }] of hung) {
      if (submission > 0) engine.removeWaiter(record, entry.syncobj.address, submission)
      if (callback > 0) engine.removeCallback(record, callback)
    }
    entries.drop()
  }
}

/** Sees to it that this thread's bell rings when something happens to an entry. @throws HeapError FULL */
function hang(entry: Entry, hung: Map<Entry, { submission: number; callback: number }>): void {
  const { thread } = entry.syncobj
  const { engine, heap, record } = thread
  let nodes = hung.get(entry)
  if (nodes === undefined) hung.set(entry, (nodes = { submission: 0, callback: 0 }))
  if (entry.look()) return
  if (entry.fence === 0) {
    // One that has acted rings no more; its record is still ours, and is hung anew.
    if (nodes.submission > 0) engine.removeWaiter(record, entry.syncobj.address, nodes.submission)
    nodes.submission = engine.addWaiter(record, entry.syncobj.address, Action.RingThread, 0)
    if (nodes.submission === 0) throw heap.fullError("callbacks")
    // What was submitted before the record hung did not find it.
    if (entry.look() || entry.fence === 0) return
  }
  if (nodes.callback !== 0) return
  nodes.callback = engine.addCallback(record, entry.fence, Action.RingThread, 0)
  thread.rethrow()
  if (nodes.callback < 0) throw heap.fullError("callbacks")
}

/** Resolves when enough is there, with the index of the first. Rejects with FenceError EINVAL, ETIME; HeapError FULL. */
export async function waitForSyncobjs(points: readonly SyncobjPoint[], options: SyncobjWaitOptions): Promise<number> {
  const timeoutMs = checkTimeout(options)
  options.signal?.throwIfAborted()
  if (points.length === 0) return 0
  const { mailbox } = threadOf(points)
  const entries = new Entries(points, options)
  return new Promise<number>((resolve, reject) => {
    const tickets = new Map<Entry, { submission: number; fence: number }>()
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = false
    const end = (finish: () => void) => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      options.signal?.removeEventListener("abort", abort)
      for (const { submission, fence } of tickets.values()) {
        if (submission >= 0) mailbox.unwatchSubmission(submission)
        if (fence >= 0) mailbox.unwatch(fence)
      }
      entries.drop()
      finish()
    }
    const abort = () => end(() => reject(options.signal!.reason as Error))
    /** Hangs what is not hung, and ends when there is enough. */
    const look = () => {
      if (ended) return
      try {
        for (const entry of entries.list) watch(entry, tickets, look)
        const found = entries.enough()
        if (found >= 0) end(() => resolve(found))
      } catch (error) {
        end(() => reject(error as Error))
      }
    }
    look()
    if (ended) return
    const expire = () => {
      // What has been delivered by now counts: look before giving up.
      mailbox.deliver()
      look()
      end(() => reject(timedOut(points.length)))
    }
    if (timeoutMs !== Infinity) timer = setTimeout(expire, Math.min(timeoutMs, 0x7fffffff))
    options.signal?.addEventListener("abort", abort, { once: true })
  })
}

/** Sees to it that `look` is called when something happens to an entry. @throws HeapError FULL */
function watch(entry: Entry, tickets: Map<Entry, { submission: number; fence: number }>, look: () => void): void {
  const { thread } = entry.syncobj
  let hung = tickets.get(entry)
  if (hung === undefined) tickets.set(entry, (hung = { submission: -1, fence: -1 }))
  const mine = hung
  if (entry.look()) return
  if (entry.fence === 0) {
    if (mine.submission >= 0) return
    mine.submission = thread.mailbox.watchSubmission(entry.syncobj.address, () => {
      mine.submission = -1
      look()
    })
    // What was submitted before the record hung did not find it.
    if (entry.look() || entry.fence === 0) return
  }
  if (mine.fence >= 0) return
  mine.fence = thread.mailbox.watch(entry.fence, () => {
    mine.fence = -1
    look()
  })
  thread.rethrow()
}

function timedOut(count: number): FenceError {
  return errnoError("ETIME", `Waiting for ${count === 1 ? "a syncobj" : `${count} syncobjs`} timed out`)
}

function checkTimeout({ timeoutMs = Infinity }: SubmissionOptions): number {
  if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs) || timeoutMs < 0)
    throw new RangeError(`Cannot wait for ${String(timeoutMs)} ms: a number from 0 is needed`)
  return timeoutMs
}

function threadOf(points: readonly SyncobjPoint[]): Thread {
  const { thread } = points[0]!.syncobj
  if (points.some(({ syncobj }) => syncobj.thread !== thread))
    throw new FenceError("FOREIGN", "Cannot wait for syncobjs of different threads' handles together")
  return thread
}
