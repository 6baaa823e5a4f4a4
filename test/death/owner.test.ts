/** Who holds what: tokens of one life of one seat, the lock that a thread holds, and what the dead held, by name. */
import {
  Entity,
  type Fence,
  Heap,
  type OopsError,
  Scheduler,
  Syncobj,
  type Thread,
  defineModule,
  waitAll,
  waitAny,
} from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { FenceChannel } from "@outlive/sync"
import { describe, expect, test } from "vitest"

const SIZES = { engine: "js", fences: 16, callbacks: 16, threads: 4, cells: 8, spins: 2, onWarning() {} } as const
const gpu = defineModule({ name: "gpu", driverName: "gpu" })

const heapOf = (flavour: "release" | "checked") => Heap.create({ ...SIZES, flavour })
const infoOf = (thread: Thread) => thread.heap.threads().find(({ id }) => id === thread.record)!

describe.each(["release", "checked"] as const)("%s", (flavour) => {
  test("a token tells a lock word from a counter, and a tenant from the one before", () => {
    const heap = heapOf(flavour)
    const [main, first] = [heap.attach({ name: "main" }), heap.attach({ name: "first" })]
    const before = infoOf(first)
    expect(before.owner >>> 28).toBe(0b1010)
    expect(before.owner & layout.Owner.Seat).toBe(2)
    main.reclaim(before)
    const after = infoOf(heap.attach({ name: "second" }))
    expect([after.id, after.generation]).toEqual([before.id, before.generation + 1])
    expect(after.owner).not.toBe(before.owner)
  })

  test("a counter that looks like a seat number stays as it is when that thread is reclaimed", () => {
    const heap = heapOf(flavour)
    const [main, dead] = [heap.attach(), heap.attach()]
    main.engine.writeCell(heap.cell(1), 2)
    main.reclaim(infoOf(dead))
    expect([main.engine.readCell(heap.cell(1)), heap.accounts().brokenLocks]).toEqual([2, 0])
  })

  test("it is known which lock a thread holds: in a cell, of a fence, of an object", () => {
    const heap = heapOf(flavour)
    const thread = heap.attach({ modules: [gpu] })
    const { engine, record } = thread
    expect(engine.heldLock(record)).toBe(0)
    const fence = thread.load(gpu).timeline("t").fence()
    const object = engine.createObject(record, layout.ObjectType.Reservation)
    for (const word of [heap.cell(3), fence.address + layout.Fence.lock, object + layout.SharedObject.lock]) {
      engine.lock(record, word)
      expect(engine.heldLock(record)).toBe(word)
      engine.unlock(record, word)
    }
    expect(engine.heldLock(record)).toBe(0)
  })

  test("who waits for a lock whose holder has left the heap is told", () => {
    const heap = heapOf(flavour)
    const [main, leaver] = [heap.attach(), heap.attach()]
    leaver.engine.lock(leaver.record, heap.cell(0))
    leaver.engine.detach(leaver.record)
    expect(() => main.engine.lock(main.record, heap.cell(0))).toThrow(
      expect.objectContaining({ code: "EOWNERDEAD" }) as OopsError,
    )
  })

  test("a reclaim names a life: of a later tenant, of no seat, of its own seat it does nothing", () => {
    const heap = heapOf(flavour)
    const [main, dead] = [heap.attach(), heap.attach()]
    const { engine, record } = main
    const { id, generation } = infoOf(dead)
    expect(engine.reclaim(record, id, generation + 1)).toBe(0)
    expect(engine.reclaim(record, id, generation)).toBe(1)
    expect(engine.reclaim(record, id, generation)).toBe(0)
    heap.attach({ name: "later" })
    expect(engine.reclaim(record, id, generation)).toBe(0)
    for (const number of [0, -4, id + 4, record, heap.cell(0), 2 ** 31 - 256, NaN])
      expect(engine.reclaim(record, number, 0), String(number)).toBe(0)
    expect(heap.threads().length).toBe(2)
  })

  test("a grace period in steps passes without a reader, and not beside one", () => {
    const heap = heapOf(flavour)
    const [main, reader] = [heap.attach({ modules: [gpu] }), heap.attach()]
    const { engine, record } = main
    const start = engine.epochNow()
    expect([engine.hasPassed(record, start, 2), engine.epochNow() - start]).toEqual([1, 2])
    reader.engine.readLock(reader.record)
    const held = engine.epochNow()
    for (let step = 0; step < 8; step++) expect(engine.hasPassed(record, held, 2)).toBe(0)
    reader.engine.readUnlock(reader.record)
    expect(engine.hasPassed(record, held, 2)).toBe(1)
  })

  test("a module that is going goes by itself, when somebody sweeps after a grace period", () => {
    const heap = heapOf(flavour)
    const main = heap.attach({ modules: [gpu] })
    const { engine, record } = main
    const module = main.load(gpu)
    module.timeline("t").close()
    expect(engine.claimUnload(record, module.address, heap.word(module.address))).toBe(0)
    expect(engine.goOnUnloading(record, module.address, 0)).toBe(0)
    expect(module.state).toBe("going")
    let visited = 0
    for (let step = 0; step < 8; step++) {
      engine.hasPassed(record, engine.epochNow(), 1)
      visited |= engine.sweep(record)
    }
    expect([module.state, visited]).toEqual(["gone", 0b1111])
  })

  test("a module's references do not fall below none, nor rise from there", () => {
    const heap = heapOf(flavour)
    const main = heap.attach({ modules: [gpu] })
    const module = main.load(gpu)
    const underflow = expect.objectContaining({ code: "MODULE_UNDERFLOW" }) as OopsError
    expect(() => module.dropRef()).toThrow(underflow)
    expect([module.state, module.tryUnload(), module.state]).toEqual(["live", undefined, "gone"])
    expect(() => module.dropRef()).toThrow(underflow)
    expect(module.state).toBe("gone")
  })
})

test("a timeline that a dead thread had open keeps its module loaded, and is named", () => {
  const heap = heapOf("checked")
  const main = heap.attach({ modules: [gpu] })
  const dead = heap.attach({ name: "submitter-3", modules: [gpu] })
  const module = dead.load(gpu)
  module.timeline("closed").close()
  module.timeline("open")
  expect([module.tryAddRef(), module.tryAddRef(), module.dropRef()]).toEqual([true, true, true])
  main.reclaim(infoOf(dead))
  expect(heap.accounts().lost).toEqual(['thread "submitter-3" died holding 2 references on modules'])
  expect(main.load(gpu).tryUnload()).toMatchObject({ code: "IN_USE" })
})

/** What a thread waits for, or counts, when it dies, without a handle; and what its accounts say of it. */
const KEPT: Record<string, readonly [string, (kept: { fence: Fence; empty: Syncobj; full: Syncobj }) => unknown]> = {
  wait: ["1 reference on fences", ({ fence }) => fence.wait()],
  waitAny: ["1 reference on fences", ({ fence }) => waitAny([fence])],
  waitAll: ["2 references on fences", ({ fence }) => waitAll([fence, fence])],
  addCounter: ["1 reference on fences", ({ fence }) => fence.addCounter(1)],
  "a wait for what was submitted": [
    "1 reference on fences and 1 reference on shared objects",
    ({ full }) => full.wait(),
  ],
  "a wait for a submission": ["1 reference on shared objects", ({ empty }) => empty.wait({ forSubmit: true })],
  "a callback": ["1 reference on shared objects", ({ empty }) => empty.addCallback(() => {})],
  "a transfer": [
    "2 references on shared objects",
    ({ empty, full }) => full.transferFromAsync(empty, {}, { forSubmit: true }),
  ],
}

test.each(Object.entries(KEPT))("what a dead thread keeps by %s is named", async (_, [sentence, keep]) => {
  const heap = heapOf("checked")
  const [main, dead] = [heap.attach({ modules: [gpu] }), heap.attach({ name: "dead", modules: [gpu] })]
  const fence = main.load(gpu).timeline("t").fence()
  const [empty, full] = [Syncobj.create(main), Syncobj.create(main)]
  full.replaceFence(fence)
  const theirs = {
    fence: dead.open(fence.share()),
    empty: Syncobj.open(dead, empty.share()),
    full: Syncobj.open(dead, full.share()),
  }
  const kept = keep(theirs)
  for (const handle of Object.values(theirs)) handle.drop()
  main.reclaim(infoOf(dead))
  expect(heap.accounts().lost).toEqual([`thread "dead" died holding ${sentence}`])
  if (kept instanceof Promise) await expect(kept).rejects.toMatchObject({ code: "DETACHED" })
})

const isTold = (kept: Promise<unknown>) => expect(kept).rejects.toMatchObject({ code: "DETACHED" })

test("what a dead thread keeps until a queue is empty is named: the entity, and the last job's start", async () => {
  const heap = heapOf("checked")
  const [main, dead] = [heap.attach(), heap.attach({ name: "dead" })]
  const entity = Scheduler.create(main).entity()
  entity.submit()
  const theirs = Entity.open(dead, entity.share())
  const kept = theirs.flushAsync()
  theirs.drop()
  main.reclaim(infoOf(dead))
  expect(heap.accounts().lost).toEqual([
    'thread "dead" died holding 1 reference on fences and 1 reference on shared objects',
  ])
  await isTold(kept)
})

test("what a dead thread keeps until a scheduler has stopped is named", async () => {
  const heap = heapOf("checked")
  const [main, dead] = [heap.attach(), heap.attach({ name: "dead" })]
  const scheduler = Scheduler.create(main)
  const theirs = Scheduler.open(dead, scheduler.share())
  scheduler.entity().submit()
  let kept: Promise<unknown> | undefined
  const run = () => {
    // From within: the scheduler stops when this has returned.
    kept = theirs.stopAsync()
    theirs.drop()
    return undefined
  }
  scheduler.runNext({ run })
  main.reclaim(infoOf(dead))
  expect(heap.accounts().lost).toEqual(['thread "dead" died holding 1 reference on shared objects'])
  await isTold(kept!)
})

test("what a dead thread was about to send is named: the channel, and the fence", async () => {
  const heap = heapOf("checked")
  const [main, dead] = [heap.attach({ modules: [gpu] }), heap.attach({ name: "dead", modules: [gpu] })]
  const fence = main.load(gpu).timeline("t").fence()
  const channel = FenceChannel.create(main)
  while (channel.trySend(fence) !== "full") {}
  const [sent, theirs] = [dead.open(fence.share()), FenceChannel.open(dead, channel.share())]
  const kept = theirs.send(sent)
  for (const handle of [sent, theirs]) handle.drop()
  main.reclaim(infoOf(dead))
  expect(heap.accounts().lost).toEqual([
    'thread "dead" died holding 1 reference on fences and 1 reference on shared objects',
  ])
  await isTold(kept)
})

test("what is waited for, and has come, is held no more", async () => {
  const heap = heapOf("checked")
  const [main, dead] = [heap.attach({ modules: [gpu] }), heap.attach({ name: "dead", modules: [gpu] })]
  const fence = main.load(gpu).timeline("t").fence()
  const theirs = dead.open(fence.share())
  const waits = [theirs.wait(), waitAny([theirs]), waitAll([theirs, theirs])]
  const counter = theirs.addCounter(1)
  const [theirEmpty, empty] = [Syncobj.create(dead), Syncobj.create(main)]
  waits.push(theirEmpty.transferFromAsync(Syncobj.open(dead, empty.share()), {}, { forSubmit: true }) as Promise<never>)
  empty.replaceFence(fence)
  fence.signal()
  await Promise.all(waits)
  theirs.waitSync()
  if (counter !== "already-signaled") counter.remove()
  expect([layout.Thread.fenceHandles, layout.Thread.objectHandles].map((at) => heap.word(dead.record + at))).toEqual([
    1, 2,
  ])
})

test("what a dead thread held by handles is named", () => {
  const heap = heapOf("checked")
  const [main, waiter] = [heap.attach(), heap.attach({ name: "waiter-3" })]
  heap.words[(waiter.record + layout.Thread.fenceHandles) >> 2] = 3
  heap.words[(waiter.record + layout.Thread.objectHandles) >> 2] = 1
  expect(heap.accounts().lost).toEqual([])
  main.reclaim(infoOf(waiter))
  expect(heap.accounts().lost).toEqual([
    'thread "waiter-3" died holding 3 references on fences and 1 reference on shared objects',
  ])
  const later = heap.attach({ name: "later" })
  main.reclaim(infoOf(later))
  expect(heap.accounts().lost.length, "who held nothing is not named").toBe(1)
})
