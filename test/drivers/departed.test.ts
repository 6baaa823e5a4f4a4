/** What a process that dies in the middle of a driver's code leaves of the driver's own: whoever comes next finishes it. */
import { expect, test } from "vitest"
import { Board, State } from "../../packages/drivers/dist/board.js"
import { type Seated, isLeft } from "../../packages/drivers/dist/departed.js"
import { SIGNALS_WORDS, Signals } from "../../packages/drivers/dist/i915/signals.js"
import { Words } from "../../packages/drivers/dist/words.js"

/** Threads of a heap that knows who is still there. */
function seats(...records: number[]) {
  const present = new Set(records)
  const heap = { threads: () => [...present].map((id) => ({ id })) }
  const seatOf = (record: number) => ({ record, heap }) as unknown as Seated
  return { seatOf, dies: (record: number) => present.delete(record) }
}

const words = () => new Words(new Int32Array(new SharedArrayBuffer(4 * SIGNALS_WORDS)))

/** Dies in there: nothing of what follows is done, as when a thread is terminated. */
function dyingIn(memory: Words, at: number, record: number): void {
  memory.store(at, record)
}

test("what one who died had begun is finished first, and once; one who lives is not disturbed", () => {
  const { seatOf, dies } = seats(16, 32)
  const memory = words()
  const done: string[] = []
  const enter = (finish?: () => void) => memory.alone(0, seatOf(32), () => done.push("own"), finish)
  const finish = () => void done.push("his")
  dyingIn(memory, 0, 16)
  enter(finish)
  expect(done).toEqual([])
  dies(16)
  enter()
  expect(done).toEqual([])
  enter(finish)
  enter(finish)
  expect(done).toEqual(["his", "own", "own"])
})

test("what one had begun who comes out by an error is finished before anybody else comes in", () => {
  const { seatOf } = seats(16, 32)
  const memory = words()
  const done: string[] = []
  const enter = (record: number, body: () => void) => memory.alone(0, seatOf(record), body, () => done.push("finished"))
  const failing = () => {
    done.push("begun")
    expect(enter(32, () => done.push("in between"))).toBeUndefined()
    throw new Error("in the middle")
  }
  expect(() => enter(16, failing)).toThrow("in the middle")
  enter(32, () => done.push("next"))
  expect(done).toEqual(["begun", "finished", "next"])
})

test("a place is left when the one whose record stands in it has died; a state is nobody's record", () => {
  const { seatOf, dies } = seats(4_096, 8_192)
  const isLeftIn = (state: number) => isLeft(seatOf(8_192), state)
  expect([0, 3, 4_096, 8_192].map(isLeftIn)).toEqual([false, false, false, false])
  dies(4_096)
  expect([0, 3, 4_096, 8_192].map(isLeftIn)).toEqual([false, false, true, false])
})

test("a signal list is made anew, sorted, of what it has references on", () => {
  const { seatOf, dies } = seats(16, 32)
  const memory = words()
  const kept = new Set([3, 1, 5])
  const list = new Signals(
    memory,
    (entry) => 10 * entry,
    (entry) => kept.has(entry),
  )
  list.locked(seatOf(16), () => list.insert(5))
  // He dies when room has been made for entry 3, and it is written nowhere yet.
  dyingIn(memory, 0, 16)
  memory.store(1, 4)
  dies(16)
  const taken = list.locked(seatOf(32), () => {
    expect(list.isSorted).toBe(true)
    return list.takeWhile((entry) => entry < 5)
  })
  expect(taken).toEqual([1, 3])
})

test("files and fences of one who died are nobody's any more", () => {
  const board = new Board(1)
  board.state = State.up
  for (const thread of [0, 1]) {
    board.join(thread, 16 + 16 * thread)
    expect(board.tryOpen(thread)).toBe(true)
    board.hold(thread, 1)
  }
  const bury = () => board.bury((record) => record === 16)
  bury()
  bury()
  expect([board.files, board.held, board.buried]).toEqual([1, 1, 1])
  board.close(1)
  board.hold(1, -1)
  expect([board.files, board.held]).toEqual([0, 0])
})
