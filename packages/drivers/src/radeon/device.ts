/** radeon: words of the hardware and of the driver's plain memory, and what the hardware does with them. */
import type { Hands } from "../device.js"
import type { Words } from "../words.js"

/** Of the device: its record; who holds the exclusive lock (readers, or -1); whether it is to be reset, and is reset. */
export const RDEV = 0
export const EXCLUSIVE = 1
export const NEEDS_RESET = 2
export const RESET = 3
/** Interrupts that are being handled, and whether they are taken. */
export const EXECUTING = 4
export const LIVE = 5
/** Whether who stops the device is asking for its last fences. */
export const FINISHING = 6

/** Of a ring. */
export const COUNTER = 0
export const EMITTED = 1
const HUNG = 2
/** Whether the interrupt may be raised, and whether it is. */
export const INTERRUPT_ON = 3
export const INTERRUPT = 4
/** How many want it: under the queue's lock. One of them may have found a reset running: then it is turned on later. */
export const WANTED = 5
export const DELAYED = 6
export const EMITTING = 7
export const LOCKUP = 8
export const WATCHED = 9
export const WATCHED_SINCE = 10
const FIRST = 16
const WORDS_PER_RING = 16

export const RINGS = 2
const LOST_ONE_IN = 8
const HANGS_ONE_IN = 60

export const at = (ring: number, word: number) => FIRST + WORDS_PER_RING * ring + word

/** A process that talks to the hardware: false while it is being reset. */
export function tryShare(words: Words): boolean {
  for (;;) {
    const holders = words.load(EXCLUSIVE)
    if (holders < 0) return false
    if (words.claim(EXCLUSIVE, holders, holders + 1)) return true
  }
}

export const unshare = (words: Words) => void words.add(EXCLUSIVE, -1)

export function device({ registers, random }: Hands): boolean {
  const isReset = registers.exchange(RESET, 0) === 1
  let isBusy = isReset
  for (let ring = 0; ring < RINGS; ring++) isBusy = runRing(registers, random, ring, isReset) || isBusy
  return isBusy
}

function runRing(registers: Words, random: Hands["random"], ring: number, isReset: boolean): boolean {
  const done = registers.load(at(ring, COUNTER))
  if (registers.load(at(ring, HUNG)) === done + 1 && !isReset) return false
  registers.store(at(ring, HUNG), 0)
  if (done === registers.load(at(ring, EMITTED)) || random.oneIn(3)) return isReset
  if (!isReset && random.oneIn(HANGS_ONE_IN)) {
    registers.store(at(ring, HUNG), done + 1)
    return true
  }
  // What was forced meanwhile is where it is.
  if (!registers.claim(at(ring, COUNTER), done, done + 1)) return false
  if (!random.oneIn(LOST_ONE_IN) && registers.load(at(ring, INTERRUPT_ON)) === 1)
    registers.store(at(ring, INTERRUPT), 1)
  return true
}
