/** What the handles of one thread on one object share: how many of its promises wait there, and how many of its readers read. */
import type { Seat } from "@outlive/core/building"
import { Lanes } from "./lanes.js"
import { NO } from "./words.js"

export interface Local {
  /** Promises of this thread that wait: one bit in the heap stands for all of them. */
  promises: number
  /** Those of them that want what others want as well. */
  readonly lanes: Lanes
  /** Readers of this thread: the same. */
  readers: number
  /** Its promises that wait to write. */
  writers: number
  /** They have the word, and wait for readers: how it was taken (a `Taken`). The first of them that finds no reader has it. */
  writing: number
  /** How often this thread has replaced the value of a cell. */
  replaced: number
  /** Handles that share this. */
  handles: number
}

const locals = new WeakMap<Seat, Map<number, Local>>()

/** A handle is made on the object at an address. */
export function enterLocal(thread: Seat, address: number): Local {
  const objects = locals.get(thread) ?? new Map<number, Local>()
  locals.set(thread, objects)
  const local = objects.get(address) ?? {
    promises: 0,
    lanes: new Lanes(),
    readers: 0,
    writers: 0,
    writing: NO,
    replaced: 0,
    handles: 0,
  }
  objects.set(address, local)
  local.handles++
  return local
}

/** A handle gives its reference back: at this address there may soon be another object. */
export function leaveLocal(thread: Seat, address: number, local: Local): void {
  if (--local.handles === 0) locals.get(thread)?.delete(address)
}
