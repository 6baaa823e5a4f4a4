/** Queues that a driver suspends: what the hardware does late, of something that was asked for before, is not taken for the answer. */
import { FENCE_TYPES, titleOf } from "@outlive/drivers"
import { Random } from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { isStopped, switchOff, switchOn } from "../../packages/drivers/dist/run-switch.js"
import { Words } from "../../packages/drivers/dist/words.js"

/** The first queue's registers, as numbered in each file. */
const QUEUE = { asked: 16 + 3, done: 16 + 4 }
const TITLES = ["amdgpu kfd eviction", "amdgpu queue eviction", "xe preempt"]

/** The driver suspends the queue when the hardware has read what it is to do, and has not done it yet. */
class Overtaken extends Words {
  wasStopped: boolean | undefined
  override load(at: number): number {
    const value = super.load(at)
    if (at !== QUEUE.done || this.wasStopped !== undefined) return value
    this.wasStopped = false
    switchOff(this, QUEUE)
    this.wasStopped = isStopped(this, QUEUE)
    return value
  }
}

describe.each(TITLES)("%s", (title) => {
  const { device } = FENCE_TYPES.find((type) => titleOf(type) === title)!

  test("a queue that has stopped does not go on by itself", () => {
    const registers = new Overtaken(new Int32Array(new SharedArrayBuffer(4 * 512)))
    const random = new Random(1)
    switchOn(registers, QUEUE)
    let hasStopped = false
    for (let turn = 0; turn < 20; turn++) {
      device({ registers, random })
      if (turn === 0) expect(registers.wasStopped).toBe(false)
      if (hasStopped) expect(isStopped(registers, QUEUE)).toBe(true)
      hasStopped ||= isStopped(registers, QUEUE)
    }
    expect(hasStopped).toBe(true)
    switchOff(registers, QUEUE)
    expect(isStopped(registers, QUEUE), "who asks for what is so already changes nothing").toBe(true)
    switchOn(registers, QUEUE)
    expect(isStopped(registers, QUEUE)).toBe(false)
  })
})
