/** Creates or opens a heap: one shared memory in which fences, modules and threads live. */
import { dispose } from "../dispose.js"
import { Header, Lifetime, LockKind, Text, Timeline as TimelineRecord } from "../../built/layout.js"
import { wholeNumber } from "../entrance/numbers.js"
import { given, oneOf, optionsOf } from "../entrance/words.js"
import { HeapError, OutliveError, runAll } from "../errors.js"
import type { ModuleDefinition } from "../fence/definition.js"
import { handlesFor } from "../fence/handle-on.js"
import {
  type EngineHost,
  type EngineKind,
  type Flavour,
  NO_HOST,
  adopt,
  compile,
  familiesHere,
  instantiate,
} from "../host/engine.js"
import { assertAll } from "../host/families.js"
import type { WebAssemblyMemory } from "../host/platform.js"
import { diagnostics } from "../memory/diagnostics.js"
import { checkHeader, familiesOf } from "../memory/heap-header.js"
import { HeapMemory } from "../memory/heap-memory.js"
import { lifetimeWord } from "../memory/lifetime.js"
import type { LockOrderEdge } from "../memory/lock-order.js"
import { leaveSeat } from "../memory/answerers.js"
import type { TraceEvent } from "../memory/trace.js"
import { writeName } from "../name.js"
import type { Seat } from "../seat/seat.js"
import type { HeapMap } from "./check/heap-map.js"
import type { Problem } from "./check/problem.js"
import { checkerOfHeaps, planOf } from "./checker.js"
import {
  type HeapOptions,
  type OpenOptions,
  type SharedHeap,
  capacities,
  checkHeapOptions,
  checkOpenOptions,
} from "./heap-options.js"
import { assertSupported } from "./support.js"
import { type AttachOptions, Thread, type ThreadHooks } from "./thread.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT } from "../seat/shown.js"

/**
 * One shared memory.
 * @example
 * const heap = Heap.create({ fences: 65_536, threads: 16 })
 * const thread = heap.attach({ name: "main" })
 * worker.postMessage(heap.share())
 */
export class Heap extends HeapMemory {
  readonly #options: OpenOptions
  readonly #attached = new Set<Thread>()
  readonly #hooks: ThreadHooks = {
    instantiate: (host) => this.#instantiate(host),
    forget: (thread) => void this.#attached.delete(thread),
    evict: (dead) => this.#evict(dead),
    momentarily: (body, modules) => this.#momentarily(body, modules),
  }
  /** Where everything lies, as it was when this object was made: what is in the memory by now may be anything. */
  readonly #map: HeapMap | undefined
  #closed = false

  constructor(
    key: typeof MADE,
    memory: WebAssemblyMemory,
    engineKind: EngineKind,
    flavour: Flavour,
    options: OpenOptions,
  ) {
    if (key !== MADE) refuseMaking("a heap", "Heap.create(), or Heap.open()")
    super(memory, engineKind, flavour, options.onWarning)
    this.#options = options
    this.#map = planOf(this.words)
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return `Heap (${this.engineKind}, ${this.flavour}, ${this.words.byteLength} bytes)`
  }

  /**
   * Makes a new heap.
   * @throws TypeError, RangeError for options that are none; HeapError UNSUPPORTED, or NOT_IMPORTED for an engine that this page lacks
   */
  static create(options: HeapOptions & OpenOptions = {}): Heap {
    checkHeapOptions(options)
    const flavour = given(options.flavour, "release")
    const kind = given(options.engine, "wasm")
    const families = familiesHere(kind, flavour)
    const lifetime = lifetimeWord(options.lifetime)
    if (lifetime !== Lifetime.Independent) assertAll(families)
    const sizes = capacities(options, flavour)
    const spins = wholeNumber("spins", given(options.spins, 2_000), 0, 1_000_000)
    const stallMs = wholeNumber("stallWarningMs", given(options.stallWarningMs, 1_000), 1, 3_600_000)
    assertSupported(kind)
    scratch ??= allocate(1)
    const bytes = instantiate(kind, flavour, families, scratch, NO_HOST, options.substitute).heapBytes(...sizes)
    const memory = allocate(bytes)
    const words = new Int32Array(memory.buffer)
    const set = (offset: number, value: number) => void (words[offset >> 2] = value)
    set(Header.lifetime, lifetime)
    set(Header.lockKind, options.lock === "mutex" ? LockKind.Mutex : LockKind.Spin)
    set(Header.timestamps, options.timestamps ? 1 : 0)
    set(Header.externalLocks, options.fenceLock === "external" ? 1 : 0)
    set(Header.spins, spins)
    set(Header.stallMs, stallMs)
    set(Header.identity, crypto.getRandomValues(new Int32Array(1))[0]!)
    writeName(words, Header.detachedDriver, "detached-driver")
    writeName(words, Header.signaledTimeline, "signaled-timeline")
    writeName(words, Header.stubName, "stub")
    writeName(words, Header.arrayText + Text.driverName, "dma_fence_array")
    writeName(words, Header.chainText + Text.driverName, "dma_fence_chain")
    writeName(words, Header.softText + Text.driverName, "sw_sync")
    writeName(words, Header.schedulerText + Text.driverName, "drm_sched")
    writeName(words, Header.unbound + TimelineRecord.name, "unbound")
    instantiate(kind, flavour, families, memory, NO_HOST, options.substitute).initializeHeap(...sizes)
    return new Heap(MADE, memory, kind, flavour, options)
  }

  /**
   * Opens a heap that another thread has shared.
   * @throws HeapError MISMATCH when it is not one, or of another version; UNSUPPORTED, NOT_IMPORTED where no compiled engine came with it
   * and none can be had here; TypeError
   */
  static open(shared: SharedHeap, options: OpenOptions = {}): Heap {
    checkOpenOptions(optionsOf("opening a heap", options))
    const isHeap = typeof shared === "object" && shared !== null && shared.kind === "outlive-heap"
    if (!isHeap || !(shared.memory instanceof WebAssembly.Memory))
      throw new TypeError("Cannot open a heap: what was given does not come from heap.share()")
    const engine = oneOf("engine", given(options.engine, shared.engine), ["wasm", "js"])
    const flavour = oneOf("flavour", shared.flavour, ["release", "checked"])
    const families = familiesOf(new Int32Array(shared.memory.buffer))
    if (shared.module instanceof WebAssembly.Module) adopt(flavour, families, shared.module)
    else assertSupported(engine)
    checkHeader(shared.memory, flavour, engine, options.substitute)
    handlesFor(families)
    return new Heap(MADE, shared.memory, engine, flavour, options)
  }

  /** What to post to another thread, which calls `Heap.open` on it. @throws HeapError CLOSED */
  share(): SharedHeap {
    this.#assertOpen("share")
    const base = { kind: "outlive-heap", memory: this.memory, engine: this.engineKind, flavour: this.flavour } as const
    return this.engineKind === "wasm" ? { ...base, module: compile(this.flavour, this.families) } : base
  }

  /** Joins this thread. @throws HeapError NO_THREAD when all thread records are taken, CLOSED; TypeError, RangeError */
  attach(options: AttachOptions = {}): Thread {
    this.#assertOpen("attach to")
    const thread = new Thread(this, this.#hooks, options)
    this.#attached.add(thread)
    return thread
  }

  /**
   * Detaches what was attached through this object; afterwards it is good for nothing. The memory lives on elsewhere.
   * @throws what `detach` of a thread throws, after the others have left
   */
  close(): void {
    this.#closed = true
    runAll([...this.#attached].map((thread) => () => thread.detach()))
  }

  [dispose](): void {
    this.close()
  }

  /**
   * Looks at everything in the heap, and says what is wrong and where; nothing when all is well. For after a crash, and
   * for tests. Exact while no thread is doing anything; comes to an end, and throws nothing, whatever is in the memory.
   * @throws HeapError NOT_IMPORTED in a page that has not imported "@outlive/core/heap-check"
   */
  check(): Problem[] {
    return checkerOfHeaps()(this.words, this.#map)
  }

  /** What the threads have done lately, in one order (checked flavour; empty in release). */
  trace(): TraceEvent[] {
    return diagnostics?.readTrace(this) ?? []
  }

  /** The order in which locks of this heap were taken so far, and where (checked flavour; empty in release). */
  lockOrder(): LockOrderEdge[] {
    return diagnostics?.readLockOrder(this) ?? []
  }

  #instantiate(host: EngineHost) {
    const { engineKind, families, flavour, memory } = this
    return instantiate(engineKind, flavour, families, memory, host, this.#options.substitute)
  }

  /** A thread that was reclaimed as dead may be alive in this very JavaScript thread: it must not go on in its seat. */
  #evict(id: number): void {
    leaveSeat(this.words, id)
    for (const thread of this.#attached) thread.notice()
  }

  /**
   * Gives something back after its thread has left; `modules` are those that the thread had linked. Without a free seat it stays in use for as
   * long as the heap lives, and a warning says so.
   */
  #momentarily(body: (seat: Seat) => void, modules: readonly ModuleDefinition[]): void {
    let thread: Thread
    try {
      thread = new Thread(this, this.#hooks, { name: "late drop", modules })
    } catch (error) {
      if (!(error instanceof OutliveError)) throw error
      const message = `A reference stays in use, drop it before \`detach\`: ${error.message}`
      return this.warn({ kind: "lost-reference", thread: "late drop", message })
    }
    runAll([() => body(thread), () => thread.detach()])
  }

  #assertOpen(what: string): void {
    if (this.#closed) throw new HeapError("CLOSED", `Cannot ${what} heap: it is closed`)
  }
}

/** For what is asked of an engine before there is a heap. One for each thread: a page has room for a hundred memories or so, of any size. */
let scratch: WebAssemblyMemory | undefined

function allocate(bytes: number): WebAssemblyMemory {
  const pages = Math.ceil(bytes / 65_536)
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  } catch (cause) {
    const size = bytes.toLocaleString("en")
    throw new RangeError(`Cannot create a heap of ${size} bytes: the platform has no memory for it, or for one more`, {
      cause,
    })
  }
}
