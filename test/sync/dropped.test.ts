/** A handle that was dropped is refused in every call, also where nothing would be waited for. */
import type { Fence, Seat } from "@outlive/core"
import {
  Barrier,
  Cell,
  Channel,
  Condition,
  Event,
  FenceChannel,
  Latch,
  Mutex,
  type MutexGuard,
  Once,
  RwLock,
  Semaphore,
} from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

interface Handle {
  drop(): void
}
/** What a call may need beside the handle. */
interface Beside {
  readonly fence: Fence
  readonly guard: MutexGuard
}

const code = (name: string) => expect.objectContaining({ code: name }) as Error
const bytes = new Uint8Array(4)
const nothing = () => {}

/** A handle in the state in which its calls have least to do, and these calls. */
interface Kind<H extends Handle> {
  make(thread: Seat): H
  readonly calls: Readonly<Record<string, (handle: H, beside: Beside) => unknown>>
}

/** As a function, so that each row is checked by itself. */
const kind = <H extends Handle>(make: (thread: Seat) => H, calls: Kind<H>["calls"]): Kind<never> =>
  ({ make, calls }) as unknown as Kind<never>

const KINDS: Readonly<Record<string, Kind<never>>> = {
  mutex: kind(Mutex.create.bind(Mutex), {
    tryLock: (m) => m.tryLock(),
    lockSync: (m) => m.lockSync(),
    lock: (m) => m.lock(),
    guard: (m) => m.guard().tryLock(),
    share: (m) => m.share(),
    transfer: (m) => m.transfer(),
  }),
  rwlock: kind(RwLock.create.bind(RwLock), {
    tryRead: (l) => l.tryRead(),
    readSync: (l) => l.readSync(),
    read: (l) => l.read(),
    tryWrite: (l) => l.tryWrite(),
    writeSync: (l) => l.writeSync(),
    write: (l) => l.write(),
    reader: (l) => l.reader().lockSync(),
    writer: (l) => l.writer().lockSync(),
  }),
  semaphore: kind((thread) => Semaphore.create(thread, { permits: 3 }), {
    available: (s) => s.available,
    tryTake: (s) => s.tryTake(),
    takeSync: (s) => s.takeSync(),
    take: (s) => s.take(),
    acquireSync: (s) => s.acquireSync(),
    acquire: (s) => s.acquire(),
    release: (s) => s.release(),
  }),
  "set event": kind((thread) => Event.create(thread, { set: true }), {
    isSet: (e) => e.isSet,
    set: (e) => e.set(),
    waitSync: (e) => e.waitSync(),
    wait: (e) => e.wait(),
    reset: (e) => e.reset(),
  }),
  "set automatic event": kind((thread) => Event.create(thread, { mode: "auto", set: true }), {
    isSet: (e) => e.isSet,
    set: (e) => e.set(),
    waitSync: (e) => e.waitSync(),
    wait: (e) => e.wait(),
    reset: (e) => e.reset(),
  }),
  "open latch": kind((thread) => Latch.create(thread, 0), {
    left: (l) => l.left,
    countDown: (l) => l.countDown(),
    waitSync: (l) => l.waitSync(),
    wait: (l) => l.wait(),
  }),
  "barrier of one": kind((thread) => Barrier.create(thread, 1), {
    arrive: (b) => b.arrive(),
    waitSync: (b) => b.waitSync(),
    wait: (b) => b.wait(),
  }),
  condition: kind(Condition.create.bind(Condition), {
    notifyOne: (c) => c.notifyOne(),
    notifyAll: (c) => c.notifyAll(),
    waitSync: (c, { guard }) => c.waitSync(guard, { timeoutMs: 0 }),
    wait: (c, { guard }) => c.wait(guard, { timeoutMs: 0 }),
    "waitForSync, and it is so": (c, { guard }) => c.waitForSync(guard, () => true),
    "waitFor, and it is so": (c, { guard }) => c.waitFor(guard, () => true),
    "waitForSync, and it is not": (c, { guard }) => c.waitForSync(guard, () => false, { timeoutMs: 0 }),
    "waitFor, and it is not": (c, { guard }) => c.waitFor(guard, () => false, { timeoutMs: 0 }),
  }),
  "once that was done": kind(
    (thread) => {
      const once = Once.create(thread)
      once.runSync(nothing)
      return once
    },
    {
      isDone: (o) => o.isDone,
      runSync: (o) => o.runSync(nothing),
      run: (o) => o.run(nothing),
    },
  ),
  "channel with a message": kind(
    (thread) => {
      const channel = Channel.create(thread, { bytes: 64 })
      channel.sendSync(bytes)
      return channel
    },
    {
      isClosed: (c) => c.isClosed,
      deaths: (c) => c.deaths,
      trySend: (c) => c.trySend(bytes),
      sendSync: (c) => c.sendSync(bytes),
      send: (c) => c.send(bytes),
      tryReceive: (c) => c.tryReceive(),
      receiveSync: (c) => c.receiveSync(),
      receive: (c) => c.receive(),
      iterator: (c) => c[Symbol.asyncIterator]().next(),
      close: (c) => c.close(),
    },
  ),
  "closed channel of fences": kind(
    (thread) => {
      const channel = FenceChannel.create(thread)
      channel.close()
      return channel
    },
    {
      isClosed: (c) => c.isClosed,
      deaths: (c) => c.deaths,
      trySend: (c, { fence }) => c.trySend(fence),
      sendSync: (c, { fence }) => c.sendSync(fence),
      send: (c, { fence }) => c.send(fence),
      tryReceive: (c) => c.tryReceive(),
      receiveSync: (c) => c.receiveSync(),
      receive: (c) => c.receive(),
      iterator: (c) => c[Symbol.asyncIterator]().next(),
      close: (c) => c.close(),
    },
  ),
  cell: kind((thread) => Cell.create(thread, 1), {
    get: (c) => c.get(),
    read: (c) => c.read(nothing),
    set: (c) => c.set(2),
    update: (c) => c.update((n) => n + 1),
  }),
}

const ROWS = Object.entries(KINDS).flatMap(([name, { make, calls }]) =>
  Object.entries(calls).map(([call, use]) => ({ name, call, make, use })),
)

/** Also what is thrown at once by what should have rejected. */
const outcomeOf = async (use: () => unknown): Promise<unknown> => use()

describe.each(BUILDS)("$engine $flavour", (build) => {
  test.each(ROWS)("$name: $call", async ({ make, use }) => {
    const { heap, thread, timeline, close } = world(build)
    const mutex = Mutex.create(thread)
    const beside = { fence: timeline.fence(), guard: mutex.lockSync() }
    const dropped: Handle = make(thread)
    dropped.drop()
    await expect(outcomeOf(() => use(dropped as never, beside))).rejects.toThrow(code("STALE"))
    expect(beside.guard.isHeld).toBe(true)
    beside.guard.unlock()
    beside.fence.signal()
    beside.fence.drop()
    mutex.drop()
    close()
    expect(heap.check()).toEqual([])
    expect(heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 } })
  })

  test("a condition that is dropped while it is waited for is waited for on, through all wake-ups", async () => {
    const { heap, thread, close } = world(build)
    const other = heap.attach({ name: "other" })
    const [mutex, condition] = [Mutex.create(thread), Condition.create(thread)]
    const [theirs, notifier] = [Mutex.open(other, mutex.share()), Condition.open(other, condition.share())]
    let looks = 0
    const guard = mutex.lockSync()
    const waited = condition.waitFor(guard, () => ++looks > 3)
    condition.drop()
    expect(() => condition.notifyOne()).toThrow(code("STALE"))
    for (const look of [2, 3, 4]) {
      const held = await theirs.lock()
      notifier.notifyAll()
      held.unlock()
      await expect.poll(() => looks, { timeout: 30_000 }).toBe(look)
    }
    expect(await waited).toBe(true)
    guard.unlock()
    for (const one of [mutex, theirs, notifier]) one.drop()
    other.detach()
    close()
    expect(heap.accounts()).toMatchObject({ balanced: true, objects: { inUse: 0 } })
  })
})
