/** The package `multithreading`: its mutex, and a turn that is waited for by its condition variable, as its README does it. */
import { type Peer, type Shared, type Side, other } from "./peers.js"

/** No dependency of ours: measured where it is installed. */
export const MULTITHREADING = "multithreading"
export const VERSION = "0.3.52"

interface Guard {
  readonly value: Int32Array
  dispose(): void
}
interface PeersMutex {
  lock(): Promise<Guard>
  blockingLock(): Guard
}
interface PeersCondvar {
  blockingWait(guard: Guard): void
  notifyOne(): void
}
interface Package {
  readonly Mutex: new (guarded: Int32Array, lock: SharedArrayBuffer) => PeersMutex
  readonly Condvar: new (buffer: SharedArrayBuffer) => PeersCondvar
}

/** Each thread makes its own object over the same buffers: so does the package's worker, of what `move` brings it. */
export async function multithreading({ buffers }: Shared, side: Side): Promise<Peer> {
  const { Mutex, Condvar } = (await import(MULTITHREADING)) as Package
  const [lock, sequence, guarded] = buffers
  const mutex = new Mutex(new Int32Array(guarded), lock)
  const changed = new Condvar(sequence)
  return {
    turnSync(inside) {
      const guard = mutex.blockingLock()
      inside()
      guard.dispose()
    },
    async turn(inside) {
      const guard = await mutex.lock()
      inside()
      guard.dispose()
    },
    takeTurn() {
      const guard = mutex.blockingLock()
      while (guard.value[0] !== side) changed.blockingWait(guard)
      guard.dispose()
    },
    passTurn() {
      const guard = mutex.blockingLock()
      guard.value[0] = other(side)
      changed.notifyOne()
      guard.dispose()
    },
  }
}
