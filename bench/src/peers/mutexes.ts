/** The mutexes that are compared, each as a pair of functions, and two that wake each other. */
import { Heap, type SharedHeap, type SharedObjectToken } from "@outlive/core"
import { Mutex, Semaphore } from "@outlive/sync"
import type { PeerName } from "./operations.js"

/** What threads share. */
export interface Shared {
  readonly words: Int32Array
  readonly heap: SharedHeap
  readonly mutex: SharedObjectToken
  readonly turns: readonly [SharedObjectToken, SharedObjectToken]
}

/** One thread's part of a comparison; what a peer cannot do is not there. */
export interface Peer {
  /** Lock, do something, unlock. */
  turnSync?(inside: () => void): void
  turn?(inside: () => void): Promise<unknown>
  /** Gives the turn to the other side, or waits for it. */
  pass?(side: 0 | 1): void
  await?(side: 0 | 1): void
}

interface Locks {
  request(name: string, body: () => void): Promise<unknown>
}

/** Node has them from version 24 on. */
const webLocks = (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks

/** Whether this Node has the peer at all. */
export function isThere(name: PeerName): boolean {
  return name !== "Web Locks" || webLocks !== undefined
}

export function share(): { shared: Shared; keep: unknown } {
  const heap = Heap.create({ threads: 4 })
  const thread = heap.attach()
  const mutex = Mutex.create(thread)
  const turns = [Semaphore.create(thread, { permits: 0 }), Semaphore.create(thread, { permits: 0 })] as const
  const shared: Shared = {
    words: new Int32Array(new SharedArrayBuffer(1024)),
    heap: heap.share(),
    mutex: mutex.share(),
    turns: [turns[0].share(), turns[1].share()],
  }
  return { shared, keep: [mutex, turns] }
}

export function peerIn(name: PeerName, shared: Shared): Peer {
  if (name === "@outlive/sync") return ours(shared)
  return name === "Web Locks" ? platforms() : byHand(shared.words)
}

function ours({ heap, mutex, turns }: Shared): Peer {
  const thread = Heap.open(heap).attach()
  const own = Mutex.open(thread, mutex)
  const guard = own.guard()
  const sides = [Semaphore.open(thread, turns[0]), Semaphore.open(thread, turns[1])] as const
  return {
    turnSync(inside) {
      guard.lockSync()
      inside()
      guard.unlock()
    },
    async turn(inside) {
      await guard.lock()
      inside()
      guard.unlock()
    },
    pass: (side) => sides[side].release(),
    await: (side) => void sides[side].takeSync(),
  }
}

/** Three states (Drepper 2011, "Futexes Are Tricky", mutex2), and a word for each side: on lines of their own. */
function byHand(words: Int32Array): Peer {
  const LOCK = 0
  const SIDES = [64, 128] as const
  const lock = () => {
    let seen = Atomics.compareExchange(words, LOCK, 0, 1)
    if (seen === 0) return
    if (seen !== 2) seen = Atomics.exchange(words, LOCK, 2)
    while (seen !== 0) {
      Atomics.wait(words, LOCK, 2)
      seen = Atomics.exchange(words, LOCK, 2)
    }
  }
  const unlock = () => {
    if (Atomics.exchange(words, LOCK, 0) === 2) Atomics.notify(words, LOCK, 1)
  }
  return {
    turnSync(inside) {
      lock()
      inside()
      unlock()
    },
    pass(side) {
      Atomics.store(words, SIDES[side], 1)
      Atomics.notify(words, SIDES[side], 1)
    },
    await(side) {
      while (Atomics.exchange(words, SIDES[side], 0) === 0) Atomics.wait(words, SIDES[side], 0)
    },
  }
}

function platforms(): Peer {
  return { turn: (inside) => webLocks!.request("outlive-bench", inside) }
}
