/** The shared memory of a heap, as everything in this thread sees it: words, names, cells, who is there. */
import {
  Header,
  Kind,
  Nobody,
  ObjectType,
  Owner,
  Pool,
  SharedObject,
  Size,
  Thread as ThreadRecord,
} from "../../built/layout.js"
import { format, wholeNumber } from "../entrance/numbers.js"
import { HeapError } from "../errors.js"
import type { EngineKind, Flavour } from "../host/engine.js"
import type { Families } from "../host/families.js"
import type { OutliveWarning } from "../host/oops.js"
import type { WebAssemblyMemory } from "../host/platform.js"
import { readName } from "../name.js"
import { type Accounts, countInUse, readAccounts } from "./accounts.js"
import { familiesOf } from "./heap-header.js"
import { lifetimeOf, switchesIn } from "./lifetime.js"
import type { LifetimeName, LifetimeSwitches } from "./lifetimes.js"

/** A thread's attachment, as seen from outside: it names one life of a seat. */
export interface ThreadInfo {
  readonly name: string
  /** Of which heap (`identity`): to another it says nothing. */
  readonly heap: number
  /** Address of the thread record. */
  readonly id: number
  /** Which attachment to that record is meant: a later tenant has another number. */
  readonly generation: number
  /** What stands in the words of locks it holds. */
  readonly owner: number
}

export class HeapMemory {
  readonly memory: WebAssemblyMemory
  readonly engineKind: EngineKind
  readonly flavour: Flavour
  /** What it carries: "fences" of issuers with locks and modules, also primitives for synchronization ("sync"), or "all" families of fences and shared objects. */
  readonly families: Families
  /** Whether this is the checked flavour. */
  readonly isChecked: boolean
  /** The memory as words. Read what the records' notes allow. */
  readonly words: Int32Array
  readonly #onWarning: ((warning: OutliveWarning) => void) | undefined

  protected constructor(
    memory: WebAssemblyMemory,
    engineKind: EngineKind,
    flavour: Flavour,
    onWarning: ((warning: OutliveWarning) => void) | undefined,
  ) {
    this.memory = memory
    this.words = new Int32Array(memory.buffer)
    this.engineKind = engineKind
    this.flavour = flavour
    this.families = familiesOf(this.words)
    this.isChecked = flavour === "checked"
    this.#onWarning = onWarning
  }

  /** A random number: tokens of one heap are no good in another. */
  get identity(): number {
    return this.word(Header.identity)
  }

  /** What fences depend on: a setting's name, or "custom". */
  get lifetime(): LifetimeName | "custom" {
    return lifetimeOf(this.word(Header.lifetime))
  }

  /** The same in switches. @throws HeapError NOT_IMPORTED in a page that has not imported "@outlive/core/all", where each heap is "independent" */
  get switches(): LifetimeSwitches {
    return switchesIn(this.word(Header.lifetime))
  }

  /** What is in use, by kind. Exact while no thread is taking or giving back; safe at any time. */
  accounts(): Accounts {
    return readAccounts(this.words, this.#threadAccount())
  }

  /** The threads that are attached now. */
  threads(): ThreadInfo[] {
    const found: ThreadInfo[] = []
    const capacity = Math.min(this.word(Header.threadCapacity), this.words.byteLength / Size.Thread)
    for (let i = 0; i < capacity; i++) {
      const id = this.word(Header.threads) + i * Size.Thread
      const holder = this.word(id + ThreadRecord.state) & Owner.Seat
      if (holder === Nobody.Free || holder === Nobody.Left) continue
      const generation = this.word(id + ThreadRecord.generation)
      found.push({
        heap: this.identity,
        id,
        generation,
        owner: Owner.Mark | ((generation & Owner.Generation) << Owner.Shift) | (i + 1),
        name: this.#nameOf(id),
      })
    }
    return found
  }

  /** Address of a cell. @throws RangeError */
  cell(index: number): number {
    const capacity = this.word(Header.cellCapacity)
    return this.word(Header.cells) + 4 * wholeNumber("cell index", index, 0, capacity - 1)
  }

  /** The name of a thread by what stands in a lock word. @throws RangeError for what is no word */
  threadName(owner: number): string {
    wholeNumber("a lock's owner", owner, LEAST_WORD, MOST_WORD)
    return this.#nameOf(this.word(Header.threads) + ((owner & Owner.Seat) - 1) * Size.Thread)
  }

  /**
   * The name at an address the engine gave, to be read in the same read section; undefined if it is torn or poisoned.
   * @throws RangeError for what is no address
   */
  readName(address: number): string | undefined {
    wholeNumber("an address", address, 0, MOST_WORD)
    return readName(this.words, address)
  }

  /** @internal The word at an address; undefined beyond the memory is told as 0. */
  word(address: number): number {
    return this.words[address >> 2]!
  }

  /** @internal Whether a whole number, whatever it may be, is the address of a record of this kind, in use or not. */
  isRecord(kind: number, address: number): boolean {
    const pool = Header.pools + kind * Pool.Bytes
    const offset = address - this.word(pool + Pool.base)
    return offset >= 0 && address < this.word(pool + Pool.end) && offset % this.word(pool + Pool.size) === 0
  }

  /** @internal Whether a lock word is a reservation's. */
  isReservationLock(word: number): boolean {
    const object = word - SharedObject.lock
    return this.isRecord(Kind.Object, object) && this.word(object + SharedObject.type) === ObjectType.Reservation
  }

  /** @internal */
  warn(warning: OutliveWarning): void {
    if (this.#onWarning) this.#onWarning(warning)
    else console.warn(`outlive: ${warning.message} [${warning.kind}, thread "${warning.thread}"]`)
  }

  /** @internal `needed`: how many at once, where that is known. */
  fullError(kind: keyof typeof KIND_OF, needed = 0): HeapError {
    const capacity = this.word(Header.pools + KIND_OF[kind] * Pool.Bytes + Pool.capacity)
    const inUse = countInUse(this.words, KIND_OF[kind])
    const free = capacity - inUse
    const cached = free > 0 ? `; ${format(free)} are free: too few at once, or kept by other threads` : ""
    const wanted = needed > free ? `, and ${format(needed)} are needed` : cached
    return new HeapError("FULL", `Heap is full: ${format(inUse)} of ${format(capacity)} ${kind} in use${wanted}`)
  }

  #nameOf(id: number): string {
    // "thread-3" when the name cannot be read: its thread is just attaching. What lies there then may be its predecessor's, and
    // whoever reclaims that one by its name would throw out a thread that lives.
    const isNamed = this.word(id + ThreadRecord.named) === this.word(id + ThreadRecord.generation)
    return (
      (isNamed && readName(this.words, id + ThreadRecord.name)) ||
      `thread-${(id - this.word(Header.threads)) / Size.Thread + 1}`
    )
  }

  #threadAccount() {
    const capacity = this.word(Header.threadCapacity)
    const inUse = this.threads().length
    return { capacity, inUse, free: capacity - inUse }
  }
}

const KIND_OF = {
  fences: Kind.Fence,
  callbacks: Kind.Callback,
  modules: Kind.Module,
  timelines: Kind.Timeline,
  containers: Kind.Body,
  lists: Kind.Slots,
  objects: Kind.Object,
  records: Kind.IssuerRecord,
} as const

/** Words are signed, and told as unsigned numbers too. */
const LEAST_WORD = -0x8000_0000
const MOST_WORD = 0xffff_ffff
