/** Creates or opens a heap: one shared memory in which fences, modules and threads live. */
import {
  Header,
  Kind,
  Lifetime,
  LockKind,
  Magic,
  Pool,
  Size,
  Thread as ThreadRecord,
  ThreadState,
} from "../built/layout.js"
import { type Account, type Accounts, readAccounts } from "./accounts.js"
import {
  type Engine,
  type EngineFactory,
  type EngineHost,
  type EngineKind,
  type Flavour,
  adopt,
  compile,
  instantiate,
} from "./engine.js"
import { HeapError } from "./errors.js"
import type { ModuleDefinition } from "./module.js"
import { readName, writeName } from "./name.js"
import type { OutliveWarning } from "./oops.js"
import { Thread } from "./thread.js"
import { type TraceEvent, readTrace } from "./trace.js"

/** `independent`: fences outlive their module (the series). `issuer-bound`: ops, names and lock stay the module's (before it). */
export type LifetimeKind = "independent" | "issuer-bound"

/** How large a heap is and how it behaves. Everything is fixed at creation; capacities are in records. */
export interface HeapOptions {
  /** Default 4,096. One is 64 bytes. */
  readonly fences?: number
  /** Callbacks and pending asynchronous waits. Default: as many as fences. One is 32 bytes. */
  readonly callbacks?: number
  /** Modules loaded at once. Default 16. */
  readonly modules?: number
  /** Default 64. */
  readonly timelines?: number
  /** Threads attached at once. Default 16. */
  readonly threads?: number
  /** Words for counters and for leaving fences to be found. Default 256. */
  readonly cells?: number
  /** Entries in each thread's event ring. Default 256 in the checked flavour, 0 in release, where nothing is traced. */
  readonly trace?: number
  /** Default "wasm". */
  readonly engine?: EngineKind
  /** Default "release". */
  readonly flavour?: Flavour
  /** Default "independent". */
  readonly lifetime?: LifetimeKind
  /** How a contended lock waits: spins, then sleeps; or sleeps at once. Default "spin". */
  readonly lock?: "spin" | "mutex"
  /** How memory is reclaimed. */
  readonly rcu?: "epoch"
  /** Whether fences have a lock of their own, or share their timeline's. Default "inline"; a timeline can differ. */
  readonly fenceLock?: "inline" | "external"
  /** Whether every signal reads the clock. Default false: only `signal({ atNs })` leaves a timestamp. */
  readonly timestamps?: boolean
  /**
   * Rounds that a lock or a waiter spins before it sleeps. Default 2,000, about 50 µs: as long as sleeping and being
   * woken takes. With fewer, two threads that answer each other never leave the state in which both sleep.
   */
  readonly spins?: number
  /** After how long a grace period names the reader it is waiting for. Default 1,000. */
  readonly stallWarningMs?: number
}

/** What another thread needs to open the heap; can be posted. */
export interface SharedHeap {
  readonly kind: "outlive-heap"
  readonly memory: WebAssembly.Memory
  readonly engine: EngineKind
  readonly flavour: Flavour
  readonly module?: WebAssembly.Module
}

/** How this thread opens a heap. */
export interface OpenOptions {
  /** Default: what the creator used. Threads of one heap may differ. */
  readonly engine?: EngineKind
  /** Replaces the JavaScript engine, or its `Atomics`: for broken twins and for slowing down single accesses. */
  readonly substitute?: { readonly factory?: EngineFactory; readonly atomics?: typeof Atomics }
  /** Told what is wrong and survivable. Default: printed as a warning. */
  readonly onWarning?: (warning: OutliveWarning) => void
}

/** How a thread joins. */
export interface AttachOptions {
  /** Shown in errors, warnings and traces. Default: "thread-" and a number. */
  readonly name?: string
  /** Modules whose functions this thread can be asked to call. */
  readonly modules?: readonly ModuleDefinition[]
}

/** A thread record, as seen from outside. */
export interface ThreadInfo {
  readonly name: string
  /** Address of the record; `thread.reclaim(id)` takes it. */
  readonly id: number
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
      if (this.word(id + ThreadRecord.state) === ThreadState.Free) continue
      found.push({ id, owner: i + 1, name: readName(this.words, id + ThreadRecord.name) ?? `thread-${i + 1}` })
    }
    return found
  }

  /** What the threads have done lately, in one order (checked flavour; empty in release). */
  trace(): TraceEvent[] {
    return readTrace(this)
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
    const id = this.word(Header.threads) + (owner - 1) * Size.Thread
    return readName(this.words, id + ThreadRecord.name) ?? `thread-${owner}`
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
} as const

const format = (n: number) => n.toLocaleString("en")

/** For engine functions that ask nothing of their host. */
const NO_HOST: EngineHost = {
  call: () => 0,
  oops: () => {},
  warn: () => {},
  park: () => {},
  now: () => {},
  stall: () => {},
}

type Sizes = [
  threads: number,
  fences: number,
  callbacks: number,
  modules: number,
  timelines: number,
  cells: number,
  trace: number,
]

function capacities(options: HeapOptions, flavour: Flavour): Sizes {
  const fences = wholeNumber("fences", options.fences ?? 4_096, 1, 16_777_216)
  return [
    wholeNumber("threads", options.threads ?? 16, 1, 1_024),
    fences,
    wholeNumber("callbacks", options.callbacks ?? fences, 1, 16_777_216),
    wholeNumber("modules", options.modules ?? 16, 1, 65_536),
    wholeNumber("timelines", options.timelines ?? 64, 1, 65_536),
    wholeNumber("cells", options.cells ?? 256, 1, 16_777_216),
    wholeNumber("trace", options.trace ?? (flavour === "checked" ? 256 : 0), 0, 1_048_576),
  ]
}

function wholeNumber(what: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(
      `Cannot use ${value} as ${what}: a whole number from ${format(least)} to ${format(most)} is needed`,
    )
  return value
}

function checkHeader(words: Int32Array, flavour: Flavour): void {
  const mismatch = (what: string, found: unknown, expected: unknown) =>
    new HeapError("MISMATCH", `Cannot open heap: its ${what} is ${String(found)}, ours is ${String(expected)}`)
  const magic = Atomics.load(words, Header.magic >> 2)
  if (magic !== Magic.Word) throw new HeapError("MISMATCH", "Cannot open heap: the memory does not hold one")
  const version = words[Header.version >> 2]
  if (version !== Magic.Version) throw mismatch("layout version", version, Magic.Version)
  const scratch = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const ours = instantiate("wasm", flavour, scratch, NO_HOST).layoutChecksum()
  const layout = words[Header.layout >> 2]
  if (layout !== ours) throw mismatch("layout checksum", layout, ours)
  const checked = words[Header.checked >> 2] === 1 ? "checked" : "release"
  if (checked !== flavour) throw mismatch("flavour", checked, flavour)
  const bytes = words[Header.bytes >> 2]!
  if (bytes > words.byteLength) throw mismatch("size", bytes, words.byteLength)
}
