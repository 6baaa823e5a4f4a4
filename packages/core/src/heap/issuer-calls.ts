/** Calls issuers' functions for this thread's engine, and keeps what they throw until whoever asked can be told. */
import { Op, Thread as ThreadRecord } from "../../built/layout.js"
import { readWide } from "../entrance/wide.js"
import { ModuleError, combined, surface } from "../errors.js"
import { type ModuleDefinition, OP_NAMES } from "../fence/definition.js"
import { Fence } from "../fence/fence.js"
import { moduleNameOf } from "../fence/module.js"
import { hostOops } from "../host/oops.js"
import type { Seat } from "../seat/seat.js"
import { threadParts } from "./parts.js"

/** The engine's word for "the question could not be asked, or answered": never a completion. */
const FAILED = -1
/** Loads whose functions are remembered; modules come and go. */
const MOST_LINKED = 256

export class IssuerCalls {
  readonly #seat: Seat
  readonly #definitions: ReadonlyMap<string, ModuleDefinition>
  readonly #linked = new Map<number, ModuleDefinition>()
  #failures: unknown[] | undefined
  #depth = 0

  constructor(seat: Seat, definitions: ReadonlyMap<string, ModuleDefinition>) {
    this.#seat = seat
    this.#definitions = definitions
  }

  /** Whether an issuer's function, or another of a program's, is running in this thread in the middle of an operation. */
  get isCalling(): boolean {
    return this.#depth > 0
  }

  /** Does something that calls a function of the program's in the middle of an operation, which must not be broken off by it. */
  during(body: () => void): void {
    this.#depth++
    try {
      body()
    } catch (error) {
      surface(error)
    } finally {
      this.#depth--
    }
  }

  /** Whether there is something to tell. */
  get hasFailed(): boolean {
    return this.#failures !== undefined
  }

  /** What issuers threw since somebody was told last; undefined for nothing. */
  takeFailure(): { readonly error: unknown } | undefined {
    const failures = this.#failures
    this.#failures = undefined
    return failures && { error: combined(failures) }
  }

  /**
   * Calls an op for the engine. A lock may be held, so nothing may be thrown through it: what goes wrong is kept.
   * What the function itself asks of the engine fails or not on its own account.
   */
  call(op: number, fence: number): number {
    const before = this.#failures
    this.#failures = undefined
    this.#depth++
    try {
      if ((op & 7) === Op.Deferred) {
        threadParts().callDeferred(this.#seat, this.#link(op >> 3), fence)
        return 0
      }
      return Fence.lend(this.#seat, fence, (handle) => this.#answer(op, handle), OP_NAMES[op & 7] === "free")
    } catch (error) {
      ;(this.#failures ??= []).push(error)
      return FAILED
    } finally {
      this.#depth--
      if (before) this.#failures = [...before, ...(this.#failures ?? [])]
    }
  }

  /** The issuer's own wait. */
  wait(op: number, fence: Fence, timeoutMs: number): void {
    this.#link(op >> 3).ops.wait?.(fence, timeoutMs)
  }

  #answer(op: number, fence: Fence): number {
    const name = OP_NAMES[op & 7]
    const { ops } = this.#link(op >> 3)
    if (name === "pollSignaled") return ops.pollSignaled?.(fence) === true ? 1 : 0
    if (name === "enableSignaling") return ops.enableSignaling?.(fence) === false ? 0 : 1
    if (name === "free") ops.free?.(fence)
    if (name === "setDeadline") {
      const { heap, record } = this.#seat
      const [lo, hi] = [heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi)]
      ops.setDeadline?.(fence, readWide(lo, hi))
    }
    return 0
  }

  /** What the module is that was loaded under this number. */
  #link(loadId: number): ModuleDefinition {
    const known = this.#linked.get(loadId)
    if (known) return known
    const seat = this.#seat
    const name = moduleNameOf(seat, loadId)
    if (name === undefined) {
      throw hostOops(seat.name, "DEAD_TEXT", `A function of load ${loadId} is called, which has gone`, loadId)
    }
    const definition = this.#definitions.get(name)
    if (!definition)
      throw new ModuleError(
        "NOT_LINKED",
        `Thread "${seat.name}" has not linked module "${name}": pass it to heap.attach({ modules })`,
      )
    if (this.#linked.size >= MOST_LINKED) this.#linked.clear()
    this.#linked.set(loadId, definition)
    return definition
  }
}
