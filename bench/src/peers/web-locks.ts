/**
 * The platform's locks. A turn is a lock that both sides queue for: who holds it queues once more, behind the other, and releases it then.
 * The queue is in order, so the turn goes to and fro.
 */
import { type Peer, type Shared, type Side, TURN } from "./peers.js"

interface Locks {
  request(name: string, body: () => void | Promise<void>): Promise<unknown>
}

const NAME = "outlive-bench"
/** In the word `TURN`: how far the beginning is. */
const [NOBODYS, HELD, QUEUED] = [0, 1, 2]

function tell(words: Int32Array, state: number): void {
  Atomics.store(words, TURN, state)
  Atomics.notify(words, TURN)
}

export function webLocks({ words }: Shared, side: Side): Peer {
  const { locks } = (globalThis as unknown as { navigator: { locks: Locks } }).navigator
  type Release = () => void
  const queued = () =>
    new Promise<Release>((granted) => void locks.request(NAME, () => new Promise<void>((release) => granted(release))))
  let release: Release = () => {}
  let next: Promise<Release>
  return {
    turn: (inside) => locks.request(NAME, inside),
    async begin() {
      if (side === 0) {
        next = queued()
        release = await next
        tell(words, HELD)
        Atomics.wait(words, TURN, HELD)
        return
      }
      Atomics.wait(words, TURN, NOBODYS)
      next = queued()
      // One thread's requests are answered in order: when this one is, that one is in the queue.
      await locks.request(`${NAME}-begin`, () => {})
      tell(words, QUEUED)
    },
    async takeTurn() {
      release = await next
    },
    passTurn() {
      const mine = release
      next = queued()
      mine()
    },
  }
}
