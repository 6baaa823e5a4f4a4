/** The package's mutex, and a semaphore for each side's turn. */
import { Heap } from "@outlive/core"
import { Mutex, Semaphore } from "@outlive/sync"
import { type Peer, type Shared, type Side, other } from "./peers.js"

/** Longer than any turn: a wait that ends with it was not told of its turn. */
const BOUND = { timeoutMs: 1_000 }

export function ours({ heap, mutex, turns }: Shared, side: Side): Peer {
  const thread = Heap.open(heap).attach()
  const guard = Mutex.open(thread, mutex).guard()
  const [mine, theirs] = [Semaphore.open(thread, turns[side]), Semaphore.open(thread, turns[other(side)])]
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
    takeTurn() {
      while (!mine.takeSync(BOUND));
    },
    passTurn: () => theirs.release(),
  }
}
