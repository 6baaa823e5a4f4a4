/** A lab: seats for threads, roots for structures, and nodes, in a memory of its own. */
import { Header } from "../layout/header"
import { Size } from "../layout/record"
import { peek, poke } from "../words"
import { Lab, Node, Seat } from "./layout"
import { MEMORY_END } from "./link"
import { push } from "./pool"
import { ID, settleDead } from "./scheme"

/** Bytes of memory that so much takes; 0 if it is more than links can name. */
export function labBytes(threads: i32, roots: i32, nodes: i32): i32 {
  const bytes = startOfNodes(threads, roots) + nodes * Node.Bytes
  return bytes > MEMORY_END ? 0 : bytes
}

function startOfNodes(threads: i32, roots: i32): i32 {
  const end = Lab.Bytes + threads * Size.Thread + (roots << 2)
  return (end + Node.Bytes - 1) & ~(Node.Bytes - 1)
}

/** Before anybody uses it: all seats are taken, and each has a magazine of free nodes. */
export function initializeLab(
  threads: i32,
  roots: i32,
  nodes: i32,
  batch: i32,
  magazine: i32,
  eraEvery: i32,
  buckets: i32,
): void {
  poke(Header.threads, Lab.Bytes)
  poke(Header.threadCapacity, threads)
  poke(Header.threadsUsed, threads)
  poke(Lab.scheme, ID + 1)
  poke(Lab.batch, batch)
  poke(Lab.magazine, magazine)
  poke(Lab.eraEvery, eraEvery)
  poke(Lab.buckets, buckets)
  poke(Lab.roots, Lab.Bytes + threads * Size.Thread)
  let seat: i32 = 0
  let left = nodes
  let node = startOfNodes(threads, roots)
  while (left >= magazine) {
    for (let i = 1; i < magazine; i++) poke(node + (i - 1) * Node.Bytes + Node.link, node + i * Node.Bytes)
    if (seat < threads) {
      poke(seatAt(seat) + Seat.free, node)
      poke(seatAt(seat) + Seat.freeCount, magazine)
      seat++
    } else {
      push(node)
    }
    node += magazine * Node.Bytes
    left -= magazine
  }
  // Whoever comes first finds nobody looking.
  for (let i = 0; i < threads; i++) settleDead(seatAt(i), seatAt(i))
}

/** Whether the lab in this memory was made by a build with another scheme. */
export function isForeign(): i32 {
  const scheme = peek(Lab.scheme)
  return scheme != 0 && scheme != ID + 1 ? 1 : 0
}

export function seatAt(index: i32): i32 {
  return peek(Header.threads) + index * Size.Thread
}

export function rootAt(index: i32): i32 {
  return peek(Lab.roots) + (index << 2)
}

/** How many nodes have been retired and not been given back. May be late while others work. */
export function countKept(): i32 {
  let kept: i32 = 0
  for (let i = 0; i < peek(Header.threadsUsed); i++)
    kept += (peek(seatAt(i) + Seat.retired) - peek(seatAt(i) + Seat.given)) | 0
  return kept
}
