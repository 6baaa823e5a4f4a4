/** What several scenarios say of their heap. */
import type { Fence, Thread } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { expect } from "vitest"
import { type Company, mock } from "../dying.js"

/** How often a counter has run. */
export const ran = (thread: Thread, cell: number) => thread.engine.readCell(thread.heap.cell(cell))
export const open = (thread: Thread, fence: Fence) => thread.open(fence.share())
export const timelineOf = (thread: Thread) => thread.load(mock).timeline("t")

/** Records that each death may lose: what was just being taken or given back. Another scenario uses some besides. */
export const inHand = (company: Company) => ({ nobody: 1, reaper: 2, another: Infinity })[company]

export function expectLost(main: Thread, kind: "fences" | "callbacks" | "containers" | "records", most: number) {
  main.barrier()
  const { capacity, free, inUse } = main.heap.accounts()[kind]
  expect(inUse, `${kind} in use`).toBeLessThanOrEqual(most)
  expect(capacity - free, `${kind} that are nowhere`).toBeLessThanOrEqual(most)
}

/** Whether nobody has a fence's own lock: who died with it has it until it is reclaimed. */
export const isFree = (thread: Thread, fence: Fence) =>
  thread.heap.words[(fence.address + layout.Fence.lock) >> 2] === 0

/** Whether a fence's record is one: its generation is odd. */
export const isInUse = (thread: Thread, fence: Fence) => (thread.heap.words[fence.address >> 2]! & 1) === 1
