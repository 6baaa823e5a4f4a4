/** What everything that is held has in common: an address, one reference, a thread, and an end. */
import { Record as RecordWords } from "../../built/layout.js"
import { show } from "../entrance/numbers.js"
import { FenceError } from "../errors.js"
import type { Seat } from "./seat.js"

/** What another thread needs to open a record; can be posted. It holds no reference: keep the handle until it was opened. */
export interface Token {
  readonly kind: string
  readonly heap: number
  readonly address: number
  readonly generation: number
}

/** How a handle has what it is on. One word of state: handles are made and dropped by the million. */
const HELD = 0
/** For the length of an issuer's function. */
const LENT = 1
/** The same, of what nobody holds any more. */
const ENDING = 2

/**
 * A handle holds one reference, and belongs to its thread. It lives from when it is made until `drop`, or, when it was
 * lent to an issuer's function, until that function returns; afterwards every use of it is refused.
 */
export abstract class Handle {
  readonly thread: Seat
  #address: number
  #how: typeof HELD | typeof LENT | typeof ENDING

  /** @internal Takes over a reference. */
  constructor(thread: Seat, address: number) {
    this.thread = thread
    this.#address = address
    this.#how = HELD
    if (thread.heap.isChecked) thread.tally(this.tallyAs(), 1)
  }

  /** What it is, in messages and tokens: "reservation". */
  protected abstract get what(): string
  protected abstract tallyAs(): "fence" | "object"
  /** Gives the reference back, in its seat, or in another when that thread has detached. */
  protected abstract giveBack(seat: Seat, address: number): void

  /** Address of the record, for the raw engine API. @throws FenceError STALE after `drop` */
  get address(): number {
    if (this.#address === 0) throw this.#stale()
    return this.#address
  }

  /** The same for what only reads memory: no engine call would notice. @throws FenceError STALE; HeapError DETACHED */
  protected get readable(): number {
    void this.thread.record
    return this.address
  }

  /** @internal The same of what may be held and changed: not while it is being given back. @throws FenceError STALE */
  get holdable(): number {
    if (this.#how === ENDING) throw this.#ending()
    return this.address
  }

  /** @internal Whether it is on loan, and holds no reference of its own. */
  get isLent(): boolean {
    return this.#how !== HELD
  }

  /** Gives the reference back; every later use is refused. Idempotent. May be called after the thread has detached. */
  drop(): void {
    const address = this.#end()
    if (address !== 0 && this.#how === HELD) this.giveBack(this.thread, address)
  }

  [Symbol.dispose](): void {
    this.drop()
  }

  /** @internal Hands the reference over to the caller, and ends. A loan is ended by its lender only. */
  release(): number {
    const address = this.holdable
    this.#end()
    return address
  }

  /**
   * @internal For the length of an issuer's function. It holds no reference; `endLoan` ends it. While nobody holds what is
   * lent any more, it can be read and nothing else: it must not be held again.
   */
  protected beginLoan(isEnding: boolean): void {
    this.#how = isEnding ? ENDING : LENT
    if (this.thread.heap.isChecked) this.thread.tally(this.tallyAs(), -1)
  }

  /** @internal */
  endLoan(): void {
    this.#address = 0
    this.#how = LENT
  }

  protected tokenOf(kind: string): Token {
    const { heap } = this.thread
    const address = this.readable
    return { kind, heap: heap.identity, address, generation: heap.word(address + RecordWords.generation) }
  }

  #end(): number {
    const address = this.#address
    this.#address = 0
    if (address !== 0 && this.#how === HELD && this.thread.heap.isChecked) this.thread.tally(this.tallyAs(), -1)
    return address
  }

  #ending(): FenceError {
    return new FenceError(
      "STALE",
      `Cannot use ${this.what}: nobody holds it any more, and it can only be read in \`free\``,
    )
  }

  #stale(): FenceError {
    const how = this.#how !== HELD ? "it was lent for the length of the issuer's function" : "its handle was dropped"
    return new FenceError("STALE", `Cannot use ${this.what}: ${how}`)
  }
}

type HandleClass<H> = abstract new (...parameters: never[]) => H

/**
 * Address of a handle that is to be used in this thread. Every function that takes a handle begins with this.
 * @throws TypeError for what is none; FenceError FOREIGN for another heap's or thread's, STALE for one that has ended
 */
export function addressIn<H extends Handle>(seat: Seat, handle: H, what: string, kind: HandleClass<H>): number {
  if (!(handle instanceof kind)) throw new TypeError(`Cannot use ${show(handle)} as a ${what}`)
  if (handle.thread === seat) return handle.holdable
  const other = handle.thread.heap.memory === seat.heap.memory ? `thread "${handle.thread.name}"` : "another heap"
  throw new FenceError("FOREIGN", `Cannot use ${what} in thread "${seat.name}": its handle belongs to ${other}`)
}

/** A token that is for this heap and names a record that there can be. @throws TypeError; FenceError STALE, FOREIGN */
export function checkToken(seat: Seat, token: Token, tokenKind: string, what: string, recordKind: number): Token {
  if (typeof token !== "object" || token === null || token.kind !== tokenKind)
    throw new TypeError(
      `Cannot open ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}: what was given does not come from its share()`,
    )
  if (token.heap !== seat.heap.identity)
    throw new FenceError("FOREIGN", `Cannot open ${what}: it belongs to another heap`)
  // What has passed through many hands may be damaged: an address that is no record's names nothing.
  const isPossible =
    seat.heap.isRecord(recordKind, token.address) && Number.isInteger(token.generation) && (token.generation & 1) === 1
  if (!isPossible) throw staleToken(what)
  return token
}

export function staleToken(what: string): FenceError {
  return new FenceError("STALE", `Cannot open ${what}: it was released before; keep the sender's handle until then`)
}
