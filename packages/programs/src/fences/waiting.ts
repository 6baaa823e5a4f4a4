/** Waiting for a fence as the host does: it asks for what to sleep on, and sleeps. */
import { layout } from "@outlive/core/engine-js"
import type { Place } from "../program.js"

const { Fence } = layout

export function waitFor({ engine, record, words }: Place, fence: number): void {
  let value = engine.prepareWait(record, fence)
  while (value !== 0) {
    Atomics.wait(words, (fence + Fence.flags) >> 2, value)
    value = engine.prepareWait(record, fence)
  }
  engine.finishWait(record, fence)
}
