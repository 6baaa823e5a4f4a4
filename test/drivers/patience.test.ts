/** Before a race tells that nobody will do what is waited for, those who could have had their turns: however long that takes. */
import { expect, test } from "vitest"
import { Board } from "../../packages/drivers/dist/board.js"
import { Patience } from "../../packages/drivers/dist/patience.js"

const SERVING = ["hardware", "kernel"] as const
const MANY = 100_000
/** Who serves, by number; a second one of the kernel's. */
const THREADS = { hardware: 0, kernel: 1 } as const
const SECOND = 2

function patient() {
  const board = new Board(1)
  const patience = new Patience(board, 10)
  const looks = (times: number) => Array.from({ length: times }, () => patience.look())
  const rounds = (which: (typeof SERVING)[number]) =>
    Array.from({ length: MANY }, () => board.comeRound(which, THREADS[which]))
  return { patience, looks, rounds }
}

test.each(SERVING)("looking is not enough while only the %s gets on", (which) => {
  const { patience, looks, rounds } = patient()
  looks(MANY)
  expect(patience.isOver).toBe(false)
  rounds(which)
  expect(patience.isOver).toBe(false)
})

test("nor is what they did before", () => {
  const board = new Board(1)
  for (let n = 0; n < MANY; n++) for (const which of SERVING) board.comeRound(which, THREADS[which])
  const patience = new Patience(board, 0)
  expect(patience.isOver).toBe(false)
})

test("nor is it while one of two is held back, however often the other comes round", () => {
  const board = new Board(1)
  board.comeRound("kernel", SECOND)
  const patience = new Patience(board, 0)
  for (let n = 0; n < MANY; n++) for (const which of SERVING) board.comeRound(which, THREADS[which])
  expect(patience.isOver).toBe(false)
  for (let n = 0; n < 2; n++) board.comeRound("kernel", SECOND)
  expect(patience.isOver).toBe(true)
})

test("when all have had their turns, and somebody has looked, it is over", () => {
  const { patience, looks, rounds } = patient()
  for (const which of SERVING) rounds(which)
  expect(patience.isOver).toBe(false)
  looks(10)
  expect(patience.isOver).toBe(true)
})
