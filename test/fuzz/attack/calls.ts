/** What is called on a heap that was damaged: a little of everything that the package can do. */
import {
  AcquireContext,
  FenceArray,
  FenceChain,
  Heap,
  Reservation,
  Syncobj,
  Usage,
  merge,
  unwrap,
  waitAny,
  waitAnySync,
} from "@outlive/core"
import type { Furnished } from "./furnish.js"

type CallOn = (f: Furnished) => unknown

/** None of them waits for longer than a moment: so says its time limit, or nobody is there to wait for. */
export const CALLS: Readonly<Record<string, CallOn>> = {
  "fence()": (f) => f.timeline.fence().drop(),
  "fence() external": (f) => f.external.fence().drop(),
  "fence() kept": (f) => f.kept.fence().drop(),
  "signal pending": (f) => f.pending.signal(),
  "signal member": (f) => f.member.signal(),
  "signal shared": (f) => f.shared.signal(),
  setError: (f) => f.pending.setError(-5),
  status: (f) => [f.pending, f.complete, f.array, f.chain, f.points[0]!].map((fence) => fence.status()),
  isSignaled: (f) => [f.pending, f.array, f.chain].map((fence) => fence.isSignaled()),
  describe: (f) =>
    [f.pending, f.array, f.chain, f.shared, f.keeps, f.points[1]!, f.running.finished].map((fence) => fence.describe()),
  timestampNs: (f) => [f.pending.timestampNs, f.complete.timestampNs],
  isLater: (f) => f.member.isLater(f.pending),
  enableSignaling: (f) => [f.pending, f.array, f.chain, f.keeps].map((fence) => fence.enableSignaling()),
  setDeadline: (f) =>
    [f.pending, f.array, f.chain, f.points[0]!, f.running.finished].forEach((fence) => fence.setDeadline(5n)),
  addCallback: (f) => f.pending.addCallback(() => {}),
  addCounter: (f) => f.shared.addCounter(7),
  remove: (f) => f.callbacks.map((callback) => callback !== "already-signaled" && callback.remove()),
  waitSync: (f) => [f.pending, f.array, f.chain].map((fence) => fence.waitSync({ timeoutMs: 1 })),
  wait: (f) => Promise.allSettled([f.pending, f.array, f.shared].map((fence) => fence.wait({ timeoutMs: 1 }))),
  waitAny: (f) => waitAny([f.member, f.array], { timeoutMs: 1 }).catch((error: unknown) => Promise.reject(error)),
  waitAnySync: (f) => waitAnySync([f.member, f.array], { timeoutMs: 1 }),
  locked: (f) => f.pending.locked(() => f.pending.signalLocked()),
  share: (f) => f.thread.open(f.pending.share()).drop(),
  members: (f) => [...f.array.members()].forEach((fence) => fence.drop()),
  size: (f) => f.array.size,
  "array of two": (f) => FenceArray.create(f.thread, [f.member, f.shared]).drop(),
  walk: (f) => f.chain.walk()?.drop(),
  findSeqno: (f) => f.chain.findSeqno(1n)?.drop(),
  contained: (f) => f.chain.contained.drop(),
  "chain of two": (f) => FenceChain.create(f.thread, { previous: f.chain, fence: f.pending, seqno: 5n }).drop(),
  unwrap: (f) => [...unwrap(f.array)].forEach((fence) => fence.drop()),
  merge: (f) => merge(f.thread, [f.array, f.chain, f.shared]).drop(),
  reserve: (f) =>
    f.reservation.locked(() => {
      f.reservation.reserve(4)
      f.reservation.add(f.member, Usage.Kernel)
      f.reservation.replace(f.pending.context, f.shared, Usage.Read)
    }),
  getFences: (f) => f.reservation.getFences().forEach((fence) => fence.drop()),
  getSingleton: (f) => f.reservation.getSingleton()?.drop(),
  testSignaled: (f) => f.reservation.testSignaled(),
  "reservation.describe": (f) => f.reservation.describe(),
  "reservation.waitSync": (f) => f.reservation.waitSync(Usage.Bookkeep, { timeoutMs: 1 }),
  copyFences: (f) => {
    using other = Reservation.create(f.thread)
    other.locked(() => other.copyFences(f.reservation))
  },
  acquire: (f) => {
    using context = AcquireContext.begin(f.thread)
    context.lockAll([f.reservation])
  },
  point: (f) => f.soft.point(5).drop(),
  increment: (f) => f.soft.increment(1),
  deadlineOf: (f) => f.soft.deadlineOf(f.points[1]!),
  info: (f) => f.file.info(),
  importInto: (f) => f.file.importInto(f.reservation, "read"),
  "file.merge": (f) => f.file.merge(f.file).drop(),
  "file.wait": (f) => f.file.wait({ timeoutMs: 1 }),
  addPoint: (f) => f.syncobj.addPoint(6n, f.member),
  query: (f) => [f.syncobj.query(), f.syncobj.query({ lastSubmitted: true })],
  exportFence: (f) => f.syncobj.exportFence(3n).drop(),
  replaceFence: (f) => f.place.replaceFence(f.array),
  "syncobj.waitSync": (f) => f.syncobj.waitSync({ timeoutMs: 1, point: 3n, forSubmit: true }),
  "syncobj.wait": (f) => Syncobj.wait([{ syncobj: f.place }], { timeoutMs: 1, forSubmit: true }),
  reset: (f) => f.place.reset(),
  submission: (f) => f.empty.replaceFence(f.member),
  runNext: (f) => f.scheduler.runNext({ run: () => undefined }),
  checkTimeout: (f) => f.scheduler.checkTimeout({ run: () => undefined }),
  submit: (f) => f.entity.submit({ dependencies: [f.member, f.array] }).drop(),
  modifySchedulers: (f) => f.entity.modifySchedulers([f.scheduler]),
  priority: (f) => (f.entity.priority = 1),
  "scheduler.load": (f) => [f.scheduler.load, f.scheduler.creditsUsed, f.scheduler.creditLimit],
  mutex: ({ sync: { mutex } }) => {
    const guard = mutex.lockSync({ timeoutMs: 1 })
    guard?.unlock()
  },
  "mutex.lock": async ({ sync: { mutex } }) => (await mutex.lock({ timeoutMs: 1 }))?.unlock(),
  rwlock: ({ sync: { lock } }) => {
    lock.readSync({ timeoutMs: 1 })?.unlock()
    lock.writeSync({ timeoutMs: 1 })?.unlock()
  },
  "rwlock.write": async ({ sync: { lock } }) => (await lock.write({ timeoutMs: 1 }))?.unlock(),
  semaphore: ({ sync: { slots } }) => slots.takeSync({ timeoutMs: 1, count: 2 }) && slots.release(2),
  "semaphore.release": ({ sync: { slots } }) => slots.release(),
  once: ({ sync: { once } }) => once.runSync(() => {}, { timeoutMs: 1 }),
  event: ({ sync: { event } }) => [event.waitSync({ timeoutMs: 1 }), event.set(), event.reset()],
  latch: ({ sync: { latch } }) => [latch.waitSync({ timeoutMs: 1 }), latch.countDown()],
  "sync barrier": ({ sync: { phase } }) => [phase.waitSync({ timeoutMs: 1 }), phase.arrive()],
  condition: ({ sync: { mutex, changed } }) => {
    const guard = mutex.tryLock()
    changed.notifyOne()
    guard?.unlock()
  },
  "channel try": ({ sync: { channel } }) => [channel.trySend(new Uint8Array(30)), channel.tryReceive()],
  "channel sync": ({ sync: { channel } }) => [
    channel.sendSync(new Uint8Array(60), { timeoutMs: 1 }),
    channel.receiveSync({ timeoutMs: 1 }),
    channel.receiveSync({ timeoutMs: 1 }),
  ],
  "channel promises": ({ sync: { channel } }) =>
    Promise.allSettled([
      channel.send(new Uint8Array(80), { timeoutMs: 1 }),
      channel.send(new Uint8Array(80), { timeoutMs: 1 }),
      channel.receive({ timeoutMs: 1 }),
    ]),
  "channel state": ({ sync: { channel } }) => [channel.deaths, channel.isClosed],
  "fence channel": (f) => {
    for (const sent of [f.sync.sent.tryReceive(), f.sync.sent.receiveSync({ timeoutMs: 1 })])
      if (typeof sent !== "string") sent.drop()
    f.sync.sent.sendSync(f.member, { timeoutMs: 1 })
  },
  "fence channel send": (f) => f.sync.sent.send(f.shared, { timeoutMs: 1 }),
  "cell get": ({ sync: { value } }) => [value.get(), value.read((bytes) => bytes.length)],
  "cell set": ({ sync: { value } }) => value.set("another value that takes more than a block of a list"),
  "cell update": ({ sync: { value } }) => value.update((text) => text.slice(0, 40)),
  transfer: (f) => f.thread.open(f.pending.addRef().transfer()).drop(),
  "cancel transfer": (f) => f.thread.cancelTransfer(f.pending.addRef().transfer()),
  "open transfer": (f) => f.thread.open(f.posted).drop(),
  "close channel": ({ sync: { channel } }) => channel.close(),
  openAt: (f) => f.thread.openAt(5)?.drop(),
  read: (f) => f.thread.read(() => f.pending.describe()),
  defer: (f) => f.thread.defer(() => {}),
  deliver: (f) => f.thread.deliver(),
  load: (f) => f.thread.load(f.mock).timeline("another").close(),
  pendingOf: (f) => [f.module.state, f.module.pending, f.module.references],
  unload: (f) => f.module.tryUnload(),
  stub: (f) => f.thread.stub().drop(),
  privateStub: (f) => f.thread.privateStub(5n).drop(),
  accounts: (f) => f.heap.accounts(),
  threads: (f) => f.heap.threads().map((info) => f.heap.threadName(info.owner)),
  trace: (f) => f.heap.trace(),
  lockOrder: (f) => f.heap.lockOrder(),
  "open heap": (f) => Heap.open(f.heap.share()),
  "second thread": (f) => f.heap.attach({ name: "second" }).detach(),
  reclaim: (f) =>
    f.heap
      .threads()
      .filter((info) => info.id !== f.thread.record)
      .map((info) => f.thread.reclaim(info)),
}

/** Gives everything back; each alone, whatever comes of the others. */
export const ENDS: Readonly<Record<string, CallOn>> = {
  "close scheduler": (f) => f.scheduler.close(),
  "close entity": (f) => f.entity.close(),
  "close soft": (f) => f.soft.close(),
  "drop array": (f) => f.array.drop(),
  "drop chain": (f) => f.chain.drop(),
  "drop first": (f) => f.first.drop(),
  "drop reservation": (f) => f.reservation.drop(),
  "drop file": (f) => f.file.drop(),
  "drop syncobj": (f) => f.syncobj.drop(),
  "drop place": (f) => f.place.drop(),
  "drop empty": (f) => f.empty.drop(),
  "drop running": (f) => f.running.drop(),
  "drop queued": (f) => f.queued.drop(),
  "drop entity": (f) => f.entity.drop(),
  "drop scheduler": (f) => f.scheduler.drop(),
  "drop point": (f) => f.points.forEach((point) => point.drop()),
  "drop soft": (f) => f.soft.drop(),
  "drop pending": (f) => f.pending.drop(),
  "drop complete": (f) => f.complete.drop(),
  "drop member": (f) => f.member.drop(),
  "drop shared": (f) => f.shared.drop(),
  "drop keeps": (f) => f.keeps.drop(),
  "cancel posted": (f) => f.thread.cancelTransfer(f.posted),
  "drop sync": (f) => Object.values(f.sync).forEach((object) => object.drop()),
  "close timeline": (f) => [f.timeline, f.external, f.kept].forEach((timeline) => timeline.close()),
  barrier: (f) => f.thread.barrier(),
  detach: (f) => f.thread.detach(),
  close: (f) => f.heap.close(),
}
