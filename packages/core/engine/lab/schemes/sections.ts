/**
 * Any of the section schemes of `rcu/strategies/`: what is retired in epoch e is given back when the epoch is e + 2 (R1).
 *
 * A seat has its retired nodes on four chains by epoch. Only its own thread touches them: so, unlike those of `rcu/retire.ts`, one
 * whose epoch is long past is emptied when it is needed, and nobody need be in a section for it.
 */
import { Header } from "../../layout/header"
import { Thread } from "../../layout/thread"
import {
  endSection,
  enter as enterSection,
  leave as leaveSection,
  offline as goOffline,
  tryAdvance,
} from "../../rcu/strategy"
import { load, peek, poke } from "../../words"
import { Kind } from "../kind"
import { Node, Seat } from "../layout"
import { NONE } from "../link"
import { begin, giveBackAll, isDue, noteRetired } from "../retired"

export const KIND: i32 = Kind.Section
export const ROBUST: i32 = 0

const CHAINS: i32 = 4
/** A chain: its newest node, and the epoch in which its nodes were retired. */
const EPOCH: i32 = 4

// @inline
export function enter(thread: i32): void {
  poke(thread + Thread.nesting, 1)
  enterSection(thread)
}

// @inline
export function leave(thread: i32): void {
  poke(thread + Thread.nesting, 0)
  leaveSection(thread)
  if (isDue(thread)) collect(thread)
}

// @inline
export function protect(_thread: i32, _slot: i32, word: i32, _owner: i32): i32 {
  // ORDER: observe: the section keeps what it leads to.
  return load(word)
}

// @inline
export function born(_thread: i32, node: i32): void {
  begin(node)
}

export function retire(thread: i32, node: i32): void {
  // ORDER: observe: the epoch is read after the caller unlinked the node, so it is not too old (R2).
  const epoch = load(Header.epoch)
  const chain = thread + Seat.chains + ((epoch & (CHAINS - 1)) << 3)
  // A turn of four older.
  if (peek(chain + EPOCH) != epoch) empty(thread, chain)
  poke(chain + EPOCH, epoch)
  poke(node + Node.link, peek(chain))
  poke(chain, node)
  noteRetired(thread)
}

export function collect(thread: i32): void {
  poke(thread + Seat.since, 0)
  tryAdvance()
  // ORDER: observe: an old one is only less than could be given back.
  const epoch = load(Header.epoch)
  for (let i = 0; i < CHAINS; i++) {
    const chain = thread + Seat.chains + (i << 3)
    if (((epoch - peek(chain + EPOCH)) | 0) >= 2) empty(thread, chain)
  }
}

function empty(thread: i32, chain: i32): void {
  const first = peek(chain)
  poke(chain, NONE)
  giveBackAll(thread, first)
}

export function offline(thread: i32): void {
  goOffline(thread)
}

export function settleDead(_thread: i32, dead: i32): void {
  poke(dead + Thread.nesting, 0)
  endSection(dead)
}
