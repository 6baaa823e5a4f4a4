/**
 * radeon: the device's wake queue. Who waits for a fence is linked here, with a reference and a share of the ring's interrupt; a
 * wake-up goes through all of it and signals what the hardware has passed. Its lock is the lock of all the device's fences.
 */
import type { Fence, IssuerRecord, SharedLock, Thread } from "@outlive/core"
import type { Desk } from "../desk.js"
import type { Words } from "../words.js"
import * as rings from "./device.js"

const { at } = rings

export const SLOTS = 16
/** Words of the device's record: what was seen last of each ring, and the queue's lock. */
const LAST_SEEN = 0
export const LOCK = 4

export const SHARES = "The interrupt of a ring is wanted as often as fences of it are linked."

/** Whoever knows where the queue is. */
export interface Place extends Pick<Desk, "thread" | "words" | "firstCell" | "tell" | "how"> {}

export const lastSeen = (rdev: IssuerRecord, ring: number) => rdev.read(LAST_SEEN + ring)
export const setLastSeen = (rdev: IssuerRecord, ring: number, seqno: number) => rdev.write(LAST_SEEN + ring, seqno)
export const lockOf = (thread: Pick<Thread, "sharedLock">, rdev: IssuerRecord): SharedLock =>
  thread.sharedLock(rdev.read(LOCK))
/** Fences tell their ring by a bit. */
export const ringOf = (fence: Fence) => (fence.hasBit(0) ? 0 : 1)
/** With a lock of its own for each fence the queue's is another. */
export const hasInlineLocks = ({ how }: Pick<Desk, "how">) => how.form === "patched" || how.fault === "F36"

const cellOf = (firstCell: number, ring: number, seqno: number) => firstCell + ring * SLOTS + (seqno % SLOTS)
export const isLinked = ({ thread, firstCell }: Pick<Desk, "thread" | "firstCell">, ring: number, seqno: number) =>
  thread.heap.word(thread.heap.cell(cellOf(firstCell, ring, seqno))) !== 0

/** Looks at the hardware: true for the one who sees that it has moved, who is to wake the others. */
export function process(words: Words, rdev: IssuerRecord, ring: number): boolean {
  for (;;) {
    const last = lastSeen(rdev, ring)
    const seen = words.load(at(ring, rings.COUNTER))
    if (seen <= last) return false
    if (rdev.compareExchange(LAST_SEEN + ring, last, seen) === last) return true
  }
}

export function getInterrupt(words: Words, ring: number): void {
  if (words.add(at(ring, rings.WANTED), 1) === 0) words.store(at(ring, rings.INTERRUPT_ON), 1)
}

/** While the hardware is reset nobody touches it: the lockup check turns the interrupt on. */
export function getInterruptLater(words: Words, ring: number): void {
  if (words.add(at(ring, rings.WANTED), 1) === 0) words.store(at(ring, rings.DELAYED), 1)
}

export function putInterrupt(words: Words, ring: number): void {
  if (words.add(at(ring, rings.WANTED), -1) === 1) words.store(at(ring, rings.INTERRUPT_ON), 0)
}

/** Links whoever waits for a fence, under the queue's lock. */
export function link({ thread, firstCell }: Place, fence: Fence, ring: number): void {
  thread.replaceAt(cellOf(firstCell, ring, Number(fence.seqno)), fence.addRef())?.drop()
}

/**
 * Under the queue's lock: what was seen last decides, and the hardware is not asked.
 * @param asking the ring of a fence that is about to be linked: its share is taken already
 */
export function wakeAllLocked(place: Place, rdev: IssuerRecord, asking?: number): void {
  const { thread, words, firstCell } = place
  for (let ring = 0; ring < rings.RINGS; ring++) {
    let linked = 0
    for (let slot = 0; slot < SLOTS; slot++) {
      const cell = cellOf(firstCell, ring, slot)
      using fence = thread.openAt(cell)
      if (!fence) continue
      linked++
      if (lastSeen(rdev, ring) < Number(fence.seqno)) continue
      if (hasInlineLocks(place)) fence.signal()
      else fence.signalLocked()
      putInterrupt(words, ring)
      thread.replaceAt(cell, undefined)?.drop()
      linked--
    }
    const wanted = words.load(at(ring, rings.WANTED)) - (asking === ring ? 1 : 0)
    if (wanted !== linked) place.tell("wrong", `${SHARES} ${wanted} instead of ${linked}`)
  }
}

export function wakeAll(place: Place, rdev: IssuerRecord): void {
  lockOf(place.thread, rdev).locked(() => wakeAllLocked(place, rdev))
}
