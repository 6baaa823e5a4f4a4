/** A heap of a few records in a model's memory, and the engine over it: the real one, or a broken twin. */
import {
  type Engine,
  type EngineFactory,
  type EngineHost,
  type LifetimeName,
  type LifetimeSwitches,
  layout,
  lifetimeBits,
} from "@outlive/core/engine-js"
import { stepwiseEngine } from "@outlive/core/stepwise"

const { Flag, Header, LockKind, Op, Text, Thread: ThreadWords } = layout

/** How large the heap of a model is, and what its issuer does. */
export interface ArenaOptions {
  readonly threads: number
  readonly fences?: number
  readonly callbacks?: number
  readonly containers?: number
  readonly modules?: number
  readonly lists?: number
  readonly objects?: number
  readonly records?: number
  /** Words that a model may use for itself. Default 8. */
  readonly cells?: number
  /** Locks spin for so many rounds before they sleep; 0 for a futex mutex. Default 0. */
  readonly spins?: number
  readonly externalLock?: boolean
  /** Default "independent". */
  readonly lifetime?: LifetimeName | LifetimeSwitches
  /** The issuer's functions, by `Op`: what each answers. */
  readonly ops?: Partial<
    Record<
      "enableSignaling" | "pollSignaled" | "free" | "setDeadline" | "deferred",
      (arena: Arena, fence: number) => boolean
    >
  >
}

/** Bytes of memory that an arena needs: the explorer looks through all of it after each step, so not a word more. */
export function arenaBytes(options: ArenaOptions, factory: EngineFactory = stepwiseEngine): number {
  const nobody = () => 0
  const host = {
    call: nobody,
    oops: nobody,
    warn: nobody,
    park: nobody,
    now: nobody,
    place: nobody,
    stall: nobody,
    turn: nobody,
  }
  const memory = { buffer: new SharedArrayBuffer(8) } as unknown as WebAssembly.Memory
  const engine = factory(memory, host as unknown as EngineHost).exports as unknown as Engine
  return Math.ceil(engine.heapBytes(...capacitiesOf(options)) / 8) * 8
}

/** How many records of each kind, as the engine wants them. */
function capacitiesOf(options: ArenaOptions): Parameters<Engine["heapBytes"]> {
  const {
    threads,
    fences = 2,
    callbacks = 2,
    containers = 0,
    modules = 1,
    lists = 0,
    objects = 0,
    records = 0,
    cells = CELLS,
  } = options
  return [threads, fences, callbacks, modules, modules, cells, 0, containers, lists, objects, records, 0]
}

const CELLS = 8

/** An oops of the engine: a broken invariant. */
export class ModelOops extends Error {
  override readonly name = "ModelOops"
  readonly code: number
  constructor(code: number, details: readonly number[]) {
    const name = Object.entries(layout.Oops).find(([, value]) => value === code)?.[0] ?? String(code)
    super(`Oops: ${name} (${details.map((d) => `0x${(d >>> 0).toString(16)}`).join(", ")})`)
    this.code = code
  }
}

/** What the threads of a model work with: addresses, and the engine's functions on them. */
export class Arena {
  readonly words: Int32Array
  readonly engine: Engine
  /** Thread records, attached. */
  readonly threads: readonly number[]
  readonly module: number
  readonly timeline: number
  readonly #options: ArenaOptions
  readonly #factory: EngineFactory
  readonly #memory: WebAssembly.Memory

  constructor(memory: SharedArrayBuffer, options: ArenaOptions, factory: EngineFactory = stepwiseEngine) {
    this.#options = options
    this.#factory = factory
    this.#memory = { buffer: memory } as unknown as WebAssembly.Memory
    this.words = new Int32Array(memory)
    this.engine = factory(this.#memory, this.#host()).exports as unknown as Engine
    const { engine, words } = this
    words[Header.lifetime >> 2] = lifetimeBits(options.lifetime ?? "independent")
    words[Header.lockKind >> 2] = options.spins ? LockKind.Spin : LockKind.Mutex
    words[Header.spins >> 2] = options.spins ?? 0
    engine.initializeHeap(...capacitiesOf(options))
    this.threads = Array.from({ length: options.threads }, () => engine.attach())
    const main = this.threads[0]!
    this.module = engine.createModule(main, opsMask(options))
    engine.publishModule(main, this.module)
    engine.readLock(main)
    engine.tryAddModuleRef(this.module, words[this.module >> 2]!)
    engine.readUnlock(main)
    engine.lockModules(main)
    this.timeline = engine.createTimelineLocked(main, this.module, options.externalLock ? 1 : 0, 0)
    engine.unlockModules(main)
  }

  /** The same engine for a thread whose accesses go another way, or that sleeps otherwise. */
  otherwise(atomics: typeof Atomics, park: EngineHost["park"]): Engine {
    return this.#factory(this.#memory, { ...this.#host(), park }, atomics).exports as unknown as Engine
  }

  /** The same engine for a thread that is watched: `onWait` is called whenever it stands aside, or is about to sleep. */
  watched(onWait: () => void): Engine {
    const host = this.#host()
    const atomics = Object.create(Atomics, { pause: { value: onWait } }) as typeof Atomics
    return this.otherwise(atomics, (...where) => (onWait(), host.park(...where)))
  }

  /** How many words there are for the model's own use. */
  get cells(): number {
    return this.#options.cells ?? CELLS
  }

  /** One of them. */
  cell(index: number): number {
    return this.words[Header.cells >> 2]! + 4 * index
  }

  /** A new pending fence with one reference. */
  fence(): number {
    return this.engine.createFence(this.threads[0]!, this.timeline)
  }

  /** A plain read, outside of the threads. */
  word(address: number): number {
    return this.words[address >> 2]!
  }

  hasSignaled(fence: number): boolean {
    return (this.word(fence + layout.Fence.flags) & Flag.Signaled) !== 0
  }

  /** Address of the issuer's name while it is loaded. */
  get driverName(): number {
    return (this.word(this.module + layout.Module.text) & ~63) + Text.driverName
  }

  #host(): EngineHost {
    return {
      call: (op, fence) => {
        const name = op & 7
        const { ops = {} } = this.#options
        if (name === Op.EnableSignaling) return ops.enableSignaling?.(this, fence) === false ? 0 : 1
        if (name === Op.SetDeadline) ops.setDeadline?.(this, fence)
        // No fence is named, but where its argument stands.
        if (name === Op.Deferred) ops.deferred?.(this, fence)
        if (name === Op.PollSignaled) return ops.pollSignaled?.(this, fence) ? 1 : 0
        return 0
      },
      oops(code, ...details) {
        throw new ModelOops(code, details)
      },
      warn: () => {},
      park: (address, value) => void Atomics.wait(this.words, address >> 2, value),
      place: () => {},
      now: (thread) => {
        this.words[(thread + ThreadWords.nowLo) >> 2] = 1
        this.words[(thread + ThreadWords.nowHi) >> 2] = 0
      },
      stall: () => {},
      turn: () => {},
    }
  }
}

function opsMask({ ops = {} }: ArenaOptions): number {
  const bits = {
    enableSignaling: Op.EnableSignaling,
    pollSignaled: Op.PollSignaled,
    free: Op.Free,
    setDeadline: Op.SetDeadline,
  }
  return Object.entries(bits).reduce((mask, [name, bit]) => (name in ops ? mask | (1 << bit) : mask), 0)
}
