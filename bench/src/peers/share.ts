/** What both threads have of every peer, and a thread's own part of one. */
import { Heap } from "@outlive/core"
import { Mutex, Semaphore } from "@outlive/sync"
import { byHand } from "./by-hand.js"
import { multithreading } from "./multithreading.js"
import { ours } from "./ours.js"
import { type Peer, type PeerName, type Shared, type Side, WORDS } from "./peers.js"
import { webLocks } from "./web-locks.js"

/** `keep` it until the end: a token holds no reference. */
export function share(): { readonly shared: Shared; readonly keep: unknown } {
  const heap = Heap.create({ threads: 4 })
  const thread = heap.attach()
  const mutex = Mutex.create(thread)
  const turns = [Semaphore.create(thread, { permits: 0 }), Semaphore.create(thread, { permits: 0 })] as const
  const shared: Shared = {
    words: new Int32Array(new SharedArrayBuffer(4 * WORDS)),
    heap: heap.share(),
    mutex: mutex.share(),
    turns: [turns[0].share(), turns[1].share()],
    buffers: [new SharedArrayBuffer(4), new SharedArrayBuffer(4), new SharedArrayBuffer(4)],
  }
  return { shared, keep: [mutex, turns] }
}

const MADE_BY: Readonly<Record<PeerName, (shared: Shared, side: Side) => Peer | Promise<Peer>>> = {
  "@outlive/sync": ours,
  "Atomics by hand": byHand,
  "Web Locks": webLocks,
  multithreading,
}

export const peerIn = async (name: PeerName, shared: Shared, side: Side): Promise<Peer> => MADE_BY[name](shared, side)
