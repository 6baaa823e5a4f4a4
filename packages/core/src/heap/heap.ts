/** Creates or opens a heap: one shared memory in which fences, modules and threads live. */
import { wholeNumber } from "../whole-number.js"
import {
  Header,
  Kind,
  Lifetime,
  LockKind,
  Nobody,
  Owner,
  Pool,
  Size,
  Text,
  Thread as ThreadRecord,
  Timeline as TimelineRecord,
} from "../../built/layout.js"
import { type Account, type Accounts, readAccounts } from "./accounts.js"
import {
  type Engine,
  type EngineHost,
  type EngineKind,
  type Flavour,
  NO_HOST,
  adopt,
  compile,
  instantiate,
} from "../host/engine.js"
import { HeapError } from "../errors.js"
import { checkHeader } from "./heap-header.js"
import {
  type AttachOptions,
  type HeapOptions,
  type LifetimeKind,
  type OpenOptions,
  type SharedHeap,
  capacities,
} from "./heap-options.js"
import { type LockOrderEdge, readLockOrder } from "../host/lock-order.js"
import { readName, writeName } from "../name.js"
import type { OutliveWarning } from "../host/oops.js"
import { Thread } from "./thread.js"
import { type TraceEvent, readTrace } from "./trace.js"

/** A thread record, as seen from outside. */
export interface ThreadInfo {
  readonly name: string
  /** Address of the seat. */
  readonly id: number
  /** How many tenants the seat has had before: with `id`, names one life of one thread. */
  readonly generation: number
  /** What stands in the words of locks it holds. */
  readonly owner: number
}

/**
 * One shared memory.
 * @example
 * const heap = Heap.create({ fences: 65_536, threads: 16 })
 * const thread = heap.attach({ name: "main" })
 * worker.postMessage(heap.share())
 */
export class Heap {
  readonly memory: WebAssembly.Memory
  readonly engineKind: EngineKind
  readonly flavour: Flavour
  /** The memory as words. Read what the records' notes allow. */
  readonly words: Int32Array
  readonly #options: OpenOptions
  readonly #engine: Engine
  readonly #attached = new Set<Thread>()
  #closed = false

  private constructor(memory: WebAssembly.Memory, engineKind: EngineKind, flavour: Flavour, options: OpenOptions) {
    this.memory = memory
    this.words = new Int32Array(memory.buffer)
    this.engineKind = engineKind
    this.flavour = flavour
    this.#options = options
    this.#engine = this.instantiate(NO_HOST)
  }

  /** Makes a new heap. @throws HeapError, RangeError */
  static create(options: HeapOptions & OpenOptions = {}): Heap {
    const flavour = options.flavour ?? "release"
    const sizes = capacities(options, flavour)
    const scratch = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const bytes = instantiate("wasm", flavour, scratch, NO_HOST).heapBytes(...sizes)
    const pages = Math.ceil(bytes / 65_536)
    if (pages > 32_767)
      throw new RangeError(`Cannot create a heap of ${bytes.toLocaleString("en")} bytes: 2 GiB is the most`)
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
    const words = new Int32Array(memory.buffer)
    const set = (offset: number, value: number) => void (words[offset >> 2] = value)
    set(Header.lifetime, options.lifetime === "issuer-bound" ? Lifetime.IssuerBound : Lifetime.Independent)
    set(Header.lockKind, options.lock === "mutex" ? LockKind.Mutex : LockKind.Spin)
    set(Header.timestamps, options.timestamps ? 1 : 0)
    set(Header.externalLocks, options.fenceLock === "external" ? 1 : 0)
    set(Header.spins, wholeNumber("spins", options.spins ?? 2_000, 0, 1_000_000))
    set(Header.stallMs, wholeNumber("stallWarningMs", options.stallWarningMs ?? 1_000, 1, 3_600_000))
    set(Header.identity, crypto.getRandomValues(new Int32Array(1))[0]!)
    writeName(words, Header.detachedDriver, "detached-driver")
    writeName(words, Header.signaledTimeline, "signaled-timeline")
    writeName(words, Header.stubName, "stub")
    writeName(words, Header.arrayText + Text.driverName, "dma_fence_array")
    writeName(words, Header.chainText + Text.driverName, "dma_fence_chain")
    writeName(words, Header.softText + Text.driverName, "sw_sync")
    writeName(words, Header.schedulerText + Text.driverName, "drm_sched")
    writeName(words, Header.unbound + TimelineRecord.name, "unbound")
    const kind = options.engine ?? "wasm"
    instantiate(kind, flavour, memory, NO_HOST, options.substitute).initializeHeap(...sizes)
    return new Heap(memory, kind, flavour, options)
  }

  /** Opens a heap that another thread has shared. @throws HeapError MISMATCH when it is not one, or of another version. */
  static open(shared: SharedHeap, options: OpenOptions = {}): Heap {
    if (shared?.kind !== "outlive-heap" || !(shared.memory instanceof WebAssembly.Memory))
      throw new TypeError("Cannot open a heap: what was given does not come from heap.share()")
    checkHeader(new Int32Array(shared.memory.buffer), shared.flavour)
    if (shared.module) adopt(shared.flavour, shared.module)
    return new Heap(shared.memory, options.engine ?? shared.engine, shared.flavour, options)
  }

  /** What to post to another thread, which calls `Heap.open` on it. */
  share(): SharedHeap {
    this.#assertOpen("share")
    const base = { kind: "outlive-heap", memory: this.memory, engine: this.engineKind, flavour: this.flavour } as const
    return this.engineKind === "wasm" ? { ...base, module: compile(this.flavour) } : base
  }

  /** Joins this thread. @throws HeapError NO_THREAD when all thread records are taken, CLOSED */
  attach(options: AttachOptions = {}): Thread {
    this.#assertOpen("attach to")
    const thread = new Thread(this, options)
    this.#attached.add(thread)
    return thread
  }

  /** Detaches what was attached through this object; afterwards it is good for nothing. The memory lives on elsewhere. */
  close(): void {
    for (const thread of this.#attached) thread.detach()
    this.#attached.clear()
    this.#closed = true
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** What is in use, by kind. Exact while no thread is taking or giving back. */
  accounts(): Accounts {
    return readAccounts(this.#engine, this.words, this.#threadAccount())
  }

  /** The threads that are attached now. */
  threads(): ThreadInfo[] {
    const found: ThreadInfo[] = []
    for (let i = 0; i < this.word(Header.threadCapacity); i++) {
      const id = this.word(Header.threads) + i * Size.Thread
      const holder = this.word(id + ThreadRecord.state) & Owner.Seat
      if (holder === Nobody.Free || holder === Nobody.Left) continue
      const generation = this.word(id + ThreadRecord.generation)
      const owner = Owner.Mark | ((generation & Owner.Generation) << Owner.Shift) | (i + 1)
      found.push({ id, generation, owner, name: readName(this.words, id + ThreadRecord.name) ?? `thread-${i + 1}` })
    }
    return found
  }

  /** What the threads have done lately, in one order (checked flavour; empty in release). */
  trace(): TraceEvent[] {
    return readTrace(this)
  }

  /** The order in which locks of this heap were taken so far, and where (checked flavour; empty in release). */
  lockOrder(): LockOrderEdge[] {
    return readLockOrder(this)
  }

  /** Address of a cell. @throws RangeError */
  cell(index: number): number {
    const capacity = this.word(Header.cellCapacity)
    return this.word(Header.cells) + 4 * wholeNumber("cell index", index, 0, capacity - 1)
  }

  get lifetime(): LifetimeKind {
    return this.word(Header.lifetime) === Lifetime.IssuerBound ? "issuer-bound" : "independent"
  }

  /** The name of a thread by what stands in a lock word. */
  threadName(owner: number): string {
    const number = owner & Owner.Seat
    const id = this.word(Header.threads) + (number - 1) * Size.Thread
    return readName(this.words, id + ThreadRecord.name) ?? `thread-${number}`
  }

  /** The name at an address the engine gave, to be read in the same read section; undefined if it is torn or poisoned. */
  readName(address: number): string | undefined {
    return readName(this.words, address)
  }

  /** @internal An engine over this heap, for one thread. */
  instantiate(host: EngineHost): Engine {
    return instantiate(this.engineKind, this.flavour, this.memory, host, this.#options.substitute)
  }

  /** @internal */
  word(address: number): number {
    return this.words[address >> 2]!
  }

  /** @internal */
  warn(warning: OutliveWarning): void {
    if (this.#options.onWarning) this.#options.onWarning(warning)
    else console.warn(`outlive: ${warning.message} [${warning.kind}, thread "${warning.thread}"]`)
  }

  /** @internal */
  fullError(kind: keyof typeof KIND_OF): HeapError {
    const capacity = this.word(Header.pools + KIND_OF[kind] * Pool.Bytes + Pool.capacity)
    const inUse = this.#engine.countInUse(KIND_OF[kind])
    const cached = inUse < capacity ? `; ${capacity - inUse} are kept by other threads` : ""
    return new HeapError("FULL", `Heap is full: ${format(inUse)} of ${format(capacity)} ${kind} in use${cached}`)
  }

  /** @internal A thread has left by itself. */
  forget(thread: Thread): void {
    this.#attached.delete(thread)
  }

  #assertOpen(what: string): void {
    if (this.#closed) throw new HeapError("CLOSED", `Cannot ${what} heap: it is closed`)
  }

  #threadAccount(): Account {
    const capacity = this.word(Header.threadCapacity)
    const inUse = this.threads().length
    return { capacity, inUse, free: capacity - inUse }
  }
}

const KIND_OF = {
  fences: Kind.Fence,
  callbacks: Kind.Callback,
  modules: Kind.Module,
  timelines: Kind.Timeline,
  containers: Kind.Body,
  lists: Kind.Slots,
  objects: Kind.Object,
} as const

const format = (n: number) => n.toLocaleString("en")
