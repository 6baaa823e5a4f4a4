/** What a driver's code has at hand in one thread. */
import {
  type Fence,
  HeapError,
  type LifetimeSwitches,
  type Module,
  type ModuleDefinition,
  type Thread,
} from "@outlive/core"
import type { Random, Stage } from "@outlive/workers"
import type { Board, Serving, Side } from "./board.js"
import type { How } from "./fence-type.js"
import { Patience } from "./patience.js"
import type { Words } from "./words.js"

/** How a race may fail, beside an oops. */
export type Trouble = "crash" | "hang" | "leak" | "wrong"

/** Bits of a fence from here on say which type it is of; those before are its driver's. */
const FIRST_BIT = 8
const MARK_BITS = [8, 9, 10, 11, 12, 13, 14, 15] as const

export const MOST_LOOKS = 8_000
const LOOK_MS = 0.1

export interface Tokens {
  readonly board: SharedArrayBuffer
}

interface Parts {
  readonly stage: Stage<Tokens>
  readonly board: Board
  readonly words: Words
  readonly layer: Words
  readonly definition: ModuleDefinition
  readonly peer: ModuleDefinition | undefined
  readonly how: How
  readonly firstCell: number
  readonly number: number
  /** Whom this thread's rounds are counted for: one of those that others wait for. */
  readonly serving?: Serving | undefined
}

export class Desk {
  readonly stage: Stage<Tokens>
  readonly board: Board
  /** Registers, and the driver's plain memory. */
  readonly words: Words
  /** Those of the scheduler before the driver, in a layered heap. */
  readonly layer: Words
  readonly how: How
  /** The first of the heap's cells that are this type's. */
  readonly firstCell: number
  /** Of the type among those that race; from 1. */
  readonly #number: number
  readonly #definition: ModuleDefinition
  readonly #peer: ModuleDefinition | undefined
  readonly #serving: Serving | undefined

  constructor({ stage, board, words, layer, definition, peer, how, firstCell, number, serving }: Parts) {
    this.#number = number
    this.#serving = serving
    this.stage = stage
    this.board = board
    this.words = words
    this.layer = layer
    this.how = how
    this.firstCell = firstCell
    this.#definition = definition
    this.#peer = peer
  }

  get thread(): Thread {
    return this.stage.thread
  }

  get random(): Random {
    return this.stage.random
  }

  /** The module, which is loaded if it is not. */
  load(): Module {
    return this.thread.load(this.#definition)
  }

  /** The other driver's module. */
  loadPeer(): Module {
    return this.thread.load(this.#peer!)
  }

  /** What fences depend on in this heap. The driver's code looks at nothing else to know what it must do itself. */
  get switches(): LifetimeSwitches {
    return this.thread.heap.switches
  }

  /** Whether every fence keeps its module loaded to its last put. */
  get pinsAll(): boolean {
    const { ops, pins } = this.switches
    return ops === "keep" && pins === "keepers"
  }

  /** Whether nothing is in one of the heap's cells. */
  isEmptyAt(cell: number): boolean {
    const { heap } = this.thread
    return heap.word(heap.cell(cell)) === 0
  }

  /** Notes in a fence, before others see it, that it is of this type. */
  mark(fence: Fence): void {
    // The stub is everybody's.
    using stub = this.thread.stub()
    if (fence.address === stub.address) return
    for (const bit of MARK_BITS) if (this.#number & (1 << (bit - FIRST_BIT))) fence.claimBit(bit)
  }

  /** Whether a fence is of this type; none is whose issuer is unknown. */
  isOf(fence: Fence): boolean {
    const number = MARK_BITS.reduce((sum, bit) => sum + (fence.hasBit(bit) ? 1 << (bit - FIRST_BIT) : 0), 0)
    return number === this.#number
  }

  hasFault(fault: string): boolean {
    return this.how.fault === fault
  }

  note(side: Side): void {
    noteOn(this.stage, this.board, side)
  }

  /**
   * Does what may oops: false when it did, or when the heap is full. After an oops much is lost; before one, somebody gives back
   * nothing.
   */
  attempt(doing: string, body: () => void): boolean {
    try {
      return attemptOn(this.stage, this.board, doing, body)
    } catch (error) {
      if (!(error instanceof HeapError && error.code === "FULL")) throw error
      this.tell("leak", `Whoever ${doing} finds that others have given nothing back. ${error.message}`)
      return false
    }
  }

  /** Something does not hold. After an oops nothing is told any more: in a kernel the machine would be lost. */
  tell(trouble: Trouble, message: string): void {
    if (this.board.times("oops") === 0) this.stage.violate(message, trouble)
  }

  /**
   * Waits until something is so, or nobody will make it so.
   * @param patience who waits for others that wait themselves has more than they, who know better what does not come
   */
  waitFor(what: string, holds: () => boolean, patience = new Patience(this.board, MOST_LOOKS)): boolean {
    while (!holds()) {
      if (this.stage.isStopped) return false
      if (patience.isOver) {
        this.tell("hang", what)
        return false
      }
      this.look(LOOK_MS)
      patience.look()
    }
    return true
  }

  /** Gives the processor away before it looks again; meanwhile this thread is not stuck. */
  look(ms: number): void {
    this.stage.sleep(ms)
    this.stage.countTurn()
    if (this.#serving) this.board.comeRound(this.#serving, this.stage.index)
  }
}

/** One more of these was seen. */
export function noteOn(stage: Stage<Tokens>, board: Board, side: Side): void {
  board.note(side)
  stage.count(side)
}

/** Does what may oops, which is seen: false when it did. */
export function attemptOn(stage: Stage<Tokens>, board: Board, doing: string, body: () => void): boolean {
  let isDone = false
  stage.countTurn()
  stage.attempt(doing, () => {
    body()
    isDone = true
  })
  if (!isDone) board.note("oops")
  return isDone
}
