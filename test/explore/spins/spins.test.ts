/** Loops that wait by looking again: found without a hint, and not mistaken for loops that end by themselves. */
import { explore, relax } from "@outlive/explore"
import type { Model } from "@outlive/explore"
import { expectFailure, expectPass } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"

type Thread = (cells: Int32Array) => unknown
const [X, Y, LOCK] = [0, 1, 2] as const

function model(threads: readonly Thread[]): Model<Int32Array> {
  return {
    memory: 16,
    cells: { x: 0, y: 4, lock: 8 },
    setup: (memory) => new Int32Array(memory),
    threads,
    outcome: (cells, results) => [...results, ...cells].join(" "),
  }
}

function outcomesOf(subject: Model<Int32Array>, spins: "automatic" | "off"): string[] {
  return [...expectPass(subject, { spins }).outcomes.keys()].sort()
}

describe("loops that end by themselves have all of their executions", () => {
  const write =
    (value: number): Thread =>
    (cells) =>
      Atomics.store(cells, X, value)
  const LOOPS: Readonly<Record<string, Thread>> = {
    "the same read, three times": (cells) => [X, X, X].map((cell) => Atomics.load(cells, cell)).join(""),
    "looks a few times, then gives up": (cells) => {
      for (let look = 0; look < 4; look++) if (Atomics.load(cells, X) === 2) return `seen after ${look}`
      return "given up"
    },
    "the same exchange of equal values": (cells) => {
      let seen = ""
      for (let round = 0; round < 3; round++) seen += Atomics.compareExchange(cells, X, 7, 7)
      return seen
    },
    "two cells in turn": (cells) => {
      let seen = ""
      for (let round = 0; round < 2; round++) seen += `${Atomics.load(cells, X)}${Atomics.load(cells, Y)}`
      return seen
    },
    "a loop in a loop": (cells) => {
      let sum = 0
      for (let outer = 0; outer < 2; outer++)
        for (let inner = 0; inner < 2; inner++) sum = sum * 3 + Atomics.load(cells, X)
      return sum
    },
    "waits that time out": (cells) => {
      let results = ""
      for (let round = 0; round < 2; round++) results += Atomics.wait(cells, X, 0, 5)
      return results
    },
  }
  for (const [name, loop] of Object.entries(LOOPS))
    test(name, () => {
      const subject = model([write(1), write(2), loop])
      expect(outcomesOf(subject, "automatic")).toEqual(outcomesOf(subject, "off"))
      const [found, all] = [explore(subject), explore(subject, { spins: "off" })]
      expect(found.executions).toBe(all.executions)
    })
})

describe("without a hint", () => {
  const lockOnce =
    (spin: (cells: Int32Array) => void): Thread =>
    (cells) => {
      spin(cells)
      const value = Atomics.load(cells, X)
      Atomics.store(cells, X, value + 1)
      Atomics.store(cells, LOCK, 0)
    }
  const spinSilently = (cells: Int32Array) => {
    while (Atomics.compareExchange(cells, LOCK, 0, 1) !== 0);
  }
  const spinWithHint = (cells: Int32Array) => {
    while (Atomics.compareExchange(cells, LOCK, 0, 1) !== 0) relax()
  }

  test("a lock is explored to the end, with not many more executions than with one", () => {
    for (const [threads, most] of [
      [2, 8],
      [3, 288],
    ] as const) {
      const silent = expectPass(model(Array.from({ length: threads }, () => lockOnce(spinSilently))))
      const hinted = expectPass(model(Array.from({ length: threads }, () => lockOnce(spinWithHint))))
      expect([...silent.outcomes.keys()]).toEqual([...hinted.outcomes.keys()])
      expect(silent.executions).toBeLessThanOrEqual(most)
      expect(hinted.executions).toBeLessThanOrEqual(silent.executions)
    }
  })

  test("an error behind a loop that waits is found", () => {
    const subject = model([
      (cells) => {
        while (Atomics.load(cells, X) !== 2);
        if (Atomics.load(cells, Y) === 1) throw new Error("both came first")
      },
      (cells) => Atomics.store(cells, X, 1),
      (cells) => {
        while (Atomics.load(cells, X) === 0);
        Atomics.store(cells, Y, 1)
        Atomics.store(cells, X, 2)
      },
    ])
    expect(expectFailure(subject, "assertion").message).toMatch(/both came first/)
  })

  test("who gives way to another at each look is not held for ever", () => {
    const turn =
      (own: number, next: number): Thread =>
      (cells) => {
        for (let round = 0; round < 2; round++) {
          while (Atomics.load(cells, X) !== own);
          Atomics.store(cells, X, next)
        }
      }
    expect(expectPass(model([turn(0, 1), turn(1, 2), turn(2, 0)])).executions).toBeGreaterThan(1)
  })

  test("a second look that sees the change ends the wait, whichever of two cells it was", () => {
    const subject = model([
      (cells) => {
        while (Atomics.load(cells, X) === 0 && Atomics.load(cells, Y) === 0);
        return `${Atomics.load(cells, X)}${Atomics.load(cells, Y)}`
      },
      (cells) => Atomics.store(cells, X, 1),
      (cells) => Atomics.store(cells, Y, 1),
    ])
    const seen = [...expectPass(subject).outcomes.keys()].map((outcome) => outcome.slice(0, 2))
    expect([...new Set(seen)].sort()).toEqual(["01", "10", "11"])
  })
})
