/** Modules: the issuers of fences. Defined in every thread, loaded once into the heap. */
import {
  Flag,
  Header,
  Kind,
  Lifetime,
  Module as ModuleRecord,
  ModuleState,
  Pool,
  Record as RecordWords,
  Size,
  Text,
  Thread as ThreadRecord,
  Timeline as TimelineRecord,
  TimelineTrait,
} from "../../built/layout.js"
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { type Synchronous, overBy } from "../entrance/functions.js"
import { oneOf, optionsOf, text, trueOrFalse } from "../entrance/words.js"
import { ModuleError, throwAfter } from "../errors.js"
import { assertAll } from "../host/families.js"
import { hostOops } from "../host/oops.js"
import { sleep } from "../host/thread-host.js"
import type { HeapMemory } from "../memory/heap-memory.js"
import { Steps, mostRecords } from "../memory/steps.js"
import type { IssuerRecord, IssuerRecordOptions } from "../issuer/issuer-record.js"
import { issuerParts } from "../issuer/parts.js"
import type { Work, WorkOptions } from "../issuer/work.js"
import { checkName, readName, writeName } from "../name.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { type GraceOutcome, Passed, stepUntil, untilSwept } from "../waiting/grace.js"
import { promiseUntil } from "../waiting/promise.js"
import { type ModuleDefinition, opsMask } from "./definition.js"
import type { IssuerThread } from "./issuer-thread.js"
import { type Issuer, Timeline, type TimelineOptions } from "./timeline.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT, shown } from "../seat/shown.js"

/** How a module is to go. */
export interface UnloadOptions extends WaitOptions {
  /**
   * Fences that are not signaled keep nothing: they stay, and lead into what has gone. Only in heaps where an unload waits for
   * nothing (`lifetime`). Default false.
   */
  readonly evenIfPending?: boolean
}

/** A module in the heap. Loading again by the same name finds the same one, until it is unloaded. */
export class Module implements Issuer {
  readonly thread: Seat
  readonly name: string
  readonly address: number
  /** A number that no other loading of any module has. */
  readonly loadId: number
  /** @internal What it was loaded by, here. */
  readonly definition: ModuleDefinition
  readonly #generation: number
  readonly #teardown: ModuleDefinition["teardown"]
  /** Tagged address of its text: does not change. */
  readonly #text: number
  /** References that were taken by this handle. */
  #taken = 0

  /** @internal Use `thread.load`. */
  constructor(key: typeof MADE, thread: Seat, definition: ModuleDefinition, life: Life) {
    if (key !== MADE) refuseMaking("a module", "thread.load()")
    this.thread = thread
    this.name = definition.name
    this.definition = definition
    this.#teardown = definition.teardown
    ;[this.address, this.#generation, this.loadId, this.#text] = life
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return `${shown(this, this.address, this.thread)}: "${this.name}"`
  }

  /** `going` also while it does what it does at its end (`teardown`); `gone` also for a handle whose record has another tenant by now. May be late. */
  get state(): "live" | "going" | "gone" {
    // In this order: a record that is of another life by now has said so before it counts the references of that life.
    const references = this.thread.engine.moduleReferences(this.address)
    if (this.thread.heap.word(this.address + RecordWords.generation) !== this.#generation) return "gone"
    if (references >= 0 || references === ModuleState.Checked) return "live"
    return references === ModuleState.Gone ? "gone" : "going"
  }

  /** Open timelines and other users; 0 once it is going. May be late. */
  get references(): number {
    const references = this.thread.engine.moduleReferences(this.address)
    return this.state === "live" ? Math.max(0, references) : 0
  }

  /** Its fences that are not signaled yet. Counts through all fences of the heap. */
  get pending(): number {
    const pending = this.thread.engine.countPending(this.address)
    return this.state === "gone" ? 0 : pending
  }

  /** Keeps the module loaded until `dropRef` of this handle. False when it is going or gone. */
  tryAddRef(): boolean {
    const added = this.#tryAddRef()
    if (added) {
      this.#taken++
      this.thread.tally(ThreadRecord.moduleHandles, 1)
    }
    return added
  }

  /**
   * Gives back a reference that this handle took with `tryAddRef`: true if it had one. False while it is others who
   * keep the module, an open timeline among them: theirs stays. What it took can be given back after the thread has detached, too.
   * @throws OopsError MODULE_UNDERFLOW when nobody does; HeapError DETACHED when it has none, and its thread cannot ask any more who else has
   */
  dropRef(): boolean {
    if (this.#taken > 0) {
      this.#taken--
      this.#giveBack()
      return true
    }
    if (this.references > 0) return false
    const message = `A reference to module "${this.name}" is dropped that nobody held`
    throw hostOops(this.thread.name, "MODULE_UNDERFLOW", message, this.address)
  }

  /**
   * Finds this module's timeline of that name, or makes it. It keeps the module loaded until it is closed.
   * @throws ModuleError NOT_LIVE, MISMATCH when there is one of that name with other options; HeapError FULL; TypeError, RangeError
   */
  timeline(name: string, options: TimelineOptions = {}): Timeline {
    checkName(text("the name of a timeline", name))
    const { lock, seqno64, slab } = optionsOf("a timeline", options)
    const token = lockWord(this.thread, lock)
    if (seqno64 !== undefined) trueOrFalse("seqno64", seqno64)
    if (slab !== undefined && trueOrFalse("slab", slab)) assertAll(this.thread.heap.families)
    void this.thread.record
    if (!this.#tryAddRef()) throw this.#notLive("open a timeline of")
    try {
      const address = this.thread.make("timelines", () => this.#findOrCreateTimeline(name, options, token))
      this.thread.tally(ThreadRecord.moduleHandles, 1)
      return new Timeline(MADE, this, address)
    } catch (error) {
      this.thread.engine.dropModuleRef(this.address)
      throw error
    }
  }

  /**
   * A new record of this module's, for what can go before the module does (`IssuerRecord`). The module may go before it:
   * an unload discards no records.
   * @throws ModuleError NOT_LIVE; HeapError FULL; TypeError, RangeError
   */
  record(options: IssuerRecordOptions = {}): IssuerRecord {
    void this.thread.record
    if (this.state !== "live") throw this.#notLive("make a record of")
    return issuerParts().createIssuerRecord(this.thread, this.loadId, options)
  }

  /**
   * A new work, or timer, for one of the functions that the module was defined with (`works`). The module may go before it.
   * @throws ModuleError NOT_LIVE, NOT_LINKED when it has no such function; HeapError FULL; TypeError, RangeError
   */
  work(name: string, options: WorkOptions = {}): Work {
    const { argument = 0 } = optionsOf("a work", options)
    void this.thread.record
    if (this.state !== "live") throw this.#notLive("make a work of")
    if (!Object.hasOwn(this.definition.works ?? {}, text("the name of a work", name)))
      throw new ModuleError(
        "NOT_LINKED",
        `Cannot make work "${name}" of module "${this.name}": it has no such function`,
      )
    return issuerParts().createWork(this.thread, this.textFor("make a work of"), this.loadId, name, argument)
  }

  /**
   * Does something as code of this module: an interrupt's, a thread's of its own. Nothing keeps the module meanwhile, unless the
   * caller has a reference: if it goes under the body, that is told when it returns.
   * @throws what the body throws; TypeError for an async function; OopsError DEAD_TEXT when the module has gone, RETURN_INTO_DEAD_TEXT when it went meanwhile
   */
  execute<T>(body: Synchronous<T>): T {
    return issuerParts().execute(this.thread, this.#text, this.address, body)
  }

  /** @internal Its address, with a reference that somebody else gives back. @throws ModuleError NOT_LIVE; FenceError FOREIGN */
  lend(thread: Seat): number {
    addressIn(thread, this, "module", Module)
    void thread.record
    if (!this.#tryAddRef()) throw this.#notLive("use")
    return this.address
  }

  /** @internal Its address, live or not, as of handles that end. */
  get holdable(): number {
    return this.address
  }

  /** @internal Tagged address of its text. @throws ModuleError NOT_LIVE when it has gone */
  textFor(what: string): number {
    if (this.state === "gone") throw this.#notLive(what)
    return this.#text
  }

  /** @internal */
  releaseTimeline(timeline: number): void {
    this.#inSomeSeat((seat) => {
      try {
        seat.told(seat.ask.closeModuleTimeline(seat.record, timeline))
      } finally {
        seat.engine.dropModuleRef(this.address)
      }
    })
  }

  #giveBack(): void {
    this.#inSomeSeat(({ engine }) => engine.dropModuleRef(this.address))
  }

  #inSomeSeat(release: (seat: Seat) => void): void {
    // A timeline that is open counts, as what `tryAddRef` took.
    this.thread.tally(ThreadRecord.moduleHandles, -1)
    if (this.thread.isAttached) release(this.thread)
    else this.thread.afterDetach(release)
  }

  /**
   * Takes the module away, after it has done what it does at its end (`teardown`): after a grace period, or at once, as the heap's
   * lifetime says. In an independent heap its signaled fences live on.
   * @throws ModuleError IN_USE while references are held, PENDING while a fence of it is not signaled, NOT_LIVE, MISMATCH for
   * `evenIfPending` where an unload waits; OopsError SLAB_NOT_EMPTY: it goes all the same; what `teardown` throws
   */
  unload(options: UnloadOptions = {}): void {
    const refusal = this.tryUnload(options)
    if (refusal) throw refusal
  }

  /**
   * The same, but returns the refusal instead of throwing it; undefined when the module has gone. With a time-out it
   * may return TIMED_OUT: then the module is going, and is gone when the last reader has left, no dead thread has the lock of the modules, and some thread goes on with
   * what waits for that: `thread.barrier()` does at once, calls that put off more do in passing. Where nobody calls, it stays going.
   */
  tryUnload(options: UnloadOptions = {}): ModuleError | undefined {
    const limit = new Limit(options)
    const { thread } = this
    if (limit.timeoutMs === Infinity && !this.#teardown && options.evenIfPending === undefined)
      return this.#refusal(() => thread.told(thread.ask.unload(thread.record, this.address, this.#generation)))
    const refusal = this.#refusal(() => this.#beginUnload(options))
    if (refusal || this.state === "gone") return refusal
    return this.#unlessGone(
      stepUntil(
        thread,
        untilSwept(thread, () => this.state === "gone"),
        limit,
      ),
    )
  }

  /** `unload` as a promise. Rejects with what `unload` throws, or with TIMED_OUT as `tryUnload` says. */
  async unloadAsync(options: AsyncWaitOptions & UnloadOptions = {}): Promise<void> {
    const [limit, signal] = [new Limit(options), abortSignal(options)]
    signal?.throwIfAborted()
    const { thread } = this
    const refusal = this.#refusal(() => this.#beginUnload(options))
    if (refusal) throw refusal
    const passed = new Passed(
      thread,
      untilSwept(thread, () => this.state === "gone"),
    )
    const late = this.#unlessGone(await promiseUntil(thread, passed, limit, signal))
    if (late) throw late
  }

  #beginUnload(options: UnloadOptions): number | ModuleError {
    const { ask, engine, record } = this.thread
    const evenIfPending = this.#evenIfPending(options)
    if (evenIfPending instanceof ModuleError) return evenIfPending
    // In a read section it would wait for itself: the engine says so.
    if (engine.isReading(record) !== 0 && this.#waits) engine.synchronize(record)
    const found = engine.claimUnload(record, this.address, this.#generation)
    if (found !== 0) return found
    const teardown = this.#teardown
    try {
      if (teardown)
        this.thread.atEnd(() => overBy(`teardown of module "${this.name}"`, teardown(this.thread as IssuerThread)))
      // Somebody may have taken it for dead meanwhile.
      void this.thread.record
    } catch (error) {
      return throwAfter(error, () => engine.cancelUnload(record, this.address))
    }
    return this.thread.told(ask.goOnUnloading(record, this.address, evenIfPending))
  }

  #evenIfPending({ evenIfPending = false }: UnloadOptions): 0 | 1 | ModuleError {
    if (!trueOrFalse("evenIfPending", evenIfPending)) return 0
    if (!this.#waits) return 1
    return this.#kept("MISMATCH", "not with evenIfPending: here an unload waits for readers")
  }

  /** Whether an unload waits for a grace period. */
  get #waits(): boolean {
    return (this.thread.heap.word(Header.lifetime) & Lifetime.Grace) !== 0
  }

  #unlessGone(outcome: GraceOutcome): ModuleError | undefined {
    if (outcome === "passed") return undefined
    return this.#kept("TIMED_OUT", "it is going still")
  }

  #refusal(unload: () => number | ModuleError): ModuleError | undefined {
    void this.thread.record
    if (this.state !== "live") return this.#notLive("unload")
    const found = unload()
    if (found === 0) return undefined
    if (found instanceof ModuleError) return found
    if (found < 0) return this.#kept("NOT_LIVE", "somebody else is unloading it")
    return found & PENDING
      ? this.#kept("PENDING", `${count(found & ~PENDING, "fence")} not signaled`)
      : this.#kept("IN_USE", `${count(found, "reference")} held`)
  }

  #kept(code: ModuleError["code"], why: string): ModuleError {
    return new ModuleError(code, `Cannot unload module "${this.name}": ${why}`)
  }

  #tryAddRef(): boolean {
    const { engine, record } = this.thread
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      engine.readLock(record)
      const added = engine.tryAddModuleRef(this.address, this.#generation)
      const isChecked = engine.moduleReferences(this.address) === ModuleState.Checked
      engine.readUnlock(record)
      if (added === 1) return true
      // Somebody who wants to unload it is counting its pending fences: it may be live again in a moment.
      if (!isChecked) return false
      sleep(CHECK_MS)
    }
    return false
  }

  #findOrCreateTimeline(name: string, options: TimelineOptions, lock: number | undefined): number {
    const { engine, heap, record, words } = this.thread
    const traits = (options.seqno64 ? TimelineTrait.Seqno64 : 0) | (options.slab ? TimelineTrait.Slab : 0)
    engine.lockModules(record)
    try {
      const first = heap.word(this.address + ModuleRecord.timelines)
      const steps = new Steps(heap, this.thread.name, Kind.Timeline, this.address)
      for (let at = first; at !== 0; at = heap.word(at + TimelineRecord.next)) {
        steps.next()
        if (readName(words, at + TimelineRecord.name) !== name) continue
        this.#checkOptions(name, at, options, lock)
        engine.openTimelineLocked(at)
        return at
      }
      const own = lock ?? heap.word(Header.externalLocks)
      const address = engine.createTimelineLocked(record, this.address, own, traits)
      if (address !== 0) writeName(words, address + TimelineRecord.name, name)
      return address
    } finally {
      engine.unlockModules(record)
    }
  }

  /** What was asked for must be what was found. */
  #checkOptions(name: string, timeline: number, { seqno64, slab }: TimelineOptions, lock: number | undefined): void {
    const { heap } = this.thread
    const found = heap.word(timeline + TimelineRecord.lock)
    const hasSlab = heap.word(timeline + TimelineRecord.slab) !== 0
    const isWide = (heap.word(timeline + TimelineRecord.fenceFlags) & Flag.Seqno64) !== 0
    const differs = (what: string, has: string) =>
      new ModuleError("MISMATCH", `Cannot open timeline "${name}" of module "${this.name}" with ${what}: it has ${has}`)
    if (lock === INLINE && found !== INLINE) throw differs('lock "inline"', "an external lock")
    if (lock === OWN && found === INLINE) throw differs('lock "external"', "inline locks")
    if (lock !== undefined && lock > OWN && lock !== found)
      throw differs("that lock", found === INLINE ? "inline locks" : "another")
    if (seqno64 !== undefined && seqno64 !== isWide)
      throw differs(`seqno64 ${String(seqno64)}`, `seqnos of ${isWide ? 64 : 32} bits`)
    if (slab !== undefined && slab !== hasSlab)
      throw differs(`slab ${String(slab)}`, hasSlab ? "a slab" : "fences of the heap")
  }

  #notLive(what: string): ModuleError {
    return new ModuleError("NOT_LIVE", `Cannot ${what} module "${this.name}": it is ${this.state}`)
  }
}

/** What the engine is told of a timeline's lock: that each fence has its own, that they share their timeline's, or the token of another's. */
const INLINE = 0
const OWN = 1

/** The same of an option; undefined for none. @throws TypeError for what is no lock; FenceError FOREIGN; HeapError NOT_IMPORTED */
function lockWord(seat: Seat, lock: TimelineOptions["lock"]): number | undefined {
  if (typeof lock === "object" && lock !== null) return issuerParts().lockToken(seat, lock)
  return lock === undefined ? undefined : oneOf("lock", lock, ["inline", "external"]) === "external" ? OWN : INLINE
}

/** Set in the engine's answer when pending fences keep a module (see `engine/modules.ts`). */
const PENDING = 0x40000000

function count(n: number, what: string): string {
  return n === 1 ? `1 ${what} is` : `${n} ${what}s are`
}

/** One life of a module record, and what does not change in it: read while it could not end. */
type Life = readonly [address: number, generation: number, loadId: number, text: number]

/** The life that a record is in, for who has the modules' lock or is in a read section. */
function lifeOf(heap: HeapMemory, address: number): Life {
  return [
    address,
    heap.word(address + RecordWords.generation),
    heap.word(address + ModuleRecord.loadId),
    heap.word(address + ModuleRecord.text),
  ]
}

/** How long to wait for somebody who is counting a module's pending fences; when it has died at it we go on without it. */
const CHECK_MS = 0.02
const MOST_ATTEMPTS = 5_000

/** Finds the live module of this name, or loads it. @throws HeapError FULL; ModuleError NOT_LIVE while one of this name is at its end (KERNEL: EBUSY) */
export function loadModule(thread: Seat, definition: ModuleDefinition): Module {
  let found: Life | undefined
  const attempt = (): number => {
    for (let checks = 0; ; checks++) {
      const answer = findOrCreate(thread, definition, checks < MOST_ATTEMPTS)
      if (answer === "ending")
        throw new ModuleError(
          "NOT_LIVE",
          `Cannot load module "${definition.name}": one of that name is being taken away`,
        )
      if (answer !== "checked") return (found = answer)?.[0] ?? 0
      sleep(CHECK_MS)
    }
  }
  thread.make("modules", attempt)
  return new Module(MADE, thread, definition, found!)
}

/**
 * The live module of this name, loaded if need be; undefined when the heap is full, "checked" when one must wait a moment, "ending"
 * when it may be live again, but not in a moment.
 */
function findOrCreate(
  thread: Seat,
  definition: ModuleDefinition,
  waits: boolean,
): Life | "checked" | "ending" | undefined {
  const { engine, heap, record, words } = thread
  engine.lockModules(record)
  try {
    // One that is being checked may be live again: two of one name must not be.
    const may = (references: number) =>
      references >= 0 || (waits && references === ModuleState.Checked) || references === ModuleState.Ending
    const found = findModule(
      thread,
      (m) => may(engine.moduleReferences(m)) && readName(words, m + ModuleRecord.name) === definition.name,
    )
    if (found) {
      const references = engine.moduleReferences(found[0])
      return references >= 0 ? found : references === ModuleState.Ending ? "ending" : "checked"
    }
    const module = engine.createModule(record, opsMask(definition.ops))
    if (module === 0) return undefined
    const life = lifeOf(heap, module)
    const moduleText = life[3] & ~63
    writeName(words, module + ModuleRecord.name, definition.name)
    writeName(words, moduleText + Text.moduleName, definition.name)
    writeName(words, moduleText + Text.driverName, definition.driverName)
    engine.publishModule(record, module)
    return life
  } finally {
    engine.unlockModules(record)
  }
}

/** Name of the module with this load id; undefined when it has gone. */
export function moduleNameOf(thread: Seat, loadId: number): string | undefined {
  const found = findModule(thread, (m) => thread.heap.word(m + ModuleRecord.loadId) === loadId)
  return found && readName(thread.words, found[0] + ModuleRecord.name)
}

/** The first module record in use that fits. In a read section: a record seen in use does not change hands meanwhile. */
function findModule(thread: Seat, fits: (module: number) => boolean): Life | undefined {
  const { engine, heap, record } = thread
  const pool = Header.pools + Kind.Module * Pool.Bytes
  const base = heap.word(pool + Pool.base)
  const most = mostRecords(heap.words, Kind.Module)
  engine.readLock(record)
  let found: Life | undefined
  for (let n = 0; n < most && !found; n++) {
    const address = base + n * Size.Module
    const life = lifeOf(heap, address)
    if ((life[1] & 1) === 1 && fits(address)) found = life
  }
  engine.readUnlock(record)
  return found
}
