/**
 * Whatever the engine asks of its host may end with an exception: an oops, a warning, a lock that is slept on. Here each
 * operation is broken off at each such call in turn. Afterwards the thread is as it was before the call: what it kept it
 * keeps, nothing else is held, containers complete, grace periods pass, and no record is lost but those that are told.
 */
import { type Engine, type EngineFactory, type EngineHost, layout } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { instantiate as checkedJs } from "../../packages/core/built/checked-js.js"
import { bytes as checkedBytes } from "../../packages/core/built/checked-wasm.js"
import { instantiate as releaseJs } from "../../packages/core/built/release-js.js"
import { bytes as releaseBytes } from "../../packages/core/built/release-wasm.js"
import { buildTwin } from "../faults/twin.js"

const { Header, Kind, Module, Op, Oops, Pool, Thread } = layout

/** The types that this project's tests know of have no WebAssembly. */
interface WasmMemory {
  readonly buffer: SharedArrayBuffer
}
const { Instance, Memory, Module: Compiled } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly
interface Wasm {
  readonly Instance: new (module: object, imports: object) => ReturnType<EngineFactory>
  readonly Memory: new (pages: { initial: number; maximum: number; shared: true }) => WasmMemory
  readonly Module: new (bytes: Uint8Array) => object
}

const wasm =
  (bytes: string): EngineFactory =>
  (memory, host) =>
    new Instance(new Compiled(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))), { env: { memory }, host })

const BUILDS: readonly (readonly [string, EngineFactory])[] = [
  ["wasm release", wasm(releaseBytes)],
  ["wasm checked", wasm(checkedBytes)],
  ["js release", releaseJs],
  ["js checked", checkedJs],
]

class Broken extends Error {}

/** `Action.AddToCell`. */
const ADD = 1
const NOT_COMPLETE = 1

/** A heap with two threads, of which the first is tortured. */
class World {
  readonly memory = new Memory({ initial: 4, maximum: 65_536, shared: true })
  readonly words = new Int32Array(this.memory.buffer)
  readonly e: Engine
  readonly t: number
  readonly other: number
  readonly timeline: number
  /** How many host calls are let through. */
  left = Infinity
  broken = ""
  /** What gets the tortured thread on when it waits. */
  onWait: () => void = () => {
    throw new Error("It waits, and for nobody")
  }

  constructor(factory: EngineFactory, lockOrder: boolean) {
    this.e = factory(this.memory, this.#host()).exports as unknown as Engine
    const { e, words } = this
    words[Header.lifetime >> 2] = 1
    words[Header.lockKind >> 2] = 1
    words[Header.timestamps >> 2] = 1
    words[Header.spins >> 2] = 2
    e.initializeHeap(3, 64, 64, 4, 8, 16, 0, 32, 16, 16, 4, lockOrder ? 1 : 0)
    ;[this.t, this.other] = [e.attach(), e.attach()]
    const all = (1 << Op.EnableSignaling) | (1 << Op.PollSignaled) | (1 << Op.Free) | (1 << Op.SetDeadline)
    const module = e.createModule(this.other, all)
    e.publishModule(this.other, module)
    e.lockModules(this.other)
    this.timeline = e.createTimelineLocked(this.other, module, 0, 0)
    e.unlockModules(this.other)
    words[(module + Module.references) >> 2]!++
  }

  fence = () => this.e.createFence(this.t, this.timeline)
  has = (fence: number) => this.e.hasSignaled(fence) === 1

  array(fences: readonly number[]): number {
    const { e, t } = this
    const draft = e.createDraft(t)
    for (const fence of fences) {
      e.addRef(fence)
      e.addToDraft(t, draft, fence)
    }
    return e.createArray(t, draft)
  }

  chain(fences: readonly number[]): number {
    const { e, t } = this
    return fences.reduce((previous, fence, i) => {
      e.addRef(fence)
      return e.createChain(t, previous, fence, i + 1, 0)
    }, 0)
  }

  /** What the caller keeps; `held` only in the checked flavour. */
  state = () =>
    [Thread.nesting, Thread.deferring, Thread.heldCount, Thread.acquired, Thread.impatient, Thread.asking].map(
      (at) => this.words[(this.t + at) >> 2]!,
    )

  inUse = () => [Kind.Fence, Kind.Callback, Kind.Body, Kind.Slots, Kind.Object].map((kind) => this.e.countInUse(kind))

  #host(): EngineHost {
    /** Breaks the operation off, as the host of a real thread does. */
    const step = (what: string, thread: number) => {
      if (thread !== this.t || --this.left >= 0) return
      this.broken ||= what
      this.left = Infinity
      this.e.recover(this.t)
      throw new Broken(what)
    }
    return {
      // Nothing is thrown through the engine here: what the issuer throws is kept, and it is told that it failed.
      call: (op) => {
        if (--this.left >= 0) return (op & 7) === Op.PollSignaled ? 0 : NOT_COMPLETE
        this.broken ||= "call"
        this.left = Infinity
        return -1
      },
      oops: (code) => {
        this.e.recover(this.t)
        throw new Broken(Object.entries(Oops).find(([, value]) => value === code)?.[0] ?? String(code))
      },
      warn: () => step("warn", this.t),
      park: () => {
        step("park", this.t)
        this.onWait()
      },
      place: (thread) => step("place", thread),
      now: (thread) => step("now", thread),
      turn: () => {},
      stall: (thread) => {
        step("stall", thread)
        this.onWait()
      },
    }
  }
}

interface Operation {
  readonly name: string
  /** Misuse that says of two classes of locks what is wrong: whoever uses them right afterwards would be told. */
  readonly saysWrongOrder?: true
  /** What is lost when it is broken off, in words; else nothing may be. */
  readonly loses?: string
  /** Prepares it: returns what is to be broken off, and what is given back afterwards, whatever came of it. */
  prepare(w: World): { run(): void; after?(): void }
}

/** With the other thread holding a fence's lock, until the operation waits for it. */
const contended = (w: World, fence: number) => {
  w.e.lockFence(w.other, fence)
  w.onWait = () => {
    w.onWait = () => {}
    w.e.unlockFence(w.other, fence)
  }
  return () => w.onWait()
}

const OPERATIONS: readonly Operation[] = [
  {
    name: "signal",
    prepare(w) {
      const fence = w.fence()
      return { run: () => w.e.signal(w.t, fence), after: () => w.e.dropRef(w.t, fence) }
    },
  },
  {
    name: "signal of a fence whose lock is held",
    prepare(w) {
      const fence = w.fence()
      const release = contended(w, fence)
      return {
        run: () => w.e.signal(w.t, fence),
        after() {
          release()
          w.e.dropRef(w.t, fence)
        },
      }
    },
  },
  {
    name: "signal of the last member of an array, of a chain",
    prepare(w) {
      const fence = w.fence()
      const array = w.array([fence])
      const chain = w.chain([fence])
      for (const container of [array, chain]) w.e.enableSignaling(w.t, container)
      return {
        run: () => w.e.signal(w.t, fence),
        after() {
          w.e.signal(w.t, fence)
          expect([w.has(array), w.has(chain)], "containers complete").toEqual([true, true])
          for (const one of [array, chain, fence]) w.e.dropRef(w.t, one)
        },
      }
    },
  },
  {
    name: "arming an array with a callback",
    prepare(w) {
      const fences = [w.fence(), w.fence()]
      const array = w.array(fences)
      const release = contended(w, fences[1]!)
      let node = 0
      return {
        run: () => void (node = w.e.addCallback(w.t, array, ADD, w.words[Header.cells >> 2]!)),
        after() {
          release()
          for (const fence of fences) w.e.signal(w.t, fence)
          expect(w.e.isSignaled(w.t, array), "the array completes").toBe(1)
          if (node > 0) w.e.removeCallback(w.t, node)
          for (const one of [array, ...fences]) w.e.dropRef(w.t, one)
        },
      }
    },
  },
  {
    name: "a callback under the fence's own lock",
    prepare(w) {
      const fence = w.fence()
      w.e.lockFence(w.t, fence)
      return {
        run: () => void w.e.addCallback(w.t, fence, ADD, w.words[Header.cells >> 2]!),
        after() {
          w.e.unlockFence(w.t, fence)
          w.e.signal(w.t, fence)
          w.e.dropRef(w.t, fence)
        },
      }
    },
  },
  {
    name: "arming an array while a member's lock is one's own",
    saysWrongOrder: true,
    prepare(w) {
      const fence = w.fence()
      const array = w.array([fence])
      w.e.lockFence(w.t, fence)
      return {
        run: () => void w.e.enableSignaling(w.t, array),
        after() {
          w.e.unlockFence(w.t, fence)
          w.e.signal(w.t, fence)
          expect(w.e.isSignaled(w.t, array), "the array completes").toBe(1)
          for (const one of [array, fence]) w.e.dropRef(w.t, one)
        },
      }
    },
  },
  {
    name: "an oops in a read section",
    prepare(w) {
      const fence = w.fence()
      w.e.readLock(w.t)
      return {
        run: () => w.e.synchronize(w.t),
        after() {
          expect(w.e.isReading(w.t), "still in the section").toBe(1)
          w.e.readUnlock(w.t)
          w.e.dropRef(w.t, fence)
        },
      }
    },
  },
  {
    name: "a fence forgotten with a callback",
    loses: "the fence, and always the callback's record",
    prepare(w) {
      const fence = w.fence()
      const node = w.e.addCallback(w.t, fence, ADD, w.words[Header.cells >> 2]!)
      w.e.addRef(fence)
      return {
        run: () => {
          w.e.dropRef(w.t, fence)
          w.e.dropRef(w.t, fence)
        },
        after: () => void node,
      }
    },
  },
  {
    name: "a job from its queue to its end",
    loses: "the reference that `startJob` was to take over, and a record on its way into a depot",
    prepare(w) {
      const scheduler = w.e.createScheduler(w.t, 4, 1000, 0, 0, 0, 0)
      const entity = w.e.createEntity(w.t, scheduler, 0)
      const hardware = w.fence()
      const job = w.e.createJob(w.t, entity, 1, 0, 0)
      const end = w.e.finishedFence(job)
      w.e.addDependency(w.t, job, hardware)
      w.e.pushJob(w.t, job)
      return {
        run() {
          w.e.takeJob(w.t, scheduler)
          w.e.signal(w.t, hardware)
          const taken = w.e.takeJob(w.t, scheduler)
          if (taken) w.e.startJob(w.t, scheduler, taken, hardware, 0)
        },
        after() {
          w.e.signal(w.t, hardware)
          w.e.closeScheduler(w.t, scheduler)
          // As a time-out would.
          w.e.endJob(w.t, end, 0)
          expect(w.has(end), "the job ends").toBe(true)
          for (const one of [end, hardware]) w.e.dropRef(w.t, one)
          for (const one of [entity, scheduler]) w.e.dropObjectRef(w.t, one)
        },
      }
    },
  },
  {
    name: "points of a soft timeline",
    prepare(w) {
      const soft = w.e.createSoftTimeline(w.t)
      const points = [1, 2].map((n) => w.e.createPoint(w.t, soft, n))
      return {
        run: () => void w.e.incrementTimeline(w.t, soft, 2),
        after() {
          w.e.closeTimeline(w.t, soft)
          for (const point of points) {
            expect(w.has(point), "points complete").toBe(true)
            w.e.dropRef(w.t, point)
          }
          w.e.dropObjectRef(w.t, soft)
        },
      }
    },
  },
  {
    name: "a grace period",
    prepare(w) {
      w.e.readLock(w.other)
      let waits = true
      w.onWait = () => {
        if (waits) w.e.readUnlock(w.other)
        waits = false
      }
      return { run: () => w.e.synchronize(w.t), after: () => w.onWait() }
    },
  },
  {
    name: "asking, with a deadline",
    prepare(w) {
      const fence = w.fence()
      const array = w.array([fence])
      return {
        run() {
          w.e.isSignaled(w.t, array)
          w.e.setDeadline(w.t, array)
          w.e.status(w.t, fence)
        },
        after() {
          w.e.signal(w.t, fence)
          expect(w.e.isSignaled(w.t, array)).toBe(1)
          for (const one of [array, fence]) w.e.dropRef(w.t, one)
        },
      }
    },
  },
  {
    name: "a reservation that grows",
    prepare(w) {
      const reservation = w.e.createObject(w.t, 1)
      const fences = Array.from({ length: 5 }, w.fence)
      w.e.lockReservation(w.t, reservation)
      return {
        run() {
          for (const fence of fences) {
            w.e.reserveSlots(w.t, reservation, 1)
            w.e.addFence(w.t, reservation, fence, 1)
          }
        },
        after() {
          w.e.unlockReservation(w.t, reservation)
          for (const fence of fences) {
            w.e.signal(w.t, fence)
            w.e.dropRef(w.t, fence)
          }
          w.e.dropObjectRef(w.t, reservation)
        },
      }
    },
  },
]

/** Plays an operation with its `n`th host call broken off; undefined when it has fewer. */
function play(factory: EngineFactory, { prepare, saysWrongOrder, loses }: Operation, n: number): string | undefined {
  const w = new World(factory, !saysWrongOrder)
  const before = w.inUse()
  const { run, after } = prepare(w)
  const kept = w.state()
  w.left = n
  try {
    run()
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    w.broken ||= error.message
  }
  w.left = Infinity
  expect(w.state(), "what the caller keeps").toEqual(kept)
  after?.()
  w.onWait = () => {
    throw new Error("It waits, and for nobody")
  }
  const fences = [w.fence(), w.fence()]
  const array = w.array(fences)
  w.e.enableSignaling(w.t, array)
  for (const fence of fences) w.e.signal(w.other, fence)
  expect(w.has(array), "an array made afterwards completes").toBe(true)
  for (const one of [array, ...fences]) w.e.dropRef(w.t, one)
  for (let i = 0; i < 2; i++) w.e.barrier(w.t)
  const inUseNow = w.inUse()
  const lost = inUseNow.map((count, i) => count - before[i]!)
  if (loses === undefined) {
    expect(lost, "records in use that were not").toEqual(lost.map(() => 0))
    for (const kind of [Kind.Fence, Kind.Callback, Kind.Body])
      expect(w.e.countFree(kind) + w.e.countInUse(kind), "free and in use").toBe(
        w.words[(Header.pools + kind * Pool.Bytes + Pool.capacity) >> 2],
      )
  }
  return w.broken === "" ? undefined : w.broken
}

/** Every host call of an operation in turn; what broke it off, each time. */
function torture(factory: EngineFactory, operation: Operation): string[] {
  const seen: string[] = []
  for (let n = 0; n < 200; n++) {
    try {
      const broken = play(factory, operation, n)
      if (broken === undefined) return seen
      seen.push(broken)
      if (!/^(call|warn|park|now|place|stall)/.test(broken)) return seen
    } catch (error) {
      throw new Error(`${operation.name}, broken off at host call ${n}: ${(error as Error).message}`, { cause: error })
    }
  }
  throw new Error("It has no end")
}

describe.each(BUILDS)("%s", (_name, factory) => {
  for (const operation of OPERATIONS) test(operation.name, () => void torture(factory, operation))
})

test("every kind of call breaks something off", () => {
  const seen = new Set(OPERATIONS.flatMap((operation) => torture(checkedJs, operation)))
  expect([...seen]).toEqual(expect.arrayContaining(["call", "now", "park", "place", "stall", "warn", "SelfDeadlock"]))
})

/** What recovering can forget. */
const TWINS = [
  {
    id: "O1",
    sentence: "all is set to zero, also what the caller keeps",
    file: "recover.ts",
    from: "  const nesting = closeOpen(peek(thread + Thread.nesting))\n",
    to: "  const nesting = 0\n",
    also: [
      {
        file: "recover.ts",
        from: "  poke(thread + Thread.deferring, closeOpen(peek(thread + Thread.deferring)))\n",
        to: "  poke(thread + Thread.deferring, 0)\n",
      },
    ],
  },
  {
    id: "O2",
    sentence: "the operation's locks stay held",
    file: "recover.ts",
    from: "  giveLocksBack(thread)\n",
    to: "",
  },
  {
    id: "O3",
    sentence: "the caller's locks are given back as well",
    file: "recover.ts",
    from: "  return holds(thread, word) && !isKept(thread, word)\n",
    to: "  return holds(thread, word)\n",
  },
  {
    id: "O4",
    sentence: "an array whose arming was broken off counts as armed",
    file: "recover.ts",
    from: "    disableLocked(fence)\n",
    to: "",
  },
  {
    id: "O5",
    sentence: "what was being dealt with is given up",
    file: "recover.ts",
    from: "  if (peek(thread + Thread.asking) == 0) retryWork(thread)\n",
    to: "",
  },
  {
    id: "O6",
    sentence: "a record is taken before it is known that it can be hung",
    file: "fence/callbacks.ts",
    from: "  const word = lockToEnable(thread, fence)\n  if (word == Address.None) return Refusal.Busy\n  const armed",
    to: "  takeCallback(thread, action, argument)\n  const word = lockToEnable(thread, fence)\n  if (word == Address.None) return Refusal.Busy\n  const armed",
  },
] as const

describe("is noticed:", () => {
  test.each(TWINS)("$id: $sentence", async (fault) => {
    const twin = await buildTwin(fault)
    try {
      const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
      expect(() => OPERATIONS.forEach((operation) => torture(instantiate, operation))).toThrow(
        /broken off at host call/,
      )
    } finally {
      twin.remove()
    }
  })
})
