/** Taking several reservations: who waits, who backs off. Threads are played: what would sleep is left to the race. */
import { AcquireContext, Reservation, type Thread } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error

describe.each(BUILDS)("$engine $flavour", (build) => {
  /** Reservations a and b, and handles on them for a second thread. */
  const pair = () => {
    const w = world(build)
    const second = w.heap.attach({ name: "second" })
    const own = [Reservation.create(w.thread), Reservation.create(w.thread)] as const
    const theirs = [open(second, own[0]), open(second, own[1])] as const
    return {
      ...w,
      second,
      own,
      theirs,
      end(isDead = false) {
        for (const reservation of [...own, ...(isDead ? [] : theirs)]) reservation.drop()
        if (!isDead) second.detach()
        w.close()
        expect(w.heap.accounts().objects.inUse).toBe(isDead ? 2 : 0)
      },
    }
  }
  const open = (thread: Thread, reservation: Reservation) => Reservation.open(thread, reservation.share())

  test("the younger backs off when it holds something, and only then may wait", () => {
    const { thread, second, own, theirs, end } = pair()
    const older = AcquireContext.begin(thread)
    const younger = AcquireContext.begin(second)
    expect(own[0].lock(older)).toBe("locked")
    expect(theirs[1].lock(younger)).toBe("locked")
    expect(theirs[0].lock(younger)).toBe("back-off")
    expect(() => theirs[0].lockSlow(younger)).toThrow(code("EDEADLK"))
    younger.unlockAll()
    expect(own[1].lock(older)).toBe("locked")
    older.unlockAll()
    theirs[0].lockSlow(younger)
    expect(theirs[1].lock(younger)).toBe("locked")
    expect([older.acquired, younger.acquired]).toEqual([0, 2])
    younger.unlockAll()
    older.end()
    younger.end()
    end()
  })

  test("the ticket stays over a back-off, and a new context is younger than every other", () => {
    const { thread, second, own, theirs, end } = pair()
    const first = AcquireContext.begin(thread)
    const middle = AcquireContext.begin(second)
    first.end()
    const last = AcquireContext.begin(thread)
    theirs[0].lock(middle)
    own[1].lock(last)
    expect(own[0].lock(last)).toBe("back-off")
    last.unlockAll()
    last.end()
    middle.unlockAll()
    middle.end()
    end()
  })

  test("what is held in this context already says so; what is held outside it is a wait for oneself", () => {
    const { thread, own, end } = pair()
    using context = AcquireContext.begin(thread)
    expect([own[0].lock(context), own[0].lock(context)]).toEqual(["locked", "already-locked"])
    expect(() => own[0].lock()).toThrow(code("SELF_DEADLOCK"))
    // Taken with `tryLock`: outside a context there is an order, and two of one class have none.
    expect(own[1].tryLock()).toBe(true)
    expect(() => own[1].lock(context)).toThrow(code("SELF_DEADLOCK"))
    expect(() => own[1].lock()).toThrow(code("SELF_DEADLOCK"))
    own[1].unlock()
    expect(context.acquired).toBe(1)
    own[0].unlock()
    expect([context.acquired, own[0].isLocked]).toEqual([0, false])
    context.end()
    end()
  })

  test("a holder outside any context is waited for, not older: a younger one does not back off from it", () => {
    const { second, own, theirs, end } = pair()
    own[0].lock()
    using context = AcquireContext.begin(second)
    theirs[1].lock(context)
    expect(theirs[0].tryLock()).toBe(false)
    own[0].unlock()
    expect(theirs[0].lock(context)).toBe("locked")
    context.unlockAll()
    context.end()
    end()
  })

  test("lockAll takes each once, by whichever handle, and the end of a context gives all back", () => {
    const { thread, own, end } = pair()
    const again = open(thread, own[0])
    {
      using context = AcquireContext.begin(thread)
      expect(context.lockAll([own[1], own[0], again, own[1]])).toBe(0)
      expect([context.acquired, own[0].isLocked, own[1].isLocked]).toEqual([2, true, true])
      expect(() => context.end()).toThrow(code("EBUSY"))
      again.unlock()
      expect([context.acquired, own[0].isLocked]).toEqual([1, false])
    }
    expect(own[1].isLocked).toBe(false)
    again.drop()
    end()
  })

  test("one context at a time in a thread, and only while it lasts", () => {
    const { thread, own, theirs, end } = pair()
    const context = AcquireContext.begin(thread)
    expect(() => AcquireContext.begin(thread)).toThrow(code("EBUSY"))
    expect(() => theirs[0].lock(context)).toThrow(code("EINVAL"))
    context.end()
    context.end()
    expect(() => own[0].lock(context)).toThrow(code("EINVAL"))
    AcquireContext.begin(thread).end()
    end()
  })

  test("the locks of a dead thread are taken over, with and without a ticket; its ticket dies with it", () => {
    const { heap, thread, second, own, theirs, end } = pair()
    theirs[0].lock(AcquireContext.begin(second))
    expect(theirs[1].tryLock()).toBe(true)
    thread.reclaim(second.record)
    expect(heap.accounts().brokenLocks).toBe(2)
    using context = AcquireContext.begin(thread)
    expect(context.lockAll(own)).toBe(0)
    // The next tenant of the dead thread's record begins with nothing held and no ticket.
    const third = heap.attach({ name: "third" })
    const others = own.map((reservation) => open(third, reservation))
    const younger = AcquireContext.begin(third)
    context.unlockAll()
    expect(younger.lockAll(others)).toBe(0)
    younger.unlockAll()
    younger.end()
    for (const reservation of others) reservation.drop()
    third.detach()
    context.end()
    end(true)
  })
})
