/** Standing aside for a moment between two looks at a contended word. */
import { Header } from "./layout/header"
import { peek, relax } from "./words"

/** The longest pause: about 20 ns in WebAssembly, where `relax` is nothing but the loop around it. */
export const LONGEST_PAUSE: i32 = 64

/** The most that a heap can be made with. */
const MOST_ROUNDS: i32 = 1000000

/** How many rounds to spin before sleeping, as the heap was made. A word that was overwritten is no number of rounds: none then. */
// @inline
export function roundsToSpin(): i32 {
  const rounds = peek(Header.spins)
  return rounds < 0 || rounds > MOST_ROUNDS ? 0 : rounds
}

/** Spins without touching shared memory, so that the line stays with whoever is about to write it. */
export function standAside(rounds: i32): void {
  for (let i = 0; i < rounds; i++) relax()
}
