/** A lab in a model's memory, with a scheme: a real one, or a broken twin. */
import {
  type LabEngine,
  type LabFactory,
  type LabSizes,
  bytesOfLab,
  impatientAtomics,
  initializeLab,
} from "@outlive/core/engine-js"
import { ModelOops } from "../arena.js"

/** Nodes that each thread has to itself, so that none is in another's way where they meet only in the pool. */
const NODES_OF_THREAD = 5

export interface LabArenaOptions {
  readonly threads: number
  readonly roots: number
  /** Retired nodes are looked through whenever there is one, unless told otherwise. */
  readonly batch?: number
  readonly buckets?: number
}

const HOST = {
  oops(code: number, ...details: number[]) {
    throw new ModelOops(code, details)
  },
  turn: () => {},
}

function sizesOf({ threads, roots, batch = 1, buckets = 1 }: LabArenaOptions): LabSizes {
  return {
    threads,
    roots,
    nodes: threads * NODES_OF_THREAD,
    batch,
    magazine: NODES_OF_THREAD,
    eraEvery: 1,
    buckets,
  }
}

/** Bytes of memory that it takes. */
export function labArenaBytes(options: LabArenaOptions, factory: LabFactory): number {
  const engine = factory({ buffer: new SharedArrayBuffer(8) }, HOST).exports as LabEngine
  return Math.ceil(bytesOfLab(engine, sizesOf(options)) / 8) * 8
}

/** So many accesses are enough to look through any structure of a model; in a broken one an operation may have no end. */
const MOST_ACCESSES = 20_000

export class LabArena {
  readonly engine: LabEngine
  readonly #left = { accesses: 0 }
  readonly #impatient: LabEngine
  /** Addresses of seats and roots. */
  readonly seats: readonly number[]
  readonly root: number

  constructor(memory: SharedArrayBuffer, options: LabArenaOptions, factory: LabFactory) {
    this.engine = factory({ buffer: memory }, HOST).exports as LabEngine
    initializeLab(this.engine, sizesOf(options))
    this.seats = Array.from({ length: options.threads }, (_, i) => this.engine.seatAt(i))
    this.root = this.engine.rootAt(0)
    this.#impatient = factory({ buffer: memory }, HOST, impatientAtomics(this.#left)).exports as LabEngine
  }

  /** The same engine, for looking at what the threads have left. */
  afterwards(): LabEngine {
    this.#left.accesses = MOST_ACCESSES
    return this.#impatient
  }
}
