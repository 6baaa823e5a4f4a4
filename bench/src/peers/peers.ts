/** Who is compared, at what, and what threads share meanwhile. */
import type { SharedHeap, SharedObjectToken } from "@outlive/core"

/** The package's; words of `Atomics` as they stand in textbooks; the platform's locks; the package that people install. */
export const PEERS = ["@outlive/sync", "Atomics by hand", "Web Locks", "multithreading"] as const
export type PeerName = (typeof PEERS)[number]

/** A lock that nobody else wants, taken by blocking or by a promise; one that two threads want; two threads that pass a turn to and fro. */
export const TASKS = ["alone", "promise", "contended", "wake"] as const

export const MOST_TURNS = 1_000_000_000

/** What threads do just now, in the word `PHASE`. */
export const phases = { Waiting: 0, Begun: 1, Over: 2 } as const

/** Words of the measurement, each on a line of its own. */
export const PHASE = 0
/** How often somebody was inside: written under the lock only. */
export const INSIDE = 16
/** The last turn has been passed: who takes it passes none back. */
export const LAST = 32
/** How often a wait of the platform ended with its time, and it was this thread's turn then. */
export const TOLD = 48
/** By side: turns passed, turns taken, and how often the thread has slept. */
export const PASSED = [64, 80] as const
export const TAKEN = [96, 112] as const
export const SLEPT = [128, 144] as const
/** Words of the peers: a lock, a word for each side, and whose turn it is. */
export const LOCK = 160
export const SIDES = [176, 192] as const
export const TURN = 208
export const WORDS = 256

export type Side = 0 | 1
export const other = (side: Side): Side => (side === 0 ? 1 : 0)

/** What both threads have. */
export interface Shared {
  readonly words: Int32Array<SharedArrayBuffer>
  readonly heap: SharedHeap
  readonly mutex: SharedObjectToken
  readonly turns: readonly [SharedObjectToken, SharedObjectToken]
  /** For a mutex, a condition variable and what the mutex guards, of a package that keeps each in a buffer of its own. */
  readonly buffers: readonly [SharedArrayBuffer, SharedArrayBuffer, SharedArrayBuffer]
}

/** One thread's part of a comparison. Side 0 has the turn at first. */
export interface Peer {
  /** Lock, do something, unlock; not there where nothing blocks. */
  turnSync?(inside: () => void): void
  turn(inside: () => void): Promise<unknown>
  /** Waits for this side's turn; a promise where nothing blocks. */
  takeTurn(): void | Promise<void>
  /** Gives it to the other side. */
  passTurn(): void
}
