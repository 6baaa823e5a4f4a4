/** The primitives for synchronization: nobody is inside with somebody else, and no ring, permit or turn is lost. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { ObjectType, Passing, SyncObject, SyncWord, Taken, Thread } = layout
const SLEEPERS: number = SyncObject.sleepers
const PROMISES: number = SyncObject.promises
const OBJECT = 0
const MUTEX = 1
const COUNT = 2
const OTHER = 3
/** All of a word but the flag that somebody may wait. */
const CHANGES = ~SyncWord.Waiting
const ONE_VALUE = 1
/** Of a turn of a barrier for two. */
const TURN_OF_TWO = 2 << 1

const cellOf = (arena: Arena, cell: number) => arena.engine.readCell(arena.cell(cell))
const objectIn = (arena: Arena) => cellOf(arena, OBJECT)
const wordOf = (arena: Arena, object: number) => arena.engine.readCell(object + SyncObject.word)

/** Makes a primitive, and leaves it in a cell. */
const make =
  (type: number, word = 0, limit = 0, cell = OBJECT) =>
  (arena: Arena) =>
    arena.engine.writeCell(arena.cell(cell), arena.engine.createSync(arena.threads[0]!, type, word, limit))

/** Waits as `@outlive/sync` does: listens, looks and hangs itself up, sleeps on the bell. */
function wait(arena: Arena, record: number, attempt: () => number): number {
  const { engine, words } = arena
  for (;;) {
    const value = engine.listen(record)
    const answer = attempt()
    if (answer !== 0) return answer
    Atomics.wait(words, (record + Thread.doorbell) >> 2, value)
  }
}

/** Takes a mutex, as one that sleeps or one that promised. */
function lock(arena: Arena, record: number, mutex: number, map = SLEEPERS): number {
  const { engine } = arena
  const first = engine.takeOwned(record, mutex)
  if (first !== Taken.No) return first
  const answer = wait(arena, record, () => engine.awaitOwned(record, mutex, map))
  engine.leaveWait(record, mutex, map, Passing.Never)
  return answer
}

const unlock = (arena: Arena, record: number, mutex: number) => arena.engine.giveOwned(record, mutex, 0, 0)

/** What is guarded: two who are here at once lose a count. */
function countUp({ engine, cell }: { engine: Arena["engine"]; cell: number }): void {
  engine.writeCell(cell, engine.readCell(cell) + 1)
}

const counts =
  (map = SLEEPERS) =>
  (arena: Arena, record: number) => {
    const mutex = objectIn(arena)
    lock(arena, record, mutex, map)
    countUp({ engine: arena.engine, cell: arena.cell(COUNT) })
    unlock(arena, record, mutex)
  }

/** Looks once; if it cannot go on it leaves, as one whose time is up: whether it went on. */
function tryAndLeave(
  arena: Arena,
  record: number,
  object: number,
  attempt: (map: number) => number,
  went: number = Passing.Never,
): number {
  const answer = attempt(SLEEPERS)
  arena.engine.leaveWait(record, object, SLEEPERS, answer === 0 ? Passing.Always : went)
  return answer
}

function nobodyHangs(arena: Arena, object: number): void {
  for (let at = SLEEPERS; at < SyncObject.readers; at += 4)
    must(arena.word(object + at) === 0, "Somebody hangs there still")
}

const counted = (times: number) => (arena: Arena) => {
  must(arena.word(arena.cell(COUNT)) === times, "Two were inside at once")
  nobodyHangs(arena, arena.word(arena.cell(OBJECT)))
}

/** Takes a permit, waiting for it. */
function take(arena: Arena, record: number, count = 1, map = SLEEPERS): void {
  const { engine } = arena
  const semaphore = objectIn(arena)
  if (engine.takePermits(semaphore, count) === 1) return
  wait(arena, record, () => engine.awaitPermits(record, semaphore, count, map))
  engine.leaveWait(record, semaphore, map, Passing.WhilePermits)
}

const release = (arena: Arena, count = 1) => arena.engine.givePermits(objectIn(arena), count)

const permitsLeft = (permits: number) => (arena: Arena) => {
  const semaphore = arena.word(arena.cell(OBJECT))
  must(arena.word(semaphore + SyncObject.word) >> 1 === permits, "A permit was lost, or there is one too many")
  nobodyHangs(arena, semaphore)
}

function awaitChange(
  arena: Arena,
  record: number,
  object: number,
  since: number,
  values = ONE_VALUE,
  map = SLEEPERS,
): void {
  wait(arena, record, () => arena.engine.awaitChange(record, object, since, values, map))
  arena.engine.leaveWait(record, object, map, Passing.Never)
}

const NO_FENCES = { fences: 0, callbacks: 0 } as const
const LOCK_CLAIM = "One has the mutex, and whoever waits for it gets it in the end, sleeping or as a promise."

export const SYNCS: readonly EngineModel[] = [
  engineModel({
    name: "sync-mutex-2",
    claim: LOCK_CLAIM,
    invariants: ["U1"],
    arena: { ...NO_FENCES, threads: 2, objects: 1 },
    prepare: make(ObjectType.Mutex),
    threads: [counts(), counts(PROMISES)],
    check: counted(2),
  }),
  engineModel({
    name: "sync-mutex-3",
    claim: LOCK_CLAIM,
    invariants: ["U1"],
    search: "preemption-bounded",
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare: make(ObjectType.Mutex),
    threads: [counts(), counts(), counts(PROMISES)],
    check: counted(3),
  }),
  engineModel({
    name: "sync-mutex-leave",
    claim: "A waiter that gives up passes on the ring that it was given: another that waits gets the mutex.",
    invariants: ["U1"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare(arena) {
      make(ObjectType.Mutex)(arena)
      arena.engine.takeOwned(arena.threads[0]!, arena.word(arena.cell(OBJECT)))
    },
    threads: [
      (arena, record) => unlock(arena, record, objectIn(arena)),
      (arena, record) => {
        const mutex = objectIn(arena)
        const answer = tryAndLeave(arena, record, mutex, (map) => arena.engine.awaitOwned(record, mutex, map))
        if (answer !== Taken.No) unlock(arena, record, mutex)
        return answer === Taken.No ? "gave up" : "had it"
      },
      counts(),
    ],
    outcome: (_, [, answer]) => String(answer),
    check: counted(1),
  }),
  engineModel({
    name: "sync-mutex-death",
    claim: "The mutex of a thread that died is had by one that waits, who is told; the next one is not.",
    invariants: ["U5", "T2"],
    search: "preemption-bounded",
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare(arena) {
      make(ObjectType.Mutex)(arena)
      arena.engine.takeOwned(arena.threads[0]!, arena.word(arena.cell(OBJECT)))
    },
    threads: [
      // It does not go on: it has died.
      () => undefined,
      (arena, record) => {
        const mutex = objectIn(arena)
        const first = lock(arena, record, mutex)
        unlock(arena, record, mutex)
        const second = lock(arena, record, mutex)
        unlock(arena, record, mutex)
        return first === Taken.OwnerDied && second === Taken.Yes ? "told once" : `${first}, ${second}`
      },
      (arena, record) => arena.engine.reclaim(record, arena.threads[0]!, arena.word(arena.threads[0]!)),
    ],
    check(arena, [, told]) {
      must(told === "told once", `It was told ${String(told)}`)
      nobodyHangs(arena, arena.word(arena.cell(OBJECT)))
    },
  }),
  engineModel({
    name: "sync-permits",
    claim: "Each permit is taken once, and whoever waits for one that was given back gets it.",
    invariants: ["U2"],
    search: "preemption-bounded",
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare: make(ObjectType.Semaphore, 0, 4),
    threads: [
      (arena) => {
        release(arena)
        release(arena)
      },
      (arena, record) => take(arena, record),
      (arena, record) => take(arena, record),
    ],
    symmetric: [[1, 2]],
    check: permitsLeft(0),
  }),
  engineModel({
    name: "sync-permits-calm",
    claim: "The flag goes down when nobody waits, and up again for the next one: no permit passes by one that waits.",
    invariants: ["U2", "U3"],
    search: "preemption-bounded",
    arena: { ...NO_FENCES, threads: 2, objects: 1 },
    prepare: make(ObjectType.Semaphore, 0, 4),
    threads: [
      (arena) => {
        release(arena)
        release(arena)
      },
      (arena, record) => {
        take(arena, record)
        take(arena, record)
      },
    ],
    check: permitsLeft(0),
  }),
  engineModel({
    name: "sync-permits-leave",
    claim: "A waiter that gives up takes no permit, and no ring, with it.",
    invariants: ["U2"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare: make(ObjectType.Semaphore, 0, 4),
    threads: [
      (arena) => release(arena),
      (arena, record) => {
        const semaphore = objectIn(arena)
        const attempt = (map: number) => arena.engine.awaitPermits(record, semaphore, 1, map)
        const answer = tryAndLeave(arena, record, semaphore, attempt, Passing.WhilePermits)
        if (answer === 1) release(arena)
        return answer === 1 ? "had it" : "gave up"
      },
      (arena, record) => take(arena, record),
    ],
    outcome: (_, [, answer]) => String(answer),
    check: permitsLeft(0),
  }),
  engineModel({
    name: "sync-permits-several",
    claim: "One that waits for two permits keeps no ring from one that waits for one.",
    invariants: ["U2"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare: make(ObjectType.Semaphore, 0, 4),
    threads: [
      (arena) => release(arena),
      (arena, record) => take(arena, record, 2),
      (arena, record) => {
        take(arena, record)
        release(arena, 2)
      },
    ],
    check: permitsLeft(0),
  }),
  engineModel({
    name: "sync-event-pulse",
    claim: "Whoever waited when an event was set is released, although it is reset at once.",
    invariants: ["U3"],
    arena: { ...NO_FENCES, threads: 2, objects: 1 },
    prepare: make(ObjectType.Event),
    threads: [
      (arena) => {
        arena.engine.setEvent(objectIn(arena))
        arena.engine.resetEvent(objectIn(arena))
      },
      // It has begun to wait before the threads start.
      (arena, record) => awaitChange(arena, record, objectIn(arena), 0),
    ],
    check: (arena) => nobodyHangs(arena, arena.word(arena.cell(OBJECT))),
  }),
  engineModel({
    name: "sync-latch",
    claim: "The last that counts down opens the latch, and all that wait see it open.",
    invariants: ["U3"],
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare: make(ObjectType.Latch, 2 << 1),
    threads: [
      (arena) => arena.engine.countDown(objectIn(arena), 1),
      (arena) => arena.engine.countDown(objectIn(arena), 1),
      (arena, record) => {
        const latch = objectIn(arena)
        for (;;) {
          const since = wordOf(arena, latch) & CHANGES
          if (since === 0) break
          // What changed meanwhile may not have opened it; who hangs is rung only when it opens.
          const opened = wait(arena, record, () => {
            const now = wordOf(arena, latch) & CHANGES
            if (now === 0) return 1
            return arena.engine.awaitChange(record, latch, now, ONE_VALUE, SLEEPERS) === 1 ? 2 : 0
          })
          if (opened === 1) break
        }
        arena.engine.leaveWait(record, latch, SLEEPERS, Passing.Never)
        return wordOf(arena, latch) >> 1
      },
    ],
    symmetric: [[0, 1]],
    check(arena, [, , left]) {
      must(left === 0, "It went on, and the latch was not open")
      nobodyHangs(arena, arena.word(arena.cell(OBJECT)))
    },
  }),
  engineModel({
    name: "sync-barrier",
    claim:
      "Nobody leaves a turn of the barrier before all have come to it, and everybody leaves it; one of them is the last.",
    invariants: ["U3"],
    search: "preemption-bounded",
    arena: { ...NO_FENCES, threads: 2, objects: 1 },
    prepare: make(ObjectType.Barrier, 0, 2),
    threads: [0, 1].map(() => (arena: Arena, record: number) => {
      const { engine } = arena
      const barrier = objectIn(arena)
      let last = 0
      for (let turn = 1; turn <= 2; turn++) {
        engine.addToCell(arena.cell(COUNT), 1)
        const since = engine.arriveAt(barrier)
        if (since < 0) last++
        else awaitChange(arena, record, barrier, since, TURN_OF_TWO)
        must(cellOf(arena, COUNT) >= 2 * turn, "It left before the other had come")
      }
      return last
    }),
    check(arena, lasts) {
      const count = (lasts as number[]).reduce((sum, last) => sum + last)
      must(count === 2, "A turn had no last one, or two")
      nobodyHangs(arena, arena.word(arena.cell(OBJECT)))
    },
  }),
  engineModel({
    name: "sync-barrier-withdraw",
    claim: "One that gives up has either taken its arrival back, or was let go: the others never go on without it.",
    invariants: ["U3"],
    arena: { ...NO_FENCES, threads: 2, objects: 1 },
    prepare: make(ObjectType.Barrier, 0, 2),
    threads: [
      (arena) => {
        const barrier = objectIn(arena)
        const turn = arena.engine.arriveAt(barrier)
        return turn < 0 || arena.engine.withdrawFrom(barrier, turn) === 0 ? "let go" : "withdrew"
      },
      (arena) => (arena.engine.arriveAt(objectIn(arena)) < 0 ? "last" : "waits"),
    ],
    outcome: (_, answers) => answers.join(", "),
    check(arena, [first, second]) {
      const arrivals = arena.word(arena.word(arena.cell(OBJECT)) + SyncObject.word) >> 1
      must(arrivals === (first === "withdrew" ? 1 : 2), `${arrivals} arrived: ${String(first)}, ${String(second)}`)
      must(first !== "withdrew" || second === "waits", "It went on, and the other had taken its arrival back")
    },
  }),
  engineModel({
    name: "sync-condition",
    claim: "Whoever waits for a condition under its mutex is woken by a notification that comes after it looked.",
    invariants: ["U3"],
    search: "preemption-bounded",
    arena: { ...NO_FENCES, threads: 2, objects: 2 },
    prepare(arena) {
      make(ObjectType.Condition)(arena)
      make(ObjectType.Mutex, 0, 0, MUTEX)(arena)
    },
    threads: [
      (arena, record) => {
        lock(arena, record, cellOf(arena, MUTEX))
        arena.engine.writeCell(arena.cell(COUNT), 1)
        unlock(arena, record, cellOf(arena, MUTEX))
        arena.engine.notifyWaiters(objectIn(arena), 0)
      },
      (arena, record) => {
        const [condition, mutex] = [objectIn(arena), cellOf(arena, MUTEX)]
        lock(arena, record, mutex)
        while (cellOf(arena, COUNT) === 0) {
          const since = wordOf(arena, condition) & CHANGES
          unlock(arena, record, mutex)
          awaitChange(arena, record, condition, since)
          lock(arena, record, mutex)
        }
        unlock(arena, record, mutex)
      },
    ],
    check: (arena) => nobodyHangs(arena, arena.word(arena.cell(OBJECT))),
  }),
  engineModel({
    name: "sync-notify-leave",
    claim: "A notification that is given to one that gives up wakes another that waits.",
    invariants: ["U3"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare: make(ObjectType.Condition),
    threads: [
      (arena) => arena.engine.notifyWaiters(objectIn(arena), 0),
      (arena, record) => {
        const condition = objectIn(arena)
        const attempt = (map: number) => arena.engine.awaitChange(record, condition, 0, ONE_VALUE, map)
        // What it was notified of may have been meant for the other as well.
        if (tryAndLeave(arena, record, condition, attempt) === 1) arena.engine.notifyWaiters(condition, 0)
      },
      (arena, record) => awaitChange(arena, record, objectIn(arena), 0, ONE_VALUE, PROMISES),
    ],
    check: (arena) => nobodyHangs(arena, arena.word(arena.cell(OBJECT))),
  }),
  engineModel({
    name: "sync-once",
    claim: "What is to be done once is done by one, and everybody goes on after it.",
    invariants: ["U1"],
    search: "preemption-bounded",
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare: make(ObjectType.Once),
    threads: [SLEEPERS, SLEEPERS, PROMISES].map((map) => (arena: Arena, record: number) => {
      const once = objectIn(arena)
      if (lock(arena, record, once, map) !== Taken.Done) {
        countUp({ engine: arena.engine, cell: arena.cell(COUNT) })
        arena.engine.giveOwned(record, once, SyncWord.Done, 1)
      }
      return cellOf(arena, COUNT)
    }),
    symmetric: [[0, 1]],
    check(arena, seen) {
      must(
        (seen as number[]).every((count) => count === 1),
        "It was done twice, or somebody went on before it was done",
      )
      nobodyHangs(arena, arena.word(arena.cell(OBJECT)))
    },
  }),
  engineModel({
    name: "sync-rwlock",
    claim:
      "Nobody reads while somebody writes; a writer that waits is rung by the last reader, and readers by the writer.",
    invariants: ["U4"],
    search: "preemption-bounded",
    arena: { ...NO_FENCES, threads: 2, objects: 1 },
    prepare: make(ObjectType.RwLock),
    threads: [writes, reads],
    check(arena, [, torn]) {
      must(torn === 0, "A reader saw half of what was written")
      nobodyHangs(arena, arena.word(arena.cell(OBJECT)))
    },
  }),
  engineModel({
    name: "sync-rwlock-3",
    claim:
      "Nobody reads while somebody writes; a writer that waits is rung by the last reader, and readers by the writer.",
    invariants: ["U4"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...NO_FENCES, threads: 3, objects: 1 },
    prepare: make(ObjectType.RwLock),
    threads: [writes, reads, writes],
    check(arena, [, torn]) {
      must(torn === 0, "A reader saw half of what was written")
      must(arena.word(arena.cell(COUNT)) === 2, "Two wrote at once")
      nobodyHangs(arena, arena.word(arena.cell(OBJECT)))
    },
  }),
]

function writes(arena: Arena, record: number): void {
  const { engine } = arena
  const rwlock = objectIn(arena)
  lock(arena, record, rwlock)
  if (engine.beginDrain(rwlock, 0) === 0) wait(arena, record, () => engine.awaitDrain(rwlock))
  countUp({ engine, cell: arena.cell(COUNT) })
  countUp({ engine, cell: arena.cell(OTHER) })
  engine.giveOwned(record, rwlock, 0, 1)
}

function reads(arena: Arena, record: number): number {
  const { engine } = arena
  const rwlock = objectIn(arena)
  if (engine.takeRead(record, rwlock) === Taken.No) {
    wait(arena, record, () => engine.awaitRead(record, rwlock, SLEEPERS))
    engine.leaveWait(record, rwlock, SLEEPERS, Passing.Never)
  }
  const torn = cellOf(arena, COUNT) - cellOf(arena, OTHER)
  engine.giveRead(record, rwlock)
  return torn
}
