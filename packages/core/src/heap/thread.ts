/** This thread's attachment to a heap: through it everything is done. */
import { Header, Thread as ThreadRecord } from "../../built/layout.js"
import type { Engine } from "../host/engine.js"
import { FenceError, HeapError, ModuleError } from "../errors.js"
import { Fence, type SharedFence } from "../fence/fence.js"
import { handleOn } from "./handle.js"
import type { Heap, ThreadInfo } from "./heap.js"
import type { AttachOptions } from "./heap-options.js"
import { nameLockClass } from "../host/lock-order.js"
import { Mailbox } from "./mailbox.js"
import {
  type Module,
  type ModuleDefinition,
  type ModuleOps,
  OP_NAMES,
  loadModule,
  moduleNameOf,
} from "../fence/module.js"
import { checkName, writeName } from "../name.js"
import { hostOops } from "../host/oops.js"
import { hostFor, writeExactTime } from "../host/thread-host.js"
import { readWide } from "../fence/timeline.js"

/** So often does a thread wait for a grace period before it believes that the heap is full: others may be quicker to take. */
const MOST_ATTEMPTS = 8

/**
 * A thread's seat in the heap. Not to be shared: each thread attaches for itself.
 * @example
 * const thread = heap.attach({ name: "compositor", modules: [gpu] })
 */
export class Thread {
  readonly heap: Heap
  readonly name: string
  readonly words: Int32Array
  /** The unhandled layer. */
  readonly engine: Engine
  /** @internal */
  readonly mailbox: Mailbox
  readonly #definitions: ReadonlyMap<string, ModuleDefinition>
  readonly #linked = new Map<number, ModuleOps>()
  #record: number
  #opDepth = 0
  #failure: { readonly error: unknown } | undefined

  /** @internal Use `heap.attach`. */
  constructor(heap: Heap, options: AttachOptions) {
    this.heap = heap
    this.words = heap.words
    this.#definitions = new Map((options.modules ?? []).map((m) => [m.name, m]))
    this.#record = 0
    this.name = ""
    checkName(options.name ?? "")
    this.engine = heap.instantiate(hostFor(this))
    const record = this.engine.attach()
    if (record === 0) {
      const capacity = heap.word(Header.threadCapacity)
      throw new HeapError("NO_THREAD", `Heap is full: ${capacity} of ${capacity} threads attached`)
    }
    this.#record = record
    this.name = options.name ?? `thread-${heap.word(record + ThreadRecord.id)}`
    writeName(this.words, record + ThreadRecord.name, this.name)
    this.mailbox = new Mailbox(this)
  }

  /** Address of the thread record. @throws HeapError DETACHED */
  get record(): number {
    if (this.#record === 0) throw new HeapError("DETACHED", `Cannot use thread "${this.name}": it is detached`)
    return this.#record
  }

  get isAttached(): boolean {
    return this.#record !== 0
  }

  /** Finds a module by its name in the heap, or loads it. @throws HeapError FULL */
  load(definition: ModuleDefinition): Module {
    return loadModule(this, definition)
  }

  /** The fence that another thread has shared, with a reference of our own. @throws FenceError STALE, FOREIGN */
  open(shared: SharedFence): Fence {
    if (shared?.kind !== "outlive-fence")
      throw new TypeError("Cannot open a fence: what was given does not come from fence.share()")
    if (shared.heap !== this.heap.word(Header.identity))
      throw new FenceError("FOREIGN", "Cannot open fence: it belongs to another heap")
    if (this.engine.open(this.record, shared.address, shared.generation) === 0)
      throw new FenceError(
        "STALE",
        "Cannot open fence: it was released before it was opened; keep the sender's handle until then",
      )
    return this.handle(shared.address)
  }

  /** The fence that a cell points to, with a reference of our own; undefined when the cell is empty. */
  openAt(cell: number): Fence | undefined {
    const address = this.engine.tryAddRefAt(this.record, this.heap.cell(cell))
    return address === 0 ? undefined : this.handle(address)
  }

  /** Leaves a fence in a cell for others; the cell takes over the handle's reference. Returns what was there before. */
  replaceAt(cell: number, fence: Fence | undefined): Fence | undefined {
    const before = this.engine.replace(this.heap.cell(cell), fence ? fence.release() : 0)
    return before === 0 ? undefined : this.handle(before)
  }

  /** The fence that was always signaled. */
  stub(): Fence {
    const address = this.engine.stub()
    this.engine.addRef(address)
    return new Fence(this, address)
  }

  /** A fence of its own that was signaled at that time. @throws HeapError FULL */
  privateStub(atNs: bigint): Fence {
    writeExactTime(this.words, this.record, atNs)
    const address = this.engine.createStub(this.record)
    if (address === 0) throw this.heap.fullError("fences")
    return new Fence(this, address)
  }

  /** Runs something inside a read section: what it dereferences stays until it returns. */
  read<T>(body: () => T): T {
    const { engine, record } = this
    engine.readLock(record)
    try {
      return body()
    } finally {
      if (engine.isReading(record)) engine.readUnlock(record)
    }
  }

  /**
   * Enters a signaling section: from here on somebody may be waiting for what this thread is about to signal, so that it
   * must not wait for a fence itself. Returns what `endSignaling` wants. Watched in the checked flavour.
   */
  beginSignaling(): number {
    return this.engine.beginSignaling(this.record)
  }

  /** Leaves it; nested sections end with the outermost. */
  endSignaling(cookie: number): void {
    this.engine.endSignaling(this.record, cookie)
  }

  /** Says that what follows may wait for a fence. @throws OopsError WAIT_IN_SIGNALING, LOCK_ORDER (checked flavour) */
  mightWait(): void {
    this.engine.mightWait(this.record)
  }

  /** Gives the lock in a cell a class of its own, by name: cells without one are all of one class. @throws HeapError FULL after sixteen */
  nameLock(cell: number, name: string): void {
    nameLockClass(this.heap, this.heap.cell(cell), name)
  }

  /** Waits until every read section open now has ended. Blocks. @throws OopsError inside a read section */
  synchronize(): void {
    this.engine.synchronize(this.record)
  }

  /** Waits until everything retired or deferred so far, by any thread, has been dealt with. Blocks. */
  barrier(): void {
    this.engine.barrier(this.record)
    this.mailbox.deliver()
  }

  /** Calls a function in this thread, once a grace period has passed. @throws HeapError FULL */
  defer(body: () => void): void {
    this.mailbox.defer(body)
  }

  /** Calls what has been delivered to this thread and not been called yet. The event loop does this by itself. */
  deliver(): void {
    this.mailbox.deliver()
  }

  /** Clears up after a thread that has died: its read section, its locks, its stores. True if there was something to do. */
  reclaim(dead: ThreadInfo | number): boolean {
    const id = typeof dead === "number" ? dead : dead.id
    if (id === this.record) throw new HeapError("DETACHED", `Cannot reclaim thread "${this.name}": it is the caller`)
    return this.engine.reclaim(this.record, id) === 1
  }

  /** Leaves the heap; handles of this thread become stale. What waits for delivery is dropped. */
  detach(): void {
    if (this.#record === 0) return
    const record = this.#record
    while (this.engine.isReading(record)) this.engine.readUnlock(record)
    this.mailbox.close()
    this.engine.collect(record)
    this.engine.detach(record)
    this.#record = 0
    this.heap.forget(this)
  }

  [Symbol.dispose](): void {
    this.detach()
  }

  /** @internal A handle that takes over a reference: of the class that the fence's kind asks for. */
  handle(address: number): Fence {
    return handleOn(this, address)
  }

  /** @internal Address of a new fence. */
  createFence(timeline: number, seqnoLo?: number, seqnoHi = 0): number {
    const { engine, record } = this
    const create = () =>
      seqnoLo === undefined
        ? engine.createFence(record, timeline)
        : engine.createFenceAt(record, timeline, seqnoLo, seqnoHi)
    const address = create() || this.afterMakingRoom(create)
    if (address === 0) throw this.heap.fullError("fences")
    return address
  }

  /** @internal Tries again what found the heap full: what it lacks may be waiting for a grace period. 0 if that did not help. */
  afterMakingRoom(create: () => number): number {
    const { engine, record } = this
    for (let attempt = 0; attempt < MOST_ATTEMPTS && !engine.isReading(record); attempt++) {
      engine.barrier(record)
      const address = create()
      if (address !== 0) return address
    }
    return 0
  }

  /** @internal After an oops: the operation was broken off. (Inside an issuer's function, `callOp` sees to it.) */
  recover(): void {
    if (this.#record !== 0 && this.#opDepth === 0) this.engine.recover(this.#record)
  }

  /**
   * @internal Calls an issuer's function for the engine. It may hold the fence's lock, so nothing may be thrown
   * through it: what goes wrong is kept for `rethrow`.
   */
  callOp(op: number, fence: number): number {
    const nesting = this.words[(this.#record + ThreadRecord.nesting) >> 2]!
    const deferring = this.words[(this.#record + ThreadRecord.deferring) >> 2]!
    this.#opDepth++
    try {
      const name = OP_NAMES[op & 7]
      const ops = this.#link(op >> 3)
      const handle = Fence.borrow(this, fence)
      if (name === "setDeadline") {
        const { heap, record } = this
        ops.setDeadline?.(
          handle,
          readWide(heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi)),
        )
        return 0
      }
      if (name === "pollSignaled") return ops.pollSignaled?.(handle) === true ? 1 : 0
      if (name === "enableSignaling") return ops.enableSignaling?.(handle) === false ? 0 : 1
      if (name === "free") ops.free?.(handle)
      return 0
    } catch (error) {
      this.#failure ??= { error }
      // Sections that the function left open end here; the caller's goes on.
      this.words[(this.#record + ThreadRecord.nesting) >> 2] = nesting
      this.words[(this.#record + ThreadRecord.deferring) >> 2] = deferring
      // FAILED: never a completion.
      return -1
    } finally {
      this.#opDepth--
    }
  }

  /** @internal Throws what an issuer's function threw during the last call. */
  rethrow(): void {
    const failure = this.#failure
    if (failure === undefined) return
    this.#failure = undefined
    throw failure.error
  }

  /** @internal The issuer's own wait. */
  waitOp(op: number, fence: number, timeoutMs: number): boolean {
    return this.#link(op >> 3).wait?.(Fence.borrow(this, fence), timeoutMs) ?? false
  }

  /** The functions of the module that was loaded under this number. */
  #link(loadId: number): ModuleOps {
    const known = this.#linked.get(loadId)
    if (known) return known
    const name = moduleNameOf(this, loadId)
    if (name === undefined)
      throw hostOops(
        this.name,
        "DEAD_TEXT",
        `A function of load ${loadId} is called, and no such module is loaded`,
        loadId,
      )
    const definition = this.#definitions.get(name)
    if (!definition)
      throw new ModuleError(
        "NOT_LINKED",
        `Thread "${this.name}" has not linked module "${name}": pass it to heap.attach({ modules })`,
      )
    this.#linked.set(loadId, definition.ops)
    return definition.ops
  }
}
