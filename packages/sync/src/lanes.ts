/**
 * Promises of one thread that wait at one place. A ring is for the thread: if each of them looked, a thousand that wait for one mutex
 * would look a million times. So those that want the same are in one lane, and when the first of a lane cannot go on the others
 * of it do not look: it has hung the thread up for all.
 */
import type { Bell, Subscription } from "@outlive/core/building"

/** One that waits. */
export interface Waiter {
  readonly isWaiting: boolean
  /** Looks whether it can go on. Never throws. */
  wake(): void
}

export class Lanes {
  readonly #lanes = new Map<number, Set<Waiter>>()
  #ring: Subscription | undefined

  /** Is woken by this thread's bell from now on, behind the others of its lane. */
  join(lane: number, waiter: Waiter, bell: Bell): void {
    const waiters = this.#lanes.get(lane) ?? new Set()
    waiters.add(waiter)
    this.#lanes.set(lane, waiters)
    this.#ring ??= bell.onRing(() => this.#wakeAll())
  }

  leave(lane: number, waiter: Waiter): void {
    const waiters = this.#lanes.get(lane)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#lanes.delete(lane)
    if (this.#lanes.size > 0) return
    this.#ring?.cancel()
    this.#ring = undefined
  }

  #wakeAll(): void {
    for (const waiters of Array.from(this.#lanes.values()))
      for (const waiter of waiters) {
        waiter.wake()
        if (waiter.isWaiting) break
      }
    this.#rotate()
  }

  /** Another lane is the first one at the next ring: none goes always before the others. */
  #rotate(): void {
    const [first] = this.#lanes
    if (first === undefined || this.#lanes.size === 1) return
    this.#lanes.delete(first[0])
    this.#lanes.set(...first)
  }
}
