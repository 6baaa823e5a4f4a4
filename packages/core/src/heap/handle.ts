/** The right handle for a fence whose kind only its record knows. */
import { Fence as FenceRecord, Flag } from "../../built/layout.js"
import { Fence } from "../fence/fence.js"
import { FenceArray } from "../composite/fence-array.js"
import { FenceChain } from "../composite/fence-chain.js"
import type { Thread } from "./thread.js"

/** @internal Takes over a reference. */
export function handleOn(thread: Thread, address: number): Fence {
  // PLAIN: the bits that say what a fence is never change.
  const flags = thread.heap.word(address + FenceRecord.flags)
  if (flags & Flag.Array) return new FenceArray(thread, address)
  if (flags & Flag.Chain) return new FenceChain(thread, address)
  return new Fence(thread, address)
}
