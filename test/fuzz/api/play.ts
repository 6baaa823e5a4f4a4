/** Plays one batch: some two hundred calls, each of them determined by the seed and its number; then gives all back. */
import * as core from "@outlive/core"
import type { Thread } from "@outlive/core"
import * as sync from "@outlive/sync"
import { checkHeap } from "../../../packages/core/src/heap/check/check-heap.js"
import { type HeapMap, mapOf } from "../../../packages/core/src/heap/check/heap-map.js"
import { Random, seedOf } from "../random.js"
import { type Call, type Make, thingOf } from "./arguments.js"
import { giveBack } from "./give-back.js"
import { OPERATIONS, WEIGHTS } from "./operations.js"
import { show } from "./odd.js"
import { SYNC_OPERATIONS } from "./sync-operations.js"
import { Stage, type Thing } from "./stage.js"
import { faultOf } from "./verdict.js"

const outlive = { ...core, ...sync }

/** How a batch is played. */
export interface BatchOptions {
  readonly seed: number
  readonly calls: number
  /** Plays only these; for shrinking. */
  readonly only?: ReadonlySet<number>
  /** Told before each call, so that one that hangs can be named. */
  readonly onCall?: (step: number) => void
  /** Writes down what is called, and what comes of it. */
  readonly log?: (line: string) => void
  /** A broken engine, or a broken class, instead. */
  readonly substitute?: object
}

/** Something that must not be. */
export interface Fault {
  readonly step: number
  /** What was called. */
  readonly name: string
  readonly what: string
}

const NAMES = Object.keys(OPERATIONS)
/** How often each comes up. Every second batch is mostly of `@outlive/sync`: else few of its objects would be in a state worth a call. */
const ladderOf = (timesSync: number) =>
  NAMES.map((name) => (WEIGHTS[name] ?? 1) * (name in SYNC_OPERATIONS ? timesSync : 1))
const LADDERS = [ladderOf(1), ladderOf(6)] as const
const DEEPEST = 3
/** After these the thread holds a lock, until it is given back here. */
const LOCKS: Readonly<Record<string, string>> = {
  "Reservation.lock": "unlock",
  "Reservation.lockSlow": "unlock",
  "Reservation.tryLock": "unlock",
  "AcquireContext.lockAll": "unlockAll",
}
/** During these the thread holds a lock, or is in a read section. */
const HOLDING = new Set([
  "Fence.locked",
  "SharedLock.locked",
  "Reservation.locked",
  "Thread.read",
  "AcquireContext::locked",
])
/** After these a handle is no longer ours. */
const ENDS = /^(?!SyncobjTable|Permits|\w+Guard).*\.(drop|@@dispose)$|^Timeline\.close$|^Generator\.return$/

export class Batch {
  readonly stage: Stage
  readonly faults: Fault[] = []
  readonly #options: BatchOptions
  readonly #maps: HeapMap[]
  readonly #ladder: readonly number[]
  readonly #total: number
  #step = -1
  #name = "nothing"

  constructor(options: BatchOptions) {
    this.#options = options
    this.#ladder = LADDERS[options.seed & 1]!
    this.#total = this.#ladder.reduce((sum, weight) => sum + weight, 0)
    this.stage = new Stage(options.seed, options.substitute)
    this.#maps = [this.stage.home, this.stage.foreign].map((heap) => mapOf(heap.words)!)
    this.stage.onOp = (name, parameters) => this.#answer(name, parameters)
  }

  /** Plays all of it. */
  async play(): Promise<readonly Fault[]> {
    const { seed, calls, only, onCall } = this.#options
    for (let step = 0; step < calls; step++) {
      if (only && !only.has(step)) continue
      this.#step = step
      onCall?.(step)
      this.#one(new Random(seedOf(seed, step)), 0, undefined)
      // Deliveries, timers, promises: some at a time.
      if (step % 16 === 15) await breathe()
    }
    this.#step = calls
    this.#name = "the end"
    onCall?.(calls)
    await giveBack(this.stage, {
      attempt: (name, body) => this.#guard(name, body),
      fault: (what) => this.fault(what),
    })
    this.#account()
    return this.faults
  }

  #show(value: unknown): string {
    return show(value, (part) => this.stage.labelOf(part))
  }

  fault(what: string, name = this.#name): void {
    this.faults.push({ step: this.#step, name, what })
    this.#options.log?.(`      FAULT ${what}`)
  }

  /** Books must balance and nothing be wrong, once everything was given back. */
  #account(): void {
    for (const [i, heap] of [this.stage.home, this.stage.foreign].entries()) {
      for (const problem of checkHeap(heap.words, this.#maps[i]).slice(0, 3))
        this.fault(
          `heap: ${problem.where.replaceAll(/0x[0-9a-f]+/g, "…")}: ${problem.message.replaceAll(/0x[0-9a-f]+|\d+/g, "…")}`,
        )
      const { balanced, releasedPending: _, brokenLocks: __, lost: ___, threads, ...kinds } = heap.accounts()
      if (!balanced) this.fault("accounts: not balanced")
      if (threads.inUse > 0) this.fault(`accounts: threads in use`)
      for (const [kind, account] of Object.entries(kinds))
        if (typeof account === "object" && "inUse" in account && account.inUse > 0)
          this.fault(`accounts: ${kind} in use`)
    }
  }

  /** One call; `focus` is what the function that makes it was given. */
  #one(random: Random, depth: number, holding: Thread | undefined, focus?: object): void {
    let at = random.below(this.#total * 100) / 100
    const name = NAMES[this.#ladder.findIndex((weight) => (at -= weight) < 0)]!
    const call: Call = {
      stage: this.stage,
      random,
      depth,
      holding,
      nested: (given) => this.#some(random, depth, holding, given),
    }
    const subject = this.#subject(name, call, focus)
    if (subject === null) return
    // Whoever holds a lock may not make others wait for it in the same thread of the system.
    const holds = HOLDING.has(name) || name in LOCKS
    const inner = holds ? { ...call, holding: holding ?? subject?.thread ?? this.stage.threads[0] } : call
    const nesting: Call = {
      ...inner,
      nested: (given) => this.#some(random, depth, inner.holding, given ?? subject?.value),
    }
    const parameters = OPERATIONS[name]!.map((make: Make) => make(nesting))
    this.#perform(name, subject, parameters, nesting)
  }

  /** A few calls more, from within a function that was given to one. */
  #some(random: Random, depth: number, holding: Thread | undefined, focus: object | undefined): void {
    // What is called late, while everything is given back, makes nothing more.
    if (depth === DEEPEST || !this.stage.isWild) return
    for (let n = random.below(3); n > 0; n--) this.#one(random, depth + 1, holding, focus)
  }

  /** Undefined for what needs none; null when there is none. */
  #subject(name: string, call: Call, focus: object | undefined): Thing | null | undefined {
    const type = /^(\w+)\./.exec(name)?.[1]
    if (type === undefined) return undefined
    const given = focus && this.stage.things.find((thing) => thing.value === focus)
    if (given && call.random.chance(50) && this.stage.of(type).includes(given)) return given
    return thingOf(call, type) ?? null
  }

  #perform(name: string, subject: Thing | undefined, parameters: readonly unknown[], call: Call): void {
    const before = this.#name
    this.#name = name
    const label = () =>
      `${"  ".repeat(call.depth)}${this.#step} ${subject?.label ?? ""} ${name}(${parameters.map((p) => this.#show(p)).join(", ")})`
    this.#options.log?.(label())
    this.#prepare(name, subject)
    const answer = this.#guard(name, () => invoke(name, subject?.value, parameters, call.random))
    if (answer !== undefined) {
      this.#take(name, answer.value)
      if (name === "Module.tryAddRef" && answer.value === true) this.stage.taken.push(subject!.value as core.Module)
      if (name === "Module.dropRef" && answer.value === true) this.#untake(subject!.value as core.Module)
      if (name === "Scheduler::create") this.stage.keep(answer.value as core.Scheduler)
      if (name === "SyncobjTable.adopt") this.#disown(parameters[0])
      if (name === "Thread.replaceAt") this.#disown(parameters[1])
    }
    if (this.#options.log)
      this.#options.log(`${"  ".repeat(call.depth)}  → ${answer ? this.#show(answer.value) : "threw"}`)
    const release = LOCKS[name]
    if (
      release !== undefined &&
      answer !== undefined &&
      subject !== undefined &&
      (answer.value === "locked" ||
        answer.value === true ||
        typeof answer.value === "number" ||
        answer.value === undefined)
    ) {
      call.nested()
      this.#guard(`${subject.type}.${release}`, () => (subject.value as Record<string, () => unknown>)[release]!())
    }
    this.#name = before
  }

  /** What a call does to what is ours. */
  #prepare(name: string, subject: Thing | undefined): void {
    if (subject && ENDS.test(name) && subject.type !== "Thread" && subject.type !== "Heap") subject.isOurs = false
  }

  #disown(value: unknown): void {
    const thing = this.stage.things.find((candidate) => candidate.value === value)
    if (thing) thing.isOurs = false
  }

  #untake(module: core.Module): void {
    const at = this.stage.taken.indexOf(module)
    if (at >= 0) this.stage.taken.splice(at, 1)
  }

  /** Takes up what a call returned. */
  #take(name: string, value: unknown): void {
    if (value instanceof Promise) {
      this.stage.pending.set(value, name)
      void value.then(
        (outcome) => {
          this.stage.pending.delete(value)
          this.stage.add(outcome)
        },
        (error: unknown) => {
          this.stage.pending.delete(value)
          const fault = faultOf(error)
          if (fault !== undefined) this.fault(`rejects: ${fault}`, name)
        },
      )
      return
    }
    if (name === "Generator.next" && typeof value === "object" && value !== null) {
      const { value: step } = value as { value: unknown }
      if (typeof step === "object" && step !== null && "usage" in step)
        this.stage.add((step as { fence?: unknown }).fence, false)
      else this.stage.add(step)
    } else this.stage.add(value, !/^SyncobjTable\.get$|\.thread$|\.module$|\.heap$/.test(name), name)
  }

  /** Calls something; undefined when it threw. Says so if it threw what it must not. */
  #guard(name: string, body: () => unknown): { readonly value: unknown } | undefined {
    try {
      return { value: body() }
    } catch (error) {
      if (this.#options.log)
        this.#options.log(`      ${error instanceof Error ? `${error.name}: ${error.message}` : String(typeof error)}`)
      const fault = faultOf(error)
      if (fault !== undefined) this.fault(`throws: ${fault}`, name)
      return undefined
    }
  }

  /** What an issuer's op does: answers, throws, makes calls on what it was lent, keeps it. */
  #answer(name: string, parameters: readonly unknown[]): unknown {
    const { random } = this.stage
    const lent = parameters[0] as { thread: Thread } | undefined
    if (random.chance(20)) this.stage.add(lent, false)
    const kind = random.below(12)
    if (kind === 0) throw new (class extends core.OutliveError {})("ISSUER", "The issuer's own")
    if (kind === 1) return Promise.resolve(true)
    if (kind === 2) return 7
    if (kind === 3 && lent) {
      this.#options.log?.(`      op ${name} makes calls`)
      if (!this.stage.things.some((thing) => thing.value === lent)) this.stage.add(lent, false)
      this.#some(random, DEEPEST - 2, lent.thread, lent)
      return undefined
    }
    return kind < 7 ? random.chance(50) : undefined
  }
}

/** Makes one call. A property is read; one that can be set is set, half of the times. */
function invoke(name: string, subject: object | undefined, parameters: readonly unknown[], random: Random): unknown {
  if (name.endsWith("()"))
    return (outlive as unknown as Record<string, (...p: readonly unknown[]) => unknown>)[name.slice(0, -2)]!(
      ...parameters,
    )
  const [, type, member] = /^(\w+)(?:::|\.)(.+)$/.exec(name)!
  if (subject === undefined) {
    const target = (
      outlive as unknown as Record<
        string,
        Record<string, (...p: readonly unknown[]) => unknown> & (new (...p: readonly unknown[]) => unknown)
      >
    )[type!]!
    return member === "new" ? new target(...parameters) : target[member!]!(...parameters)
  }
  const key = member === "@@dispose" ? Symbol.dispose : member!
  const target = subject as Record<string | symbol, unknown>
  if (parameters.length === 1 && isSettable(target, key) && random.chance(50)) {
    target[key] = parameters[0]
    return undefined
  }
  const value = target[key]
  return typeof value === "function" ? (value.apply(subject, parameters) as unknown) : value
}

function isSettable(target: object, key: string | symbol): boolean {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, key)
    if (found) return found.set !== undefined
  }
  return false
}

/** Lets deliveries, timers and promises have their turn. */
export function breathe(ms = 0): Promise<void> {
  return new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)))
}
