/** What each of two threads does, until it is told that it is over, or has done it so often. */
import { INSIDE, LAST, PASSED, PHASE, type Peer, SLEPT, type Shared, type Side, TAKEN, TOLD, phases } from "./peers.js"
import type { Sleeps } from "./sleeps.js"

/** Looks at the phase are nothing beside so many turns. */
const BATCH = 16

const goesOn = (words: Int32Array) => Atomics.load(words, PHASE) !== phases.Over

/** Both want the same lock. A little is done inside: a shared counter goes up, not in one step. How often this one was inside. */
export async function contend(peer: Peer, { words }: Shared): Promise<number> {
  const inside = () => void (words[INSIDE] = words[INSIDE]! + 1)
  const { turnSync } = peer
  let turns = 0
  for (; goesOn(words); turns += BATCH) {
    if (turnSync) for (let i = 0; i < BATCH; i++) turnSync(inside)
    else for (let i = 0; i < BATCH; i++) await peer.turn(inside)
  }
  return turns
}

/** The turn goes to and fro: this side's part of it, at most so many times. Side 0 decides when it is over. */
export async function passTurns(
  peer: Peer,
  { words }: Shared,
  side: Side,
  times: number,
  sleeps: Sleeps,
): Promise<number> {
  let [passed, taken] = [0, 0]
  const pass = () => {
    peer.passTurn()
    Atomics.store(words, PASSED[side], ++passed)
  }
  const noteTaken = () => {
    if (sleeps.wasLate()) Atomics.add(words, TOLD, 1)
    Atomics.store(words, TAKEN[side], ++taken)
  }
  if (side === 0) pass()
  for (;;) {
    const turn = peer.takeTurn()
    // A promise of every turn would cost those that block more than their turns do.
    if (turn !== undefined) await turn
    if (Atomics.load(words, LAST) !== 0) break
    noteTaken()
    const isLast = side === 0 && (taken >= times || !goesOn(words))
    if (isLast) Atomics.store(words, LAST, 1)
    pass()
    if (isLast) break
  }
  Atomics.store(words, SLEPT[side], sleeps.count)
  return taken
}
