/** A channel as a shared object: made and opened. */
import { type Seat, type SharedObjectToken, channelEnd, objectTypes, stale, syncObject } from "@outlive/core/building"
import { assertMostSeats, openSync } from "./sync-handle.js"

/** Makes a ring of so many blocks. @throws HeapError FULL, UNSUPPORTED, DETACHED */
export function createRing(thread: Seat, blocks: number, carries: number): number {
  assertMostSeats(thread)
  const { heap } = thread
  return thread.make(
    () => (heap.accounts().objects.free < 2 ? heap.fullError("objects", 2) : heap.fullError("lists", blocks)),
    () => thread.engine.createChannel(thread.record, blocks, carries),
  )
}

/** A reference to the ring that a token names, and how many words it holds. @throws TypeError, FenceError STALE, FOREIGN */
export function openRing(
  thread: Seat,
  token: SharedObjectToken,
  what: string,
  carries: number,
): { readonly address: number; readonly words: number } {
  const address = openSync(thread, token, what, objectTypes.Channel)
  if (thread.heap.word(address + channelEnd.carries) !== carries) {
    thread.dropObject(address)
    throw stale(what, "its token names another channel")
  }
  return { address, words: thread.heap.word(address + syncObject.limit) }
}
