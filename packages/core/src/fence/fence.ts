/** What people hold: a handle on a fence. Thin: an address and a thread; everything it does is one engine call. */
import { Action, Fence as FenceRecord, Flag, Header, Record as RecordWords } from "../../built/layout.js"
import { FenceError } from "../errors.js"
import { readName } from "../name.js"
import { hostOops } from "../host/oops.js"
import type { Thread } from "../heap/thread.js"
import { writeExactTime } from "../host/thread-host.js"
import { readWide } from "./timeline.js"
import { type AsyncWaitOptions, type WaitOptions, type WaitOutcome, wait, waitSync } from "./wait.js"

/** What another thread needs to open the fence; can be posted. It holds no reference: keep the handle until it was opened. */
export interface SharedFence {
  readonly kind: "outlive-fence"
  readonly heap: number
  readonly address: number
  readonly generation: number
}

/** A function hung on a fence. */
export interface FenceCallback {
  /** True if it had not been called and now will not be. */
  remove(): boolean
}

/**
 * "This work is done", said by one thread to all that hold it. A handle holds one reference, and belongs to its thread.
 * @example
 * using fence = timeline.fence()
 * worker.postMessage(fence.share())
 * await fence.wait({ timeoutMs: 100 })
 */
export class Fence {
  readonly thread: Thread
  #address: number
  readonly #borrowed: boolean

  /** @internal Takes over a reference. Use `timeline.fence()`, `thread.open()`. */
  constructor(thread: Thread, address: number, borrowed = false) {
    this.thread = thread
    this.#address = address
    this.#borrowed = borrowed
  }

  /** @internal A handle without a reference of its own, for the length of an issuer's function. */
  static borrow(thread: Thread, address: number): Fence {
    return new Fence(thread, address, true)
  }

  /** Address of the record, for the unhandled layer. @throws FenceError STALE after `drop` */
  get address(): number {
    if (this.#address === 0) throw stale()
    return this.#address
  }

  /** Completes the fence: true for the one who did it. All its callbacks have run when this returns. */
  signal(options?: { readonly atNs?: bigint }): boolean {
    const { engine, record } = this.thread
    if (this.#address === 0) throw stale()
    this.assertIssued()
    if (options?.atNs === undefined) return engine.signal(record, this.#address) === 1
    writeExactTime(this.thread.words, record, options.atNs)
    return engine.signalStamped(record, this.#address) === 1
  }

  /** A plain fence is completed by whoever issued it; a container by its members. */
  protected assertIssued(): void {}

  /** Completes the fence; true if it was complete already. */
  checkAndSignal(): boolean {
    return !this.signal()
  }

  /** Runs something while holding the fence's lock. Inside, use `signalLocked`; everything else that locks is an oops. */
  locked<T>(body: () => T): T {
    const { engine, record } = this.thread
    const address = this.address
    engine.lockFence(record, address)
    try {
      return body()
    } finally {
      engine.unlockFence(record, address)
    }
  }

  /** `signal` for a caller inside `locked`. */
  signalLocked(): boolean {
    this.assertIssued()
    return this.thread.engine.signalLocked(this.thread.record, this.address) === 1
  }

  /** Whether the fence is complete. No effect, no lock; callbacks of its signaler may still be running. */
  hasSignaled(): boolean {
    if (this.#address === 0) throw stale()
    return this.thread.engine.hasSignaled(this.#address) === 1
  }

  /** Whether the fence is complete; may ask the issuer, and signal if it says yes. */
  isSignaled(): boolean {
    if (this.#address === 0) throw stale()
    const answer = this.thread.engine.isSignaled(this.thread.record, this.#address) === 1
    this.thread.rethrow()
    return answer
  }

  /** 0 while pending, 1 when complete, a negative error number when complete with an error. May ask the issuer. */
  status(): number {
    const answer = this.thread.engine.status(this.thread.record, this.address)
    this.thread.rethrow()
    return answer
  }

  /** Gives the fence the error it will complete with: a negative error number. @throws RangeError, FenceError ALREADY_SIGNALED */
  setError(errno: number): void {
    this.assertIssued()
    if (!Number.isInteger(errno)) throw new RangeError(`Cannot use ${errno} as an error: a whole number is needed`)
    const answer = this.thread.engine.setError(this.thread.record, this.address, errno)
    if (answer === -1) throw new FenceError("ALREADY_SIGNALED", `Cannot set error ${errno}: the fence is signaled`)
    if (answer === -2) throw new RangeError(`Cannot use ${errno} as an error: -4,095 to -1 is the range`)
  }

  /** Asks the issuer to make sure that the fence will be signaled: false if it is complete. Waits and callbacks do this by themselves. */
  enableSignaling(): boolean {
    const pending = this.thread.engine.enableSignaling(this.thread.record, this.address) === 1
    this.thread.rethrow()
    return pending
  }

  /** Tells the issuer by when somebody would like it, in nanoseconds since 1970. */
  setDeadline(atNs: bigint): void {
    const { engine, record, words } = this.thread
    writeExactTime(words, record, atNs)
    engine.setDeadline(record, this.address)
    this.thread.rethrow()
  }

  /** When it was signaled, in nanoseconds since 1970; undefined while it is pending, or when nobody asked for timestamps. */
  get timestampNs(): bigint | undefined {
    const { engine, heap } = this.thread
    const address = this.address
    if ((engine.flagsOf(address) & Flag.Timestamp) === 0) return undefined
    return readWide(heap.word(address + FenceRecord.timeLo), heap.word(address + FenceRecord.timeHi))
  }

  /** The issuer's name; "detached-driver" once the fence is complete and needs its issuer no more. */
  driverName(): string {
    return this.#name((record, fence) => this.thread.engine.driverName(record, fence))
  }

  /** The timeline's name; "signaled-timeline" once the fence is complete and needs its issuer no more. */
  timelineName(): string {
    return this.#name((record, fence) => this.thread.engine.timelineName(record, fence))
  }

  get context(): bigint {
    const { heap } = this.thread
    return readWide(heap.word(this.address + FenceRecord.contextLo), heap.word(this.address + FenceRecord.contextHi))
  }

  get seqno(): bigint {
    const { heap } = this.thread
    return readWide(heap.word(this.address + FenceRecord.seqnoLo), heap.word(this.address + FenceRecord.seqnoHi))
  }

  /** Context and seqno, then names while pending, then whether it is signaled. */
  describe(): string {
    const position = `${this.context}:${this.seqno}`
    if (this.hasSignaled()) return `${position} signaled`
    return `${position} ${this.timelineName()} ${this.driverName()} unsignaled`
  }

  /** Whether this comes after the other on their one context; false, with a warning, if they have two. */
  isLater(than: Fence): boolean {
    return this.thread.engine.isLater(this.address, than.address) === 1
  }

  /** Whether ops have been let go: nothing in the fence leads to its issuer any more. */
  get isDetached(): boolean {
    return this.thread.heap.word(this.address + FenceRecord.ops) === 0
  }

  /**
   * Calls a function in this thread once the fence is complete; "already-signaled" if it is, and then never.
   * The process stays alive until then. @throws HeapError FULL
   */
  addCallback(body: () => void): FenceCallback | "already-signaled" {
    const { mailbox } = this.thread
    const ticket = mailbox.watch(this.address, () => {
      called = true
      body()
    })
    let called = false
    this.thread.rethrow()
    if (ticket < 0) return "already-signaled"
    return { remove: () => !called && mailbox.unwatch(ticket) }
  }

  /**
   * Adds one to a cell when the fence completes: done by the signaler, under the lock. Remove it in the end, even
   * after it ran: that gives its record back. @throws HeapError FULL
   */
  addCounter(cell: number): FenceCallback | "already-signaled" {
    const { engine, heap, record } = this.thread
    const node = engine.addCallback(record, this.address, Action.AddToCell, heap.cell(cell))
    this.thread.rethrow()
    if (node < 0) throw heap.fullError("callbacks")
    if (node === 0) return "already-signaled"
    let removed = false
    return {
      remove: () => {
        if (removed) return false
        removed = true
        return engine.removeCallback(record, node) === 1
      },
    }
  }

  /** Resolves when the fence is complete, rejects with its error. Keeps the process alive meanwhile. @throws RangeError */
  wait(options: AsyncWaitOptions = {}): Promise<WaitOutcome> {
    return wait(this.thread, this.address, options)
  }

  /** Sleeps until the fence is complete: spins a little, then parks. @throws FenceError when it completed with an error */
  waitSync(options: WaitOptions = {}): WaitOutcome {
    return waitSync(this.thread, this.address, options)
  }

  /** Another handle, with a reference of its own. */
  addRef(): this {
    this.thread.engine.addRef(this.address)
    return this.thread.handle(this.#address) as this
  }

  /** What it is made of: nothing else (`plain`), several fences (`array`), a fence and all before it (`chain`). */
  get kind(): "plain" | "array" | "chain" {
    // PLAIN: the bits that say what a fence is never change.
    const flags = this.thread.heap.word(this.address + FenceRecord.flags)
    return flags & Flag.Array ? "array" : flags & Flag.Chain ? "chain" : "plain"
  }

  /** Whether it is made of other fences, and completes with them. */
  get isContainer(): boolean {
    return this.kind !== "plain"
  }

  /** What to post to another thread, which calls `thread.open` on it. Keep this handle until it has. */
  share(): SharedFence {
    const { heap } = this.thread
    const generation = heap.word(this.address + RecordWords.generation)
    return { kind: "outlive-fence", heap: heap.word(Header.identity), address: this.#address, generation }
  }

  /** Gives the reference back; the handle is stale afterwards. Twice is once. */
  drop(): void {
    if (this.#address === 0) return
    const address = this.#address
    this.#address = 0
    if (this.#borrowed) return
    this.thread.engine.dropRef(this.thread.record, address)
    this.thread.rethrow()
  }

  [Symbol.dispose](): void {
    this.drop()
  }

  /** @internal Hands the reference over to the caller. */
  release(): number {
    const address = this.address
    if (this.#borrowed) this.thread.engine.addRef(address)
    this.#address = 0
    return address
  }

  /** Reads a name where it lies: the engine has entered a read section. It is torn if somebody overwrites it all the same. */
  #name(find: (record: number, fence: number) => number): string {
    const { engine, words, record, name: threadName } = this.thread
    const fence = this.address
    const name = readName(words, find(record, fence))
    engine.readUnlock(record)
    if (name === undefined)
      throw hostOops(
        threadName,
        "TORN_NAME",
        `A name of fence 0x${fence.toString(16)} was overwritten while it was read`,
        fence,
      )
    return name
  }
}

function stale(): FenceError {
  return new FenceError("STALE", "Cannot use fence: its handle was dropped")
}
