/** The platform's locks. A turn is a lock, and a word that says whose turn it is: who has the lock and not the turn queues once more. */
import { type Peer, type Shared, type Side, TURN, other } from "./peers.js"

interface Locks {
  request(name: string, body: () => void | Promise<void>): Promise<unknown>
}

const NAME = "outlive-bench"

export function webLocks({ words }: Shared, side: Side): Peer {
  const { locks } = (globalThis as unknown as { navigator: { locks: Locks } }).navigator
  type Release = () => void
  const queued = () =>
    new Promise<Release>((granted) => void locks.request(NAME, () => new Promise<void>((release) => granted(release))))
  let release: Release = () => {}
  return {
    turn: (inside) => locks.request(NAME, inside),
    async takeTurn() {
      release = await queued()
      while (Atomics.load(words, TURN) !== side) {
        // Behind the other, which is in the queue by now, or will be.
        const [mine, next] = [release, queued()]
        mine()
        release = await next
      }
    },
    passTurn() {
      Atomics.store(words, TURN, other(side))
      release()
    },
  }
}
