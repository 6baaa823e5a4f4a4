/** A loop that waits without an operation of Atomics: no other thread runs meanwhile, so it never ends, and is refused. */
import { ExploreError, explore, exploreAsync, relax, until } from "@outlive/explore"
import type { Tools } from "@outlive/explore"
import { describe, expect, test } from "vitest"

const SETUPS = {
  "an own buffer": () => new Int32Array(new SharedArrayBuffer(8)),
  "a view of tools": (_: SharedArrayBuffer, tools: Tools) => tools.view(Int32Array),
}
const set = (cells: Int32Array) => void Atomics.store(cells, 0, 1)

function refusalOf(work: () => unknown): ExploreError {
  try {
    work()
  } catch (error) {
    if (error instanceof ExploreError) return error
    throw error
  }
  throw new Error("It was explored")
}

describe.each(Object.entries(SETUPS))("plainly, of %s", (_name, setup) => {
  test.each([
    [
      "",
      (cells: Int32Array) => {
        while (cells[0] === 0);
      },
    ],
    [
      " with relax()",
      (cells: Int32Array) => {
        while (cells[0] === 0) relax()
      },
    ],
    [
      " that catches what it is stopped by",
      (cells: Int32Array) => {
        try {
          while (cells[0] === 0);
        } catch {
          /* It is told all the same. */
        }
      },
    ],
  ])("a loop%s", (_, wait) => {
    const { code, message } = refusalOf(() => explore({ memory: 8, setup, threads: [wait, set] }))
    expect(code).toBe("own-memory")
    expect(message).toMatch(/^Cannot explore thread A: .*plain\.test\.ts:\d+ reads and writes plainly.*Atomics\.load$/)
  })

  test("a condition of until()", () => {
    const wait = (cells: Int32Array) => void until(() => cells[0] !== 0)
    const { message } = refusalOf(() => explore({ memory: 8, setup, threads: [wait, set] }))
    expect(message).toMatch(/does not look up in shared memory, by Atomics$/)
  })
})

test("after an operation, too, and where it runs again to find out whether it waits", () => {
  const wait = (cells: Int32Array) => {
    while (Atomics.load(cells, 1) === 0 && cells[0] === 0) while (cells[0] === 0) relax()
  }
  const { message } = refusalOf(() => explore({ setup: SETUPS["an own buffer"], threads: [wait, set] }))
  expect(message).toContain("Atomics.load")
})

test("asynchronously", async () => {
  const wait = async (cells: Int32Array) => {
    while (cells[0] === 0) await Promise.resolve()
  }
  await expect(exploreAsync({ setup: SETUPS["an own buffer"], threads: [wait, set] })).rejects.toThrow(/Atomics\.load$/)
})

test("hints alone, in a thread and in a check", () => {
  const spin = () => {
    for (;;) relax()
  }
  expect(refusalOf(() => explore({ threads: [spin] })).message).toMatch(/^Cannot explore thread A: .*calls relax\(\)/)
  expect(refusalOf(() => explore({ threads: [() => {}], check: spin }))).toMatchObject({ code: "sleep" })
})

test("one that has much to do comes to its end", () => {
  const sum = (cells: Int32Array) => {
    let all = 0
    for (let i = 0; i < 150_000; i++) all += cells[1]!
    return all
  }
  expect(explore({ setup: SETUPS["an own buffer"], threads: [sum, set] })).toMatchObject({ verdict: "pass" })
})
