/**
 * No reclamation: what is retired stays, and no grace period ever ends. The floor of what reading costs.
 *
 * Whatever waits for readers waits for ever, and a heap is full when all its records have been used once: not for a
 * program that runs on, and not for unloading.
 */
import { Address } from "../../layout/record"

// @inline
export function enter(_thread: i32): void {}

// @inline
export function leave(_thread: i32): void {}

export function tryAdvance(): bool {
  return false
}

/** It is nobody's fault. */
export function laggard(_epoch: i32): i32 {
  return Address.None
}

export function endSection(_seat: i32): void {}

export function offline(_thread: i32): i32 {
  return 1
}
