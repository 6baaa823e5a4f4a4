/** Who waits for which fence, and which of them holds up the others. A snapshot for messages: it may be late. */
import { Record as RecordWords } from "../../built/layout.js"
import { isJob, readWaitEdges } from "./wait-edges.js"

/** A thread that is attached: address of its record, and its name. */
interface Seated {
  readonly id: number
  readonly name: string
}

/** A fence that is pending and waited for, and that itself waits for no other. */
export interface WaitedFence {
  readonly address: number
  readonly generation: number
  /** Names of the threads that wait for it, or for something that waits for it. */
  readonly threads: readonly string[]
  /** The fences that wait for it: arrays, chains, jobs. */
  readonly holdsUp: readonly number[]
}

/** All of them, in the order in which they lie in memory. Whoever acts on one opens it by its generation, and looks again. */
export function readWaits(words: Int32Array, seats: readonly Seated[]): WaitedFence[] {
  const waits = new Waits(words, seats)
  const found: WaitedFence[] = []
  for (const address of waits.fences()) {
    const { threads, isAwaited } = waits.waitersOf(address)
    if (!isAwaited || waits.isWaiting(address)) continue
    const generation = words[(address + RecordWords.generation) >> 2]!
    found.push({ address, generation, threads: [...threads], holdsUp: waits.heldUpBy(address) })
  }
  return found
}

class Waits {
  readonly #words: Int32Array
  /** By fence: names of the threads that wait for it themselves. */
  readonly #threads = new Map<number, Set<string>>()
  /** By fence: the fences that wait for it. */
  readonly #heldUp = new Map<number, Set<number>>()
  /** The fences that wait for another. */
  readonly #waiting = new Set<number>()

  constructor(words: Int32Array, seats: readonly Seated[]) {
    this.#words = words
    const names = new Map(seats.map(({ id, name }) => [id, name]))
    readWaitEdges(words, [...names.keys()], {
      thread: (fence, seat) => {
        const name = names.get(seat)
        if (name !== undefined) add(this.#threads, fence, name)
      },
      fence: (awaited, waiting) => {
        add(this.#heldUp, awaited, waiting)
        this.#waiting.add(waiting)
      },
    })
  }

  /** The fences that somebody or something waits for. */
  fences(): number[] {
    return [...new Set([...this.#threads.keys(), ...this.#heldUp.keys()])].sort((a, b) => a - b)
  }

  isWaiting(fence: number): boolean {
    return this.#waiting.has(fence)
  }

  heldUpBy(fence: number): number[] {
    return [...(this.#heldUp.get(fence) ?? [])]
  }

  /** The threads that wait for a fence, itself or by way of others; a job waits whether a thread does or not. */
  waitersOf(fence: number): { readonly threads: ReadonlySet<string>; readonly isAwaited: boolean } {
    const threads = new Set<string>()
    const seen = new Set([fence])
    let hasJob = false
    // What is added meanwhile is visited too.
    for (const at of seen) {
      for (const name of this.#threads.get(at) ?? []) threads.add(name)
      for (const waiting of this.#heldUp.get(at) ?? []) {
        seen.add(waiting)
        hasJob ||= isJob(this.#words, waiting)
      }
    }
    return { threads, isAwaited: hasJob || threads.size > 0 }
  }
}

function add<V>(sets: Map<number, Set<V>>, key: number, value: V): void {
  const set = sets.get(key)
  if (set) set.add(value)
  else sets.set(key, new Set([value]))
}
