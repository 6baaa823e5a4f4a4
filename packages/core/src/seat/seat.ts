/** What a handle needs of the thread it belongs to. */
import type { AskingEngine, Answer, QuietEngine } from "../host/asking.js"
import type { HeapError } from "../errors.js"
import type { HeapMemory } from "../memory/heap-memory.js"

/** A kind of record that a heap can run out of. */
export type RecordKind =
  | "fences"
  | "callbacks"
  | "modules"
  | "timelines"
  | "containers"
  | "lists"
  | "objects"
  | "records"

/** A thread's attachment to a heap, as handles see it. Not to be shared: each thread has its own. */
export interface Seat {
  readonly name: string
  readonly heap: HeapMemory
  readonly words: Int32Array
  /** The raw engine API: addresses in, numbers out. Of a detached thread: every call throws DETACHED. */
  readonly engine: QuietEngine
  /** The part of it whose answers must be `told`. */
  readonly ask: AskingEngine
  /** Address of the thread record. @throws HeapError DETACHED */
  readonly record: number
  readonly isAttached: boolean
  /** Looks whether another has reclaimed this thread: then it is attached no more. */
  notice(): void
  readonly mail: Mail
  /**
   * Throws what issuers' functions threw during the call that gave this answer; else returns the answer. `undo` gives
   * back what the answer stands for (a reference, a record; 0 for none), before it throws.
   */
  told(answer: Answer, undo?: (value: number, seat: Seat) => void): number
  /** A reference on the heap's fence that was always signaled. */
  addStub(): number
  /** Gives back a reference on a fence, in whatever seat there is. 0 is none. */
  dropFence(fence: number): void
  /** The same for a shared object. */
  dropObject(object: number): void
  /**
   * Address of a new record. When there is none left it makes room and tries again, in bounded time; a negative
   * answer is returned as it is. @throws HeapError FULL: of this kind, or what a function says that knows better
   */
  make(kind: RecordKind | (() => HeapError), create: () => number): number
  /** Calls an issuer's own `wait` on a fence that is lent to it. */
  waitOp(op: number, fence: unknown, timeoutMs: number): void
  /** Runs a work here, if it is to be run now and nobody does: whether it did. Throws what its function throws. @throws ModuleError NOT_LINKED */
  runWork(token: number): boolean
  /** Runs what a module does at its end: meanwhile this thread cannot leave. */
  atEnd(body: () => void): void
  /** After this thread has detached: does something in a seat taken for a moment, so that nothing held is lost. */
  afterDetach(body: (seat: Seat) => void): void
  /** Whether its heap is of the checked flavour. Here too, for each handle that is made asks for it. */
  readonly isChecked: boolean
  /** Checked flavour: a handle has come to hold a reference (1), or no longer does (-1), that this word of its seat counts. For the accounts of a thread that dies. */
  tally(word: number, change: 1 | -1): void
}

/** How to undo an answer that is a reference on a fence. */
export const dropFence = (fence: number, seat: Seat): void => seat.dropFence(fence)

/** Something that is hung up for this thread, and can be taken down. */
export interface Subscription {
  /** Takes it down: true if the function had not been called and now will not be. Idempotent, and never waits for a lock. */
  cancel(): boolean
}

/** How hanging something up on a fence ended. `later`: its lock stays taken; try again in a moment. */
export type Hung = Subscription | "complete" | "later"

/** Where functions wait to be called in this thread. */
export interface Mail {
  /** Calls a function once a fence is complete. The process stays alive until then. @throws HeapError FULL */
  onFence(fence: number, body: () => void): Hung
  /** Calls a function each time this thread's bell rings. */
  onRing(body: () => void): Subscription
  /** Calls what has been delivered. What the functions throw is thrown afterwards, all of it. */
  deliver(): void
  /** The same, and what they throw surfaces as an uncaught exception of its own. */
  deliverQuietly(): void
  /** Something that could not be taken down, because a lock stays taken: `retry` says when it is done. */
  abandon(retry: () => boolean): void
  /** Registers a promise that is pending: `end` is called when the thread leaves. Returns how to take it out. */
  pend(end: (error: Error) => void): () => void
}
