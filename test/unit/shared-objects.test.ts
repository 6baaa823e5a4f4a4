/** What holds for all that threads share and that is no fence: handles, tokens, a heap without room. */
import {
  Entity,
  FenceError,
  HeapError,
  Reservation,
  Scheduler,
  type SharedObjectToken,
  SoftTimeline,
  SyncFile,
  Syncobj,
  type Thread,
  Usage,
} from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

interface Handle {
  share(): SharedObjectToken
  drop(): void
}

/** A kind of object: how it is made and opened, and something that can be done with it. */
interface Kind {
  create(thread: Thread): Handle
  open(thread: Thread, token: SharedObjectToken): Handle
  use(thread: Thread, handle: Handle): unknown
}

const kind = <H extends Handle>(of: {
  create(thread: Thread): H
  open(thread: Thread, token: SharedObjectToken): H
  use(thread: Thread, handle: H): unknown
}): Kind => of as unknown as Kind

const KINDS: Readonly<Record<string, Kind>> = {
  reservation: kind({
    create: (thread) => Reservation.create(thread),
    open: (thread, token) => Reservation.open(thread, token),
    use: (_, reservation) => reservation.testSignaled(Usage.Bookkeep),
  }),
  "sync file": kind({
    create(thread) {
      using fence = thread.stub()
      return SyncFile.create(thread, fence)
    },
    open: (thread, token) => SyncFile.open(thread, token),
    use: (_, file) => file.info(),
  }),
  "soft timeline": kind({
    create: (thread) => SoftTimeline.create(thread),
    open: (thread, token) => SoftTimeline.open(thread, token),
    use: (_, timeline) => timeline.increment(),
  }),
  syncobj: kind({
    create: (thread) => Syncobj.create(thread, { signaled: true }),
    open: (thread, token) => Syncobj.open(thread, token),
    use: (_, syncobj) => syncobj.query(),
  }),
  scheduler: kind({
    create: (thread) => Scheduler.create(thread),
    open: (thread, token) => Scheduler.open(thread, token),
    use: (_, scheduler) => scheduler.runNext({ run: () => undefined }),
  }),
  entity: kind({
    create(thread) {
      using scheduler = Scheduler.create(thread)
      return scheduler.entity()
    },
    open: (thread, token) => Entity.open(thread, token),
    use: (_, entity) => entity.submit().drop(),
  }),
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  describe.each(Object.entries(KINDS))("%s", (what, { create, open, use }) => {
    test("another thread opens what was shared, and it lives as long as anybody holds it", () => {
      const w = world(build)
      const other = w.heap.attach({ name: "other" })
      const mine = create(w.thread)
      const theirs = open(other, mine.share())
      mine.drop()
      // Jobs are for the scheduler's thread to run: the others' answers are all there is to see here.
      if (what !== "entity") use(other, theirs)
      theirs.drop()
      other.detach()
      w.close()
      expect(w.heap.accounts().objects.inUse).toBe(0)
    })

    test("a handle that was dropped is stale; dropping it again does nothing", () => {
      const w = world(build)
      const handle = create(w.thread)
      const token = handle.share()
      handle.drop()
      handle.drop()
      expect(() => use(w.thread, handle)).toThrow(FenceError)
      expect(() => use(w.thread, handle)).toThrow(expect.objectContaining({ code: "STALE" }))
      w.thread.barrier()
      expect(() => open(w.thread, token)).toThrow(expect.objectContaining({ code: "STALE" }))
      w.close()
    })

    test("what is no token of it, or is another heap's, is refused by name", () => {
      const [w, elsewhere] = [world(build), world(build)]
      const foreign = create(elsewhere.thread)
      expect(() => open(w.thread, foreign.share())).toThrow(expect.objectContaining({ code: "FOREIGN" }))
      for (const junk of [undefined, 7, {}, { ...foreign.share(), kind: "outlive-something" }])
        expect(() => open(w.thread, junk as never)).toThrow(new RegExp(`^Cannot open ${what}`))
      foreign.drop()
      elsewhere.close()
      w.close()
    })

    test("a heap without room says so and loses nothing; it goes on when there is room again", () => {
      const w = world({ ...build, objects: 4, lists: 16 })
      const handles: Handle[] = []
      const fill = () => {
        for (;;) handles.push(create(w.thread))
      }
      expect(fill).toThrow(HeapError)
      const { objects, timelines, lists } = w.heap.accounts()
      expect(() => create(w.thread)).toThrow(expect.objectContaining({ code: "FULL" }))
      expect(w.heap.accounts()).toMatchObject({ objects, timelines, lists })
      handles.pop()!.drop()
      create(w.thread).drop()
      for (const handle of handles) handle.drop()
      w.close()
      expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 }, containers: { inUse: 0 } })
    })
  })

  test("a fence of another heap is refused where fences are taken", () => {
    const [w, elsewhere] = [world(build), world(build)]
    const foreign = elsewhere.timeline.fence()
    const syncobj = Syncobj.create(w.thread)
    const scheduler = Scheduler.create(w.thread)
    const entity = scheduler.entity()
    const takers = [
      () => SyncFile.create(w.thread, foreign),
      () => syncobj.replaceFence(foreign),
      () => syncobj.addPoint(1n, foreign),
      () => entity.submit({ dependencies: [foreign] }),
    ]
    for (const take of takers) expect(take).toThrow(expect.objectContaining({ code: "FOREIGN" }))
    for (const handle of [entity, scheduler, syncobj]) handle.drop()
    foreign.signal()
    foreign.drop()
    elsewhere.close()
    w.close()
    expect(w.heap.accounts().objects.inUse).toBe(0)
  })
})
