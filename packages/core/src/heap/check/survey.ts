/** What the parts of a check share: safe reading, where each record was found, who refers to it. */
import { Body, Callback, Header, Kind, Poison, Record as RecordWords, Size } from "../../../built/layout.js"
import { readName } from "../../name.js"
import type { HeapMap, PoolMap } from "./heap-map.js"
import { type Problem, type ProblemKind, hex } from "./problem.js"

/** More problems than anybody reads; a heap that is damaged all over is told by these. */
const MOST_PROBLEMS = 1_000

const NAMES = ["fence", "callback", "module", "text", "timeline", "lock", "body", "block", "object", "record"]

/** Where a record was found. */
export const Place = { Nowhere: 0, Depot: 1, Cache: 2, Retired: 3, PutOff: 4 } as const

/** The records of one pool. */
export class PoolSurvey {
  readonly kind: number
  readonly map: PoolMap
  /** By index: a `Place`. */
  readonly places: Uint8Array
  /** By index: address of what the record belongs to or hangs on; 0 while nobody has been found. */
  readonly owners: Int32Array
  /** By index: references that were found. */
  readonly known: Int32Array

  constructor(kind: number, map: PoolMap) {
    this.kind = kind
    this.map = map
    this.places = new Uint8Array(map.capacity)
    this.owners = new Int32Array(map.capacity)
    this.known = new Int32Array(map.capacity)
  }

  /** Index of the record at exactly this address; -1 if there is none. */
  indexOf(address: number): number {
    const offset = address - this.map.base
    const index = offset / this.map.size
    return offset >= 0 && Number.isInteger(index) && index < this.map.capacity ? index : -1
  }

  addressOf(index: number): number {
    return this.map.base + index * this.map.size
  }
}

export class Survey {
  readonly words: Int32Array
  readonly map: HeapMap
  readonly problems: Problem[] = []
  readonly pools: readonly PoolSurvey[]
  /** Nodes of bodies and callbacks that were found among what is put off. */
  readonly #noted = new Set<number>()
  /** References that were found on the stub, which is in no pool. */
  knownOfStub = 0

  constructor(words: Int32Array, map: HeapMap) {
    this.words = words
    this.map = map
    this.pools = map.pools.map((pool, kind) => new PoolSurvey(kind, pool))
  }

  /** Reads a word; 0 outside the memory. */
  word(address: number): number {
    return this.words[address >> 2] ?? 0
  }

  report(kind: ProblemKind, address: number, where: string, message: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ kind, address, where, message })
  }

  note(node: number): void {
    this.#noted.add(node)
  }

  isNoted(node: number): boolean {
    return this.#noted.has(node)
  }

  /** Reports a name that cannot be read. */
  checkName(address: number, where: string): void {
    if (readName(this.words, address) === undefined)
      this.report("name", address, `${where} name`, "It is torn, or overwritten")
  }

  pool(kind: number): PoolSurvey {
    return this.pools[kind]!
  }

  /** What lies at an address, for messages. */
  nameOf(address: number): string {
    if (address === Header.stub) return `stub ${hex(address)}`
    for (const pool of this.pools) if (pool.indexOf(address) >= 0) return `${NAMES[pool.kind]!} ${hex(address)}`
    if (this.pool(Kind.Body).indexOf(address - Body.node) >= 0) return `node of body ${hex(address - Body.node)}`
    const seat = this.seatIndex(address)
    return seat >= 0 ? `seat ${seat + 1}` : `word ${hex(address)}`
  }

  /** Index of the thread record at exactly this address; -1 if there is none. */
  seatIndex(address: number): number {
    const index = (address - this.map.threads) / Size.Thread
    return Number.isInteger(index) && index >= 0 && index < this.map.threadCapacity ? index : -1
  }

  /** Whether the record at this address is in use and not on its way out. */
  isLive(kind: number, address: number): boolean {
    const pool = this.pool(kind)
    const index = pool.indexOf(address)
    return index >= 0 && (this.word(address) & 1) === 1 && pool.places[index] === Place.Nowhere
  }

  isLiveFence(address: number): boolean {
    return address === Header.stub || this.isLive(Kind.Fence, address)
  }

  /** Whether it is something that can hang on a fence: a callback, or the one in a body. */
  isLiveNode(address: number): boolean {
    return this.isLive(Kind.Callback, address) || this.isLive(Kind.Body, address - Body.node)
  }

  /** The records of a pool that are in use and not on their way out. */
  *live(kind: number): Generator<number, void, undefined> {
    const pool = this.pool(kind)
    for (let index = 0; index < pool.map.capacity; index++) {
      const address = pool.addressOf(index)
      if ((this.word(address) & 1) === 1 && pool.places[index] === Place.Nowhere) yield address
    }
  }

  /** The same, with those that are put off to be released. */
  *inUse(kind: number): Generator<number, void, undefined> {
    const pool = this.pool(kind)
    for (let index = 0; index < pool.map.capacity; index++) {
      const place = pool.places[index]
      const address = pool.addressOf(index)
      if ((this.word(address) & 1) === 1 && (place === Place.Nowhere || place === Place.PutOff)) yield address
    }
  }

  /** Says that a record belongs to another, or hangs on it: one at a time. */
  claim(kind: number, address: number, owner: number, at: number, where: string): void {
    const pool = this.pool(kind)
    const index = pool.indexOf(address)
    if (index < 0) return
    const other = pool.owners[index]!
    if (other !== 0 && other !== owner)
      this.report(
        pool.kind === Kind.Callback ? "callback" : "container",
        at,
        where,
        `${this.nameOf(address)} belongs to ${this.nameOf(other)} as well`,
      )
    pool.owners[index] = owner
  }

  /** Who a record was found to belong to; 0 if nobody. */
  ownerOf(kind: number, address: number): number {
    const pool = this.pool(kind)
    const index = pool.indexOf(address)
    return index < 0 ? 0 : pool.owners[index]!
  }

  /** Says that the word at `at` holds a reference to a record. Reports one that is not live; false then. */
  refer(kind: number, address: number, at: number, where: string): boolean {
    if (kind === Kind.Fence && address === Header.stub) {
      this.knownOfStub++
      return true
    }
    const pool = this.pool(kind)
    const index = pool.indexOf(address)
    if (index < 0) {
      this.report("reference", at, where, `It refers to ${hex(address)}, which is no ${NAMES[kind]!}`)
      return false
    }
    pool.known[index]!++
    if (this.isLive(kind, address)) return true
    const isGoing = pool.places[index] === Place.Retired || pool.places[index] === Place.PutOff
    const state = isGoing ? "on its way out" : "free"
    this.report("reference", at, where, `It refers to ${this.nameOf(address)}, which is ${state}`)
    return false
  }

  /**
   * Walks over a list: from the word `head`, by the word at `next` of each node. Ends at NONE, at what is no node, and
   * where the list comes back to itself, which it reports.
   */
  list(head: number, next: number, where: string, isNode: (address: number) => boolean): number[] {
    const nodes: number[] = []
    const seen = new Set<number>()
    let at = head
    let node = this.word(head)
    while (node !== 0) {
      const link = at === head ? where : `${this.nameOf(at)} link`
      const word = at === head ? head : at + next
      if (seen.has(node)) {
        this.report("pool", word, link, `The list of ${where} comes back to ${this.nameOf(node)}`)
        break
      }
      if (!isNode(node)) {
        this.report("reference", word, link, `The list of ${where} leads to ${hex(node)}, where no record of it is`)
        break
      }
      seen.add(node)
      nodes.push(node)
      at = node
      node = this.word(node + next)
    }
    return nodes
  }

  /** Whether a word is what freed memory is filled with. */
  isPoison(address: number): boolean {
    return this.word(address) === Poison.Word
  }

  /** The fence that a node says it hangs on. */
  fenceOf(node: number): number {
    return this.word(node + Callback.fence)
  }

  generationOf(address: number): number {
    return this.word(address + RecordWords.generation)
  }
}
