/** The three-state futex mutex (Drepper 2011, "Futexes Are Tricky", mutex2): no spinning, a waiter sleeps at once. */
import { lockParked } from "./spin"

export function lockMutexSlow(word: i32, me: i32): void {
  lockParked(word, me)
}
