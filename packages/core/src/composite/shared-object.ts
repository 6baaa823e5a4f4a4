/** What handles on shared objects (reservations, timelines, …) have in common: an address, one reference, a way to other threads. */
import { Header, Record as RecordWords } from "../../built/layout.js"
import { FenceError } from "../errors.js"
import type { Thread } from "../heap/thread.js"

/** What another thread needs to open the object; can be posted. It holds no reference: keep the handle until it was opened. */
export interface SharedObjectToken {
  readonly kind: string
  readonly heap: number
  readonly address: number
  readonly generation: number
}

/** A handle holds one reference, and belongs to its thread. */
export abstract class ObjectHandle {
  readonly thread: Thread
  #address: number
  /** What it is, for messages and tokens: "reservation". */
  protected abstract readonly what: string

  /** @internal Takes over a reference. */
  constructor(thread: Thread, address: number) {
    this.thread = thread
    this.#address = address
  }

  /** Address of the record, for the unhandled layer. @throws FenceError STALE after `drop` */
  get address(): number {
    if (this.#address === 0) throw new FenceError("STALE", `Cannot use ${this.what}: its handle was dropped`)
    return this.#address
  }

  /** What to post to another thread, which opens it there. Keep this handle until it has. */
  share(): SharedObjectToken {
    const { heap } = this.thread
    const generation = heap.word(this.address + RecordWords.generation)
    return { kind: `outlive-${this.what}`, heap: heap.word(Header.identity), address: this.#address, generation }
  }

  /** Gives the reference back; the handle is stale afterwards. Twice is once. */
  drop(): void {
    if (this.#address === 0) return
    const address = this.#address
    this.#address = 0
    this.thread.engine.dropObjectRef(this.thread.record, address)
    this.thread.rethrow()
  }

  [Symbol.dispose](): void {
    this.drop()
  }
}

/** Makes an object of a type. @throws HeapError FULL */
export function createObject(thread: Thread, type: number): number {
  const attempt = () => thread.engine.createObject(thread.record, type)
  const address = attempt() || thread.afterMakingRoom(attempt)
  if (address === 0) throw thread.heap.fullError("objects")
  return address
}

/** A reference to the object that a token names: its address. @throws TypeError, FenceError STALE, FOREIGN */
export function openObject(thread: Thread, token: SharedObjectToken, what: string, type: number): number {
  if (token?.kind !== `outlive-${what}`)
    throw new TypeError(`Cannot open a ${what}: what was given does not come from its share()`)
  if (token.heap !== thread.heap.word(Header.identity))
    throw new FenceError("FOREIGN", `Cannot open ${what}: it belongs to another heap`)
  const address = thread.engine.openObject(thread.record, token.address, token.generation, type)
  if (address === 0)
    throw new FenceError("STALE", `Cannot open ${what}: it was released before; keep the sender's handle until then`)
  return address
}
