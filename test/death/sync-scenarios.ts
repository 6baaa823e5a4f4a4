/** What threads die of that use the primitives of `@outlive/sync`. */
import type { Thread } from "@outlive/core"
import { Mutex, Once, RwLock, Semaphore } from "@outlive/sync"
import { expect } from "vitest"
import { deadly } from "./dying.js"

/** What is guarded: two words that are equal whenever nobody is inside. */
const [FIRST, SECOND] = [12, 13]

function change({ engine, heap }: Thread): void {
  const value = engine.readCell(heap.cell(FIRST)) + 1
  engine.writeCell(heap.cell(FIRST), value)
  engine.writeCell(heap.cell(SECOND), value)
}

const isTorn = ({ engine, heap }: Thread) => engine.readCell(heap.cell(FIRST)) !== engine.readCell(heap.cell(SECOND))

/** Who finds half of a change has been told of a death; and repairs it. */
function expectTold(thread: Thread, ownerDied: boolean): void {
  if (isTorn(thread)) expect(ownerDied, "it was told that the one before had died").toBe(true)
  change(thread)
}

/** The maps of those that wait, and of those that read, in an object of 128 bytes. */
const MAPS = 32
const END = 128

/** Nobody waits there, or reads. */
function expectNobody({ heap }: Thread, { address }: { readonly address: number }): void {
  for (let at = MAPS; at < END; at += 4) expect(heap.word(address + at), `offset ${at}`).toBe(0)
}

export const SYNC_SCENARIOS = [
  deadly({
    name: "takes a mutex and gives it back: the next one has it, and is told if it was held",
    setup(main, mortal) {
      const mutex = Mutex.create(main)
      return { mutex, theirs: Mutex.open(mortal, mutex.share()), main }
    },
    act(mortal, { theirs, main, mutex }) {
      const guard = theirs.lockSync()
      // Meanwhile another hangs itself up.
      main.engine.awaitOwned(main.record, mutex.address, 64)
      change(mortal)
      guard.unlock()
      theirs.tryLock()?.unlock()
    },
    after(main, { mutex }) {
      const guard = mutex.guard()
      guard.lockSync()
      expectTold(main, guard.ownerDied)
      guard.unlock()
      guard.lockSync()
      expect(guard.ownerDied).toBe(false)
      guard.unlock()
      main.engine.leaveWait(main.record, mutex.address, 64, 0)
      expectNobody(main, mutex)
    },
  }),

  deadly({
    name: "reads and writes under a lock: the others write, and are told if a writer died",
    setup(main, mortal) {
      const lock = RwLock.create(main)
      return { lock, theirs: RwLock.open(mortal, lock.share()) }
    },
    act(mortal, { theirs }) {
      const reading = theirs.readSync()
      isTorn(mortal)
      reading.unlock()
      const writing = theirs.writeSync()
      change(mortal)
      writing.unlock()
    },
    after(main, { lock }) {
      const reading = lock.readSync()
      if (isTorn(main)) expect(reading.ownerDied).toBe(true)
      reading.unlock()
      const writing = lock.writeSync()
      expectTold(main, writing.ownerDied)
      writing.unlock()
      const again = lock.readSync()
      expect(again.ownerDied).toBe(false)
      again.unlock()
      expectNobody(main, lock)
    },
  }),

  deadly({
    name: "waits for permits, and does something once: it waits no more, and what was begun is done",
    setup(main, mortal) {
      const [slots, once] = [Semaphore.create(main, { permits: 0 }), Once.create(main)]
      return { slots, once, theirs: Semaphore.open(mortal, slots.share()), their: Once.open(mortal, once.share()) }
    },
    act(mortal, { theirs, their }) {
      theirs.takeSync({ timeoutMs: 0 })
      their.runSync(() => change(mortal))
      theirs.release()
    },
    after(main, { slots, once }) {
      let told = false
      const outcome = once.runSync(({ ownerDied }) => {
        told = ownerDied
        change(main)
      })
      if (outcome === "done") expect(isTorn(main)).toBe(false)
      else expect(told || !isTorn(main)).toBe(true)
      expect(once.isDone).toBe(true)
      const before = slots.available
      slots.release()
      expect(slots.available).toBe(before + 1)
      while (slots.tryTake());
      expect(slots.takeSync({ timeoutMs: 0 })).toBe(false)
      for (const object of [slots, once]) expectNobody(main, object)
    },
  }),
]
