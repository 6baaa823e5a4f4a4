/** Three states (Drepper 2011, "Futexes Are Tricky", mutex2), and a word for each side. */
import { LOCK, type Peer, SIDES, type Shared, type Side, other } from "./peers.js"

const [FREE, HELD, WANTED] = [0, 1, 2]
const BOUND_MS = 1_000

type WaitAsync = (words: Int32Array, index: number, value: number) => { readonly value: Promise<string> | string }
const { waitAsync } = Atomics as unknown as { readonly waitAsync: WaitAsync }

export function byHand({ words }: Shared, side: Side): Peer {
  const [mine, theirs] = [SIDES[side], SIDES[other(side)]]
  const isFree = () => Atomics.compareExchange(words, LOCK, FREE, HELD) === FREE
  const isLeftTo = () => Atomics.exchange(words, LOCK, WANTED) === FREE
  const unlock = () => {
    if (Atomics.exchange(words, LOCK, FREE) === WANTED) Atomics.notify(words, LOCK, 1)
  }
  return {
    turnSync(inside) {
      if (!isFree()) while (!isLeftTo()) Atomics.wait(words, LOCK, WANTED)
      inside()
      unlock()
    },
    async turn(inside) {
      if (!isFree()) while (!isLeftTo()) await waitAsync(words, LOCK, WANTED).value
      inside()
      unlock()
    },
    takeTurn() {
      while (Atomics.exchange(words, mine, 0) === 0) Atomics.wait(words, mine, 0, BOUND_MS)
    },
    passTurn() {
      Atomics.store(words, theirs, 1)
      Atomics.notify(words, theirs, 1)
    },
  }
}
