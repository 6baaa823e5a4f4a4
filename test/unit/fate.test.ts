/** A thread that is to die does so at an access, soon after its time has come, and not before. */
import { afterEach, expect, test, vi } from "vitest"
import { Fate } from "../../packages/workers/src/fate.js"

const MOST_LOOKS = 32 + 400

const died = () => vi.spyOn(process, "exit").mockImplementation((() => {}) as never)

afterEach(() => void vi.restoreAllMocks())

test.each([1, 2, 3, 4, 5])("seed %i", (seed) => {
  const exit = died()
  const fate = new Fate({ kind: "terminate", thread: 0, afterMs: 0 }, seed)
  for (let looks = 0; looks < MOST_LOOKS; looks++) fate.look()
  expect(exit, "the race has not begun").not.toHaveBeenCalled()
  fate.begin()
  let looks = 0
  while (exit.mock.calls.length === 0 && looks < MOST_LOOKS) {
    looks++
    fate.look()
  }
  expect(exit).toHaveBeenCalledTimes(1)
})

test("not before its time", () => {
  const exit = died()
  const fate = new Fate({ kind: "terminate", thread: 0, afterMs: 3_600_000 }, 1)
  fate.begin()
  for (let looks = 0; looks < 10 * MOST_LOOKS; looks++) fate.look()
  expect(exit).not.toHaveBeenCalled()
})
