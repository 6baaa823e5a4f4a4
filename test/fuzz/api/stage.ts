/** What one batch plays on: two heaps, threads in all states, and every handle that came up. */
import {
  Heap,
  type Module,
  type ModuleDefinition,
  type OutliveWarning,
  Scheduler,
  type SharedHeap,
  type SharedObjectToken,
  type Thread,
  defineModule,
} from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { Random } from "../random.js"
import { Thrown } from "./odd.js"

/** Something a call can be made on, or given. */
export interface Thing {
  readonly type: string
  readonly value: object
  readonly label: string
  /** The call that it came from. */
  readonly origin: string
  /** The thread it belongs to, where it belongs to one. */
  readonly thread: Thread | undefined
  /** False once it was given back, or never ours: lent to an op, or of a thread that left. */
  isOurs: boolean
}

const BUILDS = [
  { engine: "wasm", flavour: "release" },
  { engine: "wasm", flavour: "checked" },
  { engine: "js", flavour: "release" },
  { engine: "js", flavour: "checked" },
] as const

export type Build = (typeof BUILDS)[number]

/** Small, so that everything is full now and then. */
const SIZES = {
  fences: 64,
  callbacks: 48,
  containers: 24,
  objects: 24,
  modules: 4,
  timelines: 8,
  threads: 5,
  cells: 8,
  records: 4,
  trace: 16,
}

export class Stage {
  readonly random: Random
  readonly build: Build
  readonly home: Heap
  readonly foreign: Heap
  readonly threads: Thread[]
  readonly things: Thing[] = []
  readonly controllers: AbortController[] = []
  readonly pending = new Map<Promise<unknown>, string>()
  readonly definitions: ModuleDefinition[]
  /** By these both heaps can be opened again, whatever has become of the handles on them. */
  readonly shared: readonly SharedHeap[]
  /** What tokens of the home heap say. */
  readonly identity: number
  /** While true issuers do what they like; false when everything is given back. */
  isWild = true
  /** What an issuer's op does, each time anew; set by whoever plays. */
  onOp: (name: string, parameters: readonly unknown[]) => unknown = () => undefined
  /** Schedulers that are kept to the end, and how to open them. */
  readonly tokens = new Map<Scheduler, SharedObjectToken>()
  /** Modules of which references were taken, once for each. */
  readonly taken: Module[] = []
  readonly #counts = new Map<string, number>()

  constructor(seed: number, substitute?: object) {
    const random = (this.random = new Random(seed))
    this.build = substitute ? BUILDS[3] : random.pick(BUILDS)
    const warn = random.chance(90) ? () => {} : (_warning: OutliveWarning) => this.#warn()
    const options = () => ({
      ...this.build,
      ...SIZES,
      lists: random.pick([10, 40]),
      lock: random.pick(["spin", "mutex"] as const),
      fenceLock: random.pick(["inline", "external"] as const),
      timestamps: random.chance(50),
      spins: random.pick([0, 10, 50]),
      onWarning: warn,
      ...(substitute ? { substitute } : {}),
    })
    this.home = Heap.create(options())
    this.foreign = Heap.create(options())
    this.shared = [this.home.share(), this.foreign.share()]
    this.identity = this.home.words[layout.Header.identity >> 2]!
    this.definitions = [
      ["enableSignaling", "pollSignaled", "setDeadline"],
      ["pollSignaled", "free"],
      ["wait", "free", "enableSignaling"],
      [],
    ].map((names, i) =>
      defineModule({
        name: `module ${i}`,
        driverName: `driver ${i}`,
        ...(i % 3 === 0
          ? { works: this.#functions(["run", "other"]), deferred: this.#functions(["free", "other"]) }
          : {}),
        // One of them does something at its end.
        ...(i === 1
          ? { teardown: (thread: object) => void (this.isWild ? this.onOp("teardown", [thread]) : undefined) }
          : {}),
        ops: Object.fromEntries(
          names.map((name) => [
            name,
            (...parameters: unknown[]) => (this.isWild ? this.onOp(name, parameters) : undefined),
          ]),
        ),
      }),
    )
    const modules = this.definitions
    const gone = this.home.attach({ name: "gone", modules })
    this.threads = [
      this.home.attach({ name: "main", modules }),
      this.home.attach({ name: "second", modules }),
      this.foreign.attach({ name: "foreign", modules }),
      gone,
    ]
    for (const thread of this.threads) this.add(thread)
    this.add(this.home)
    this.add(this.foreign)
    gone.detach()
  }

  #functions(names: readonly string[]) {
    const body = (name: string) => [name, (...p: unknown[]) => void (this.isWild && this.onOp(name, p))] as const
    return Object.fromEntries(names.map(body))
  }

  #warn(): void {
    if (this.isWild) throw new Thrown()
  }

  /** Takes something up, and what is in it. */
  add(value: unknown, isOurs = true, origin = ""): Thing | undefined {
    if (typeof value !== "object" || value === null) return undefined
    if (Array.isArray(value)) {
      for (const part of value) this.add(part, isOurs, origin)
      return undefined
    }
    const type = typeOf(value)
    if (type === undefined || this.things.some((thing) => thing.value === value)) return undefined
    if (type === "SubmittedJob") {
      const { scheduled, finished } = value as { scheduled: unknown; finished: unknown }
      this.add(scheduled, isOurs, origin)
      this.add(finished, isOurs, origin)
    }
    const n = (this.#counts.get(type) ?? 0) + 1
    this.#counts.set(type, n)
    const thing = { type, value, label: `${type}#${n}`, origin, thread: threadOf(value), isOurs }
    this.things.push(thing)
    return thing
  }

  /** A scheduler that everybody has dropped runs no more, and its jobs keep it for ever: we close it in the end. */
  keep(scheduler: Scheduler): void {
    const token = scheduler.share()
    // Of another heap, which the fuzzer has made by itself: that one is given up whole.
    if (token.heap !== this.home.identity && token.heap !== this.foreign.identity) return
    this.tokens.set(Scheduler.open(scheduler.thread, token), token)
  }

  labelOf(value: unknown): string | undefined {
    return this.things.find((thing) => thing.value === value)?.label
  }

  /** Things of a type (or of what extends it). */
  of(type: string): Thing[] {
    return this.things.filter((thing) => thing.type === type || (type === "Fence" && FENCES.has(thing.type)))
  }
}

const FENCES = new Set(["Fence", "FenceArray", "FenceChain"])

/** Classes whose objects calls are made on. */
const CLASSES = new Set([
  ...FENCES,
  "AcquireContext",
  "Entity",
  "Heap",
  "IssuerRecord",
  "Module",
  "Reservation",
  "Scheduler",
  "SharedLock",
  "SoftTimeline",
  "SyncFile",
  "Syncobj",
  "SyncobjTable",
  "Thread",
  "Timeline",
  "Watch",
  "Work",
  ..."Mutex RwLock Semaphore Event Latch Barrier Condition Once Channel FenceChannel Cell".split(" "),
  ..."MutexGuard ReadGuard WriteGuard Permits".split(" "),
])

function typeOf(value: object): string | undefined {
  let name: string | undefined
  try {
    name = (value.constructor as { name?: string } | undefined)?.name
    if (name !== undefined && CLASSES.has(name)) return name
    if (Object.prototype.toString.call(value) === "[object Generator]") return "Generator"
    const record = value as Record<string, unknown>
    if (typeof record["kind"] === "string" && record["kind"].startsWith("outlive-")) return "Token"
    if (typeof record["remove"] === "function") return "FenceCallback"
    if ("scheduled" in record && "finished" in record) return "SubmittedJob"
    if ("owner" in record && "id" in record) return "ThreadInfo"
  } catch {
    return undefined
  }
  return undefined
}

function threadOf(value: object): Thread | undefined {
  const record = value as { thread?: unknown; module?: { thread?: unknown } }
  const thread = record.thread ?? record.module?.thread
  if (typeof thread === "object" && thread !== null && "isAttached" in thread) return thread as Thread
  return "isAttached" in value ? (value as Thread) : undefined
}
