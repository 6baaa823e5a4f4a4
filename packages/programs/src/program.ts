/**
 * What a program is: data that says what some threads do to a heap, over and over, and what must hold afterwards.
 *
 * It knows nothing of who runs it. There are four who do: *race* (real threads, perturbed), *explore* (every order of steps),
 * *death* (a thread dies at each access), *bench* (as fast as it goes). They share what both kinds of heap have, a real one and
 * that of a model: the engine's functions on addresses, a thread's record, and words.
 */
import type { Engine } from "@outlive/core"

/** What a thread has at hand. */
export interface Place {
  /** The engine's functions, on addresses. */
  readonly engine: Engine
  /** How many turns each thread will take at most; Infinity if nobody knows. */
  readonly mostTurns: number
  /** The whole memory. */
  readonly words: Int32Array
  /** This thread's record: most functions of the engine want it. */
  readonly record: number
  /** Which thread this is, from 0; the one that prepares and checks is none, and has -1. */
  readonly index: number
  /** Address of the timeline that fences are made on, of an issuer that can be asked nothing. */
  readonly timeline: number
  /**
   * Address of a word for the program's own use: a lock, a counter, a slot. All are 0 at first. On a real heap each has
   * its own cache lines. @throws RangeError
   */
  readonly cell: (index: number) => number
  /** A word that needs no atomic access, for a lock or a read section guards it. To an explorer each is a step all the same. */
  readonly read: (address: number) => number
  readonly write: (address: number, value: number) => void
  /** A new pending fence with one reference; for which room is made if need be. */
  readonly fence: () => number
  /** The same for what returns 0 while there is no room. @throws when there is none */
  readonly made: (create: () => number) => number
}

/** One part, played by one thread or by several. `S` is what `prepare` returned. */
export interface Part<S> {
  readonly name: string
  /**
   * Begins: returns what the thread does again and again. A number that a turn returns is added to the thread's sum, and is
   * counted by its name in `sides`. Synchronous; what it changes is the shared memory, and variables of its own in here.
   */
  play(place: Place, state: S): () => number | void
  /** After its last turn: lets go whoever waits for it, now and in turns to come. */
  end?(place: Place, state: S, turns: number): void
  /** Names of what a turn may return, from 0: the sides of a race, both of which should be seen. */
  readonly sides?: readonly string[]
  /** Its turn waits for a turn of another part: it goes on until the others have ended, and cannot be played alone. */
  readonly follows?: boolean
}

/** What became of a thread. */
export interface End {
  readonly part: string
  /** Turns that it has finished, and the sum of what they returned. */
  readonly turns: number
  readonly sum: number
  /** It died in the middle of one more turn, of which anything may have happened. */
  readonly died: boolean
}

/** What a heap must have, and an engine be able to, for a program to make sense. What is not named is not needed. */
export interface Needs {
  /** Words, for `cell`, of so many threads. Default 8; an explorer looks through all of them at each step. */
  readonly cells?: number | ((threads: number) => number)
  /** Fences, and callbacks, that are in use at a time; of so many threads with at most so many turns each. */
  readonly fences?: number | ((threads: number, mostTurns: number) => number)
  readonly callbacks?: number
  /** Locks that keep others out; that can be tried. */
  readonly excludes?: boolean
  readonly tries?: boolean
  /** A reclamation scheme whose grace periods end. */
  readonly reclaims?: boolean
}

/** Threads and turns of each: how large a program is explored. */
export interface Size {
  readonly threads: number
  readonly turns: number
  /** Only the orders with at most so many preemptions. Default: every order. */
  readonly preemptions?: number
}

/** A deliberately broken engine that a program must find: a change of the engine's source, by exact text. */
export interface Twin {
  readonly id: string
  readonly sentence: string
  /** Below `packages/core/engine`. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** With this lock, or this scheme, in place of the package's. */
  readonly lock?: string
  readonly scheme?: string
}

/** `S` must be data that can be cloned: it is sent to the threads. */
export interface Program<S = unknown> {
  readonly name: string
  /** What must hold, in a sentence. */
  readonly claim: string
  /** What it is about: by this it is chosen for a lock, or a scheme, that somebody brings along. */
  readonly about: "locks" | "reclamation" | "fences"
  /** Ids of docs/INVARIANTS.md. */
  readonly invariants?: readonly string[]
  readonly needs?: Needs
  /** Played by the first threads, one each; more threads play them again, in turn. */
  readonly threads: readonly Part<S>[]
  /** Threads that play one part do the same, whoever they are: of orders that differ only in who is who one is explored. */
  readonly symmetric?: boolean
  /** The number of threads must be a multiple of that of the parts: each has its partners. */
  readonly inStep?: boolean
  /** Why no thread of it may die: what the others wait for goes with it. */
  readonly immortal?: string
  readonly sizes: readonly Size[]
  /** Before the threads begin, once. */
  prepare?(place: Place, threads: number): S
  /** After the last thread has ended, or died. Throws what does not hold. */
  check?(place: Place, state: S, ends: readonly End[]): void
  /** Gives back what `prepare` took: the heap's accounts must balance afterwards. */
  close?(place: Place, state: S): void
  readonly twins?: readonly Twin[]
}

/** A program whose state is its own affair. */
export type AnyProgram = Program<unknown>

/** Checks the type, and leaves everything as it is. */
export function defineProgram<S = void>(program: Program<S>): Program<S> {
  return program
}

/** The parts of so many threads, by index. @throws RangeError when they cannot be dealt */
export function dealt<S>(program: Program<S>, threads: number): readonly Part<S>[] {
  const { length } = program.threads
  if (threads < length || (program.inStep && threads % length !== 0)) {
    const needed = program.inStep ? `a multiple of ${length}` : `${length} at least`
    throw new RangeError(`Cannot run ${program.name} with ${threads} threads: ${needed} are needed`)
  }
  return Array.from({ length: threads }, (_, i) => program.threads[i % length]!)
}

const LEAST_CELLS = 8

/** How many words, and records, a heap must have for so many threads with at most so many turns each. */
export function roomFor({ needs = {} }: AnyProgram, threads: number, mostTurns: number) {
  const { cells = 0, fences = 0, callbacks = 0 } = needs
  return {
    cells: Math.max(LEAST_CELLS, typeof cells === "function" ? cells(threads) : cells),
    fences: typeof fences === "function" ? fences(threads, mostTurns) : fences,
    callbacks,
  }
}

/** A claim of a program does not hold. */
export class ClaimError extends Error {
  override readonly name = "ClaimError"
}

/** For checks, and for what a turn sees: whoever runs the program tells it at once. @throws ClaimError */
export function must(holds: boolean, message: string): void {
  if (!holds) throw new ClaimError(message)
}

/** Sums over all threads; of `died`, how many. */
export function total(ends: readonly End[]): { turns: number; sum: number; died: number } {
  return ends.reduce(
    (all, { turns, sum, died }) => ({
      turns: all.turns + turns,
      sum: all.sum + sum,
      died: all.died + (died ? 1 : 0),
    }),
    { turns: 0, sum: 0, died: 0 },
  )
}
