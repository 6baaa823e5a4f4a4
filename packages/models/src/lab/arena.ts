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

/** As few as most models need: the explorer looks through all of them after each step. */
const NODES_OF_THREAD = 5

export interface LabArenaOptions {
  readonly threads: number
  readonly roots: number
  /** Retired nodes are looked through whenever there is one, unless told otherwise. */
  readonly batch?: number
  readonly buckets?: number
  /** Nodes that each thread has to itself, so that threads do not meet in the pool. Default 5. */
  readonly nodes?: number
}

const HOST = {
  oops(code: number, ...details: number[]) {
    throw new ModelOops(code, details)
  },
  turn: () => {},
}

function sizesOf({ threads, roots, batch = 1, buckets = 1, nodes = NODES_OF_THREAD }: LabArenaOptions): LabSizes {
  return {
    threads,
    roots,
    nodes: threads * nodes,
    batch,
    magazine: nodes,
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

/** Where an operation is performed. */
export interface LabPlace {
  readonly engine: LabEngine
  readonly root: number
}

export class LabArena implements LabPlace {
  readonly engine: LabEngine
  readonly #left = { accesses: 0 }
  readonly #impatient: LabEngine
  readonly #factory: LabFactory
  readonly #memory: SharedArrayBuffer
  /** Addresses of seats and roots. */
  readonly seats: readonly number[]
  readonly root: number

  constructor(memory: SharedArrayBuffer, options: LabArenaOptions, factory: LabFactory) {
    this.#factory = factory
    this.#memory = memory
    this.engine = factory({ buffer: memory }, HOST).exports as LabEngine
    initializeLab(this.engine, sizesOf(options))
    this.seats = Array.from({ length: options.threads }, (_, i) => this.engine.seatAt(i))
    this.root = this.engine.rootAt(0)
    this.#impatient = factory({ buffer: memory }, HOST, impatientAtomics(this.#left)).exports as LabEngine
  }

  /** The same place for a thread that dies after so many accesses, by an error that it throws. */
  dying(accesses: number): LabPlace {
    const engine = this.#factory({ buffer: this.#memory }, HOST, impatientAtomics({ accesses })).exports as LabEngine
    return { engine, root: this.root }
  }

  /** The same engine, for looking at what the threads have left, and for going on with it. */
  afterwards(): LabEngine {
    this.#left.accesses = MOST_ACCESSES
    return this.#impatient
  }
}
