/** Standing aside for a moment between two looks at a contended word. */
import { relax } from "./words"

/** The longest pause: about 20 ns in WebAssembly, where `relax` is nothing but the loop around it. */
export const LONGEST_PAUSE: i32 = 64

/** Spins without touching shared memory, so that the line stays with whoever is about to write it. */
export function standAside(rounds: i32): void {
  for (let i = 0; i < rounds; i++) relax()
}
