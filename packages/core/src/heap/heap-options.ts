/** How large a heap is and how it behaves: the options, and what they come to. */
import { Size } from "../../built/layout.js"
import { callable } from "../entrance/functions.js"
import { wholeNumber } from "../entrance/numbers.js"
import { given, oneOf, optionsOf, trueOrFalse } from "../entrance/words.js"
import type { EngineFactory, EngineKind, Flavour } from "../host/engine.js"
import type { WebAssemblyMemory, WebAssemblyModule } from "../host/platform.js"
import type { OutliveWarning } from "../host/oops.js"
import type { LifetimeName, LifetimeSwitches } from "../memory/lifetimes.js"

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
  /** Arrays, chain links and merges. Default: a quarter of `fences`. One is 64 bytes, beside its fence. */
  readonly containers?: number
  /** Blocks of twelve words: for fences in reservations, and for what is in channels of `@outlive/sync`. Default: a sixteenth of `fences`, at least 16. One is 64 bytes. */
  readonly lists?: number
  /** Reservations, sync files, soft timelines, syncobjs, schedulers, entities, jobs, and the primitives of `@outlive/sync`. Default 256. One is 128 bytes. */
  readonly objects?: number
  /** Records of issuers' own (`module.record`). Default 64. One is 128 bytes. */
  readonly records?: number
  /** Entries in each thread's event ring. Default 256 in the checked flavour, 0 in release, where nothing is traced. */
  readonly trace?: number
  /**
   * Whether the order in which locks are taken is watched, and a cycle refused; checked flavour only. Default true there.
   */
  readonly lockOrder?: boolean
  /** Default "wasm". */
  readonly engine?: EngineKind
  /** Default "release". */
  readonly flavour?: Flavour
  /** What fences depend on: a setting with a name, or switches. Default "independent"; in a page another one needs `@outlive/core/all`. */
  readonly lifetime?: LifetimeName | LifetimeSwitches
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
  readonly memory: WebAssemblyMemory
  readonly engine: EngineKind
  readonly flavour: Flavour
  readonly module?: WebAssemblyModule
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

/** The engine's order of capacities. */
export type Sizes = [
  threads: number,
  fences: number,
  callbacks: number,
  modules: number,
  timelines: number,
  cells: number,
  trace: number,
  bodies: number,
  slots: number,
  objects: number,
  records: number,
  lockOrder: number,
]

/** The words that options can be. */
const WORDS = {
  engine: ["wasm", "js"],
  flavour: ["release", "checked"],
  lock: ["spin", "mutex"],
  rcu: ["epoch"],
  fenceLock: ["inline", "external"],
} as const
const SWITCHES = ["lockOrder", "timestamps"] as const

/** Checks every option that is a word, a switch or a function. @throws TypeError */
export function checkHeapOptions(options: HeapOptions & OpenOptions): void {
  optionsOf("a heap", options)
  for (const name of Object.keys(WORDS) as (keyof typeof WORDS)[])
    if (options[name] !== undefined) oneOf(name, options[name], WORDS[name] as readonly string[])
  for (const name of SWITCHES) if (options[name] !== undefined) trueOrFalse(name, options[name])
  checkOpenOptions(options)
}

/** The same for those by which a thread opens a heap. @throws TypeError */
export function checkOpenOptions({ engine, onWarning, substitute }: OpenOptions): void {
  if (engine !== undefined) oneOf("engine", engine, WORDS.engine)
  if (onWarning !== undefined) callable("onWarning", onWarning)
  if (substitute !== undefined) optionsOf("substitute", substitute)
}

/** The largest heap: addresses are signed words. */
const MOST_BYTES = 32_767 * 65_536

/** Checks the capacities and fills in the defaults. @throws RangeError, also when the heap would be too large */
export function capacities(options: HeapOptions, flavour: Flavour): Sizes {
  const fences = wholeNumber("fences", given(options.fences, 4_096), 1, 16_777_216)
  const sizes: Sizes = [
    wholeNumber("threads", given(options.threads, 16), 1, 1_024),
    fences,
    wholeNumber("callbacks", given(options.callbacks, fences), 1, 16_777_216),
    wholeNumber("modules", given(options.modules, 16), 1, 65_536),
    wholeNumber("timelines", given(options.timelines, 64), 1, 65_536),
    wholeNumber("cells", given(options.cells, 256), 1, 16_777_216),
    wholeNumber("trace", given(options.trace, flavour === "checked" ? 256 : 0), 0, 1_048_576),
    wholeNumber("containers", given(options.containers, Math.max(16, fences >> 2)), 1, 16_777_216),
    wholeNumber("lists", given(options.lists, Math.max(16, fences >> 4)), 1, 16_777_216),
    wholeNumber("objects", given(options.objects, 256), 1, 16_777_216),
    wholeNumber("records", given(options.records, 64), 1, 16_777_216),
    flavour === "checked" && options.lockOrder !== false ? 1 : 0,
  ]
  const bytes = leastBytes(sizes)
  if (bytes > MOST_BYTES)
    throw new RangeError(`Cannot create a heap of ${bytes.toLocaleString("en")} bytes: 2 GiB is the most`)
  return sizes
}

/** What the records take, without what lies between them. The engine counts in 32 bits, where such a sum wraps around. */
function leastBytes(sizes: Sizes): number {
  const [threads, fences, callbacks, modules, timelines, cells, trace, bodies, slots, objects, records] = sizes
  return (
    Size.Header +
    threads * (Size.Thread + trace * Size.TraceEntry) +
    fences * Size.Fence +
    callbacks * Size.Callback +
    modules * (Size.Module + Size.Text) +
    timelines * (Size.Timeline + Size.Lock) +
    cells * 4 +
    bodies * Size.Body +
    slots * Size.Slots +
    objects * Size.Object +
    records * Size.IssuerRecord
  )
}
