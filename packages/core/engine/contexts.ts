/** Numbers for timelines: no two of a heap share one. */
import { Fence } from "./layout/fence"
import { Header } from "./layout/header"
import { Thread } from "./layout/thread"
import { lock, unlock } from "./locks/lock"
import { beginTicket } from "./locks/ww-mutex"
import { peek, poke } from "./words"

/** Gives a new fence a context of its own. */
export function allocateContext(thread: i32, fence: i32): void {
  lock(thread, Header.modulesLock)
  takeContextLocked(fence + Fence.contextLo, fence + Fence.contextHi)
  unlock(thread, Header.modulesLock)
}

/** Gives the thread a ticket to take several locks with: a number from the same counter, for later is higher there. */
export function takeTicket(thread: i32): void {
  const number = thread + Thread.registers
  lock(thread, Header.modulesLock)
  takeContextLocked(number, number + 4)
  unlock(thread, Header.modulesLock)
  beginTicket(thread, peek(number), peek(number + 4))
}

/** Writes the next number into two words, under the modules' lock. */
export function takeContextLocked(loWord: i32, hiWord: i32): void {
  const lo = peek(Header.contextLo)
  poke(loWord, lo)
  poke(hiWord, peek(Header.contextHi))
  poke(Header.contextLo, (lo + 1) | 0)
  if (lo == -1) poke(Header.contextHi, peek(Header.contextHi) + 1)
}
