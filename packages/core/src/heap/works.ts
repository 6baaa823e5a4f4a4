/** Serves works: runs what is to be run, in this thread, and says when there may be more. */
import {
  Address,
  Header,
  IssuerRecord as RecordWords,
  Kind,
  Pool,
  Size,
  Thread as ThreadRecord,
  Work as WorkWords,
} from "../../built/layout.js"
import { Limit } from "../entrance/limits.js"
import { optionsOf } from "../entrance/words.js"
import { ModuleError, combined } from "../errors.js"
import { Work, nowMs } from "../issuer/work.js"
import { mostRecords } from "../memory/steps.js"
import { readName } from "../name.js"
import type { Seat, Subscription } from "../seat/seat.js"
import type { Bell, Condition } from "../waiting/condition.js"
import type { ModuleDefinition } from "../fence/definition.js"
import type { IssuerThread } from "../fence/issuer-thread.js"
import { Module, moduleNameOf } from "../fence/module.js"
import { addressIn } from "../seat/handle.js"
import { MADE } from "../seat/made.js"
import { sleepUntil } from "../waiting/sleep.js"

/** Which works to run. */
export interface RunWorksOptions {
  /** Only those of this module. Default: of all that this thread has linked. */
  readonly module?: Module
  /** For how long to wait for one, if there is none. Default 0. */
  readonly timeoutMs?: number
}

/** A work that is to be run. */
interface Due {
  readonly record: number
  readonly order: number
}

export class Works {
  readonly #seat: Seat
  readonly #definitions: ReadonlyMap<string, ModuleDefinition>

  constructor(seat: Seat, definitions: ReadonlyMap<string, ModuleDefinition>) {
    this.#seat = seat
    this.#definitions = definitions
  }

  /** Runs the works that are to be run, and waits for one if there is none: how many. @throws as `Thread.runWorks` */
  runThese(options: RunWorksOptions): number {
    const seat = this.#seat
    const { module, timeoutMs = 0 } = optionsOf("running works", options)
    const limit = new Limit({ timeoutMs })
    if (module !== undefined) addressIn(seat, module, "module", Module)
    void seat.record
    const ran = this.runDue(module?.loadId)
    if (ran > 0 || timeoutMs === 0) return ran
    if (!sleepUntil(seat, new WorksDue(seat, this, module?.loadId), limit)) return 0
    return this.runDue(module?.loadId)
  }

  /** Runs each work that is to be run now, once: how many. Of one load of a module, or of all that this thread has linked. */
  runDue(loadId: number | undefined): number {
    const errors: unknown[] = []
    let ran = 0
    for (const record of this.#due(loadId)) {
      try {
        const token = this.#seat.heap.word(record + RecordWords.token)
        // Of one that was discarded meanwhile it names nothing any more.
        if ((token & ~63) === record && this.run(token)) ran++
      } catch (error) {
        ran++
        errors.push(error)
      }
      if (!this.#seat.isAttached) break
    }
    if (errors.length > 0) throw combined(errors)
    return ran
  }

  /** Runs a work, if it is to be run now and nobody does: whether it did. */
  run(token: number): boolean {
    const { engine, heap, record } = this.#seat
    // Before it is claimed: who cannot run it leaves it to others.
    const work = new Work(MADE, this.#seat, token)
    const body = this.#functionOf(work)
    const before = heap.word(record + ThreadRecord.executing)
    if (engine.claimWork(record, token, nowMs()) === 0) return false
    const errors: unknown[] = []
    const attempt = (step: () => void) => {
      try {
        step()
      } catch (error) {
        errors.push(error)
      }
    }
    attempt(() => body?.(work, this.#seat as IssuerThread))
    if (this.#seat.isAttached) attempt(() => this.#seat.engine.finishWork(record, token, before))
    if (errors.length > 0) throw combined(errors)
    return true
  }

  /** Milliseconds until there is something to be run: 0 now, Infinity as long as nobody queues or arms. */
  nextInMs(loadId: number | undefined): number {
    let least = Infinity
    for (const [, ms] of this.#pending(loadId)) least = Math.min(least, ms)
    return least
  }

  /** What is to be run now: what was queued, in that order, then timers. */
  #due(loadId: number | undefined): number[] {
    const { heap } = this.#seat
    const due: Due[] = []
    for (const [record, ms] of this.#pending(loadId))
      if (ms === 0) due.push({ record, order: heap.word(record + WorkWords.order) })
    return due.sort((a, b) => (a.order - b.order) | 0).map(({ record }) => record)
  }

  /** Each that is to be run, and in how many milliseconds. */
  *#pending(loadId: number | undefined): Generator<readonly [record: number, ms: number], void, undefined> {
    const { engine, heap } = this.#seat
    const base = heap.word(Header.pools + Kind.IssuerRecord * Pool.Bytes + Pool.base)
    const end = base + mostRecords(heap.words, Kind.IssuerRecord) * Size.IssuerRecord
    const now = nowMs()
    for (let record = base; record < end; record += Size.IssuerRecord) {
      const ms = engine.dueIn(record, now)
      if (ms >= 0 && this.#isOurs(record, loadId)) yield [record, ms]
    }
  }

  /** Whether this thread is to run it: one of a module that has gone is everybody's. */
  #isOurs(record: number, wanted: number | undefined): boolean {
    const loadId = this.#seat.heap.word(record + RecordWords.loadId)
    if (wanted !== undefined) return loadId === wanted
    const name = moduleNameOf(this.#seat, loadId)
    return name === undefined || this.#definitions.has(name)
  }

  /** Undefined when its module has gone: then claiming it is an oops. @throws ModuleError NOT_LINKED */
  #functionOf(work: Work) {
    const seat = this.#seat
    const address = work.token & ~Address.TagMask
    const loadId = seat.heap.word(address + RecordWords.loadId)
    const name = moduleNameOf(seat, loadId)
    if (name === undefined) return undefined
    const works = this.#definitions.get(name)?.works ?? {}
    const own = readName(seat.words, address + RecordWords.name) ?? ""
    if (Object.hasOwn(works, own)) return works[own]
    // One that was discarded meanwhile cannot be claimed.
    if (seat.engine.isRecordLive(work.token) !== 1) return undefined
    throw new ModuleError(
      "NOT_LINKED",
      `Thread "${seat.name}" has not linked work "${work.name}" of module "${name}": pass it to heap.attach({ modules })`,
    )
  }
}

/** There is something to be run. */
class WorksDue implements Condition<boolean> {
  readonly isUnsettled = false
  readonly #seat: Seat
  readonly #works: Works
  readonly #loadId: number | undefined
  #subscription: Subscription | undefined
  #againMs = Infinity

  constructor(seat: Seat, works: Works, loadId: number | undefined) {
    this.#seat = seat
    this.#works = works
    this.#loadId = loadId
  }

  arm(bell: Bell, wake: () => void): void {
    if (this.#subscription) return
    this.#subscription = bell.onRing(wake)
    this.#seat.engine.attendWorks(this.#seat.record)
  }

  look(): true | undefined {
    this.#againMs = this.#works.nextInMs(this.#loadId)
    return this.#againMs === 0 ? true : undefined
  }

  get againMs(): number {
    return this.#againMs
  }

  late(): boolean {
    return false
  }

  disarm(): void {
    this.#subscription?.cancel()
    if (this.#subscription && this.#seat.isAttached) this.#seat.engine.leaveWorks(this.#seat.record)
  }
}
