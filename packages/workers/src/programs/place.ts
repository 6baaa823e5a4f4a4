/** What a thread of a program has at hand on a real heap. */
import { type Engine, type HeapMemory, type HeapOptions, type Thread, defineModule } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { type AnyProgram, type Place, roomFor } from "@outlive/programs"

/** The thread that prepares and checks. */
export const NOBODY = -1
/** Bytes between two cells: as many as no two threads fetch together. */
const APART = 128
const LEAST_RECORDS = 16_384
/** How often to ask for room, a quarter of a second each: on a busy machine a reader may be asleep in its section. */
const MOST_ATTEMPTS = 12

/** Whose fences a program's threads issue: it has no functions. */
export const issuer = defineModule({ name: "program", driverName: "program" })

/** A heap that is large enough for so many threads. */
export function heapFor(program: AnyProgram, threads: number): HeapOptions {
  const { cells, fences, callbacks } = roomFor(program, threads, Infinity)
  return {
    fences: Math.max(LEAST_RECORDS, 2 * fences),
    callbacks: Math.max(LEAST_RECORDS, 2 * callbacks),
    // And one for a scheme from elsewhere.
    cells: (APART / 4) * (cells + 1),
    // Cells that are locks have no order: it is the program's own affair.
    lockOrder: false,
  }
}

const cellsIn = (heap: HeapMemory) => heap.word(layout.Header.cellCapacity) / (APART / 4) - 1

/** Address of the words of a scheme from elsewhere: after those of the program. */
export const foreignWord = (heap: HeapMemory) => heap.cell(0) + APART * cellsIn(heap)

export interface Seated {
  readonly heap: HeapMemory
  readonly thread: Thread
  /** Address of the timeline on which fences are made. */
  readonly timeline: number
  /** NOBODY for who prepares and checks. */
  readonly index: number
  /** In place of the thread's own. */
  readonly engine?: Engine
  /** Sometimes delays, before plain accesses. */
  readonly pause?: () => void
}

export function placeOn({ heap, thread, timeline, index, engine = thread.engine, pause }: Seated): Place {
  const { record } = thread
  const { words } = heap
  const first = heap.cell(0)
  const cells = cellsIn(heap)
  const read = (address: number) => words[address >> 2]!
  const write = (address: number, value: number) => void (words[address >> 2] = value)
  const made = (create: () => number, attempt = 1): number => {
    try {
      return thread.make("fences", create)
    } catch (error) {
      if ((error as { code?: string }).code !== "FULL" || attempt === MOST_ATTEMPTS) throw error
      return made(create, attempt + 1)
    }
  }
  return {
    engine,
    words,
    record,
    index,
    mostTurns: Infinity,
    timeline,
    cell(at) {
      if (at >= 0 && at < cells) return first + APART * at
      throw new RangeError(`There is no cell ${at}: the program needs ${cells}, as it says in needs.cells`)
    },
    read: pause ? (address) => (pause(), read(address)) : read,
    write: pause ? (address, value) => (pause(), write(address, value)) : write,
    fence: () => engine.createFence(record, timeline) || made(() => engine.createFence(record, timeline)),
    made,
  }
}
