/** A heap with one of everything, and handles on it. */
import {
  FenceArray,
  FenceChain,
  Heap,
  type HeapOptions,
  type OpenOptions,
  Reservation,
  Scheduler,
  SoftTimeline,
  SyncFile,
  Syncobj,
  Usage,
  defineModule,
} from "@outlive/core"
import {
  Barrier,
  Cell,
  Channel,
  Condition,
  FenceChannel,
  Event,
  Latch,
  Mutex,
  Once,
  RwLock,
  Semaphore,
} from "@outlive/sync"

const SIZES = {
  fences: 64,
  callbacks: 64,
  containers: 24,
  lists: 18,
  objects: 32,
  modules: 4,
  timelines: 12,
  threads: 4,
  cells: 16,
  trace: 16,
}

/** What a furnished heap has. */
export type Furnished = ReturnType<typeof furnish>

export function furnish(options: HeapOptions & OpenOptions) {
  const heap = Heap.create({ ...SIZES, spins: 10, onWarning: () => {}, ...options })
  const mock = defineModule({ name: "mock", driverName: "mock driver", ops: { pollSignaled: () => false } })
  const keeper = defineModule({ name: "keeper", driverName: "keeper", ops: { free: () => {} } })
  const thread = heap.attach({ name: "main", modules: [mock, keeper] })
  const module = thread.load(mock)
  const timeline = module.timeline("inline")
  const external = module.timeline("external", { lock: "external" })
  const kept = thread.load(keeper).timeline("kept")
  const [pending, complete, member, shared, keeps] = [
    timeline.fence(),
    timeline.fence(),
    timeline.fence(),
    external.fence(),
    kept.fence(),
  ]
  complete.signal()
  const dropped = timeline.fence()
  const freed = dropped.address
  dropped.drop()
  thread.barrier()
  const callbacks = [pending.addCallback(() => {}), pending.addCounter(2), shared.addCounter(3)]
  const array = FenceArray.create(thread, [pending, member])
  array.enableSignaling()
  const first = FenceChain.create(thread, { fence: member, seqno: 1n })
  const chain = FenceChain.create(thread, { previous: first, fence: complete, seqno: 2n })
  const reservation = Reservation.create(thread)
  reservation.locked(() => {
    reservation.reserve(3)
    reservation.add(pending, Usage.Write)
    reservation.add(shared, Usage.Read)
  })
  const soft = SoftTimeline.create(thread, "soft")
  const points = [soft.point(1), soft.point(2)]
  const file = SyncFile.create(thread, pending, "file")
  const syncobj = Syncobj.create(thread)
  syncobj.addPoint(3n, pending)
  const place = Syncobj.create(thread)
  place.replaceFence(pending)
  const empty = Syncobj.create(thread)
  // Somebody waits for something to be submitted; when the thread leaves, it is told so.
  const awaited = empty.wait({ forSubmit: true }).catch(() => {})
  const scheduler = Scheduler.create(thread)
  const entity = scheduler.entity()
  const running = entity.submit({ credits: 2 })
  const queued = entity.submit({ dependencies: [pending] })
  scheduler.runNext({ run: () => member })
  thread.replaceAt(5, complete.addRef())
  const sync = {
    mutex: Mutex.create(thread),
    lock: RwLock.create(thread),
    slots: Semaphore.create(thread, { permits: 1, most: 2 }),
    once: Once.create(thread),
    event: Event.create(thread),
    latch: Latch.create(thread, 2),
    phase: Barrier.create(thread, 2),
    changed: Condition.create(thread),
    channel: Channel.create(thread, { bytes: 96 }),
    sent: FenceChannel.create(thread),
    value: Cell.create(thread, "a value that takes more than a block of a version's list"),
  }
  sync.channel.trySend(Uint8Array.of(1, 2, 3))
  sync.sent.trySend(pending)
  const posted = pending.addRef().transfer()
  // Something on its way out.
  timeline.fence().drop()
  return {
    heap,
    thread,
    mock,
    module,
    timeline,
    external,
    kept,
    pending,
    complete,
    member,
    shared,
    keeps,
    /** Address of a fence that was freed. */
    freed,
    callbacks,
    array,
    first,
    chain,
    reservation,
    soft,
    points,
    file,
    syncobj,
    place,
    empty,
    awaited,
    scheduler,
    entity,
    running,
    queued,
    sync,
    posted,
  }
}
