/** amdgpu's ring, the hardware's side: what it writes late, when the ring was unplugged and brought up again, moves nothing back. */
import { FENCE_TYPES, titleOf } from "@outlive/drivers"
import { Random } from "@outlive/workers"
import { expect, test } from "vitest"
import { Words } from "../../packages/drivers/dist/words.js"

/** As numbered in amdgpu/ring.ts. */
const [DOORBELL, COUNTER, HUNG_AT, RESET] = [0, 1, 5, 6] as const
const { device } = FENCE_TYPES.find((type) => titleOf(type) === "amdgpu ring")!

test.each([0, 1])("a hang that has been passed is none (reset: %i)", (reset) => {
  for (let seed = 1; seed <= 20; seed++) {
    const registers = new Words(new Int32Array(new SharedArrayBuffer(4 * 512)))
    registers.store(COUNTER, 12)
    registers.store(HUNG_AT, 11)
    registers.store(RESET, reset)
    registers.store(DOORBELL, 13)
    const random = new Random(seed)
    const seen = Array.from({ length: 20 }, () => {
      device({ registers, random })
      return registers.load(COUNTER)
    })
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(12)
    // It hangs now and then by itself.
    expect(seen.at(-1) === 13 || registers.load(HUNG_AT) === 13).toBe(true)
  }
})

test("a reset that the forcing overtakes moves nothing back", () => {
  /** Whoever unplugs the ring forces it on while the hardware is at its reset. */
  class Overtaken extends Words {
    override store(at: number, value: number): void {
      super.store(at, value)
      if (at === HUNG_AT && value === 0) super.store(COUNTER, 20)
    }
  }
  const registers = new Overtaken(new Int32Array(new SharedArrayBuffer(4 * 512)))
  for (const [at, value] of [
    [COUNTER, 12],
    [HUNG_AT, 13],
    [DOORBELL, 20],
    [RESET, 1],
  ] as const)
    registers.store(at, value)
  device({ registers, random: new Random(1) })
  expect(registers.load(COUNTER)).toBe(20)
})
