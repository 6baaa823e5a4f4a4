/** What two threads do at once. */
import type { Peer } from "./mutexes.js"

export type Part = "contended" | "wake"

/** Where the threads wait for each other to begin. */
const START = 192
/** A little is done inside: a shared counter goes up, not in one step. */
const COUNT = 208

export async function play(peer: Peer, part: Part, times: number, side: 0 | 1, words: Int32Array): Promise<void> {
  Atomics.add(words, START, 1)
  while (Atomics.load(words, START) % 2 !== 0);
  if (part === "wake") return wake(peer, times, side)
  const inside = () => void (words[COUNT] = words[COUNT]! + 1)
  if (peer.turnSync) for (let i = 0; i < times; i++) peer.turnSync(inside)
  else for (let i = 0; i < times; i++) await peer.turn!(inside)
}

/** How often somebody was inside: fewer than both took it, and it is no mutex. */
export const countIn = (words: Int32Array): number => words[COUNT]!

function wake(peer: Peer, times: number, side: 0 | 1): void {
  for (let i = 0; i < times; i++) {
    if (side === 1) peer.await!(1)
    peer.pass!(side === 0 ? 1 : 0)
    if (side === 0) peer.await!(0)
  }
}
