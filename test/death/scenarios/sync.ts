/** What threads die of that use the primitives of `@outlive/sync`. */
import type { Fence, SharedFence, Thread } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { BYTES, Cell, Channel, FenceChannel, Mutex, Once, RwLock, Semaphore } from "@outlive/sync"
import { expect } from "vitest"
import { deadly, mock } from "../dying.js"

/** What is guarded: two words from this cell on that are equal whenever nobody is inside. Each scenario has its own: two may die at once. */
const [OF_MUTEX, OF_RW_LOCK, OF_ONCE] = [24, 26, 28]

function change({ engine, heap }: Thread, cell: number): void {
  const value = engine.readCell(heap.cell(cell)) + 1
  engine.writeCell(heap.cell(cell), value)
  engine.writeCell(heap.cell(cell + 1), value)
}

const isTorn = ({ engine, heap }: Thread, cell: number) =>
  engine.readCell(heap.cell(cell)) !== engine.readCell(heap.cell(cell + 1))

/** Who finds half of a change has been told of a death; and repairs it. */
function expectTold(thread: Thread, ownerDied: boolean, cell: number): void {
  if (isTorn(thread, cell)) expect(ownerDied, "it was told that the one before had died").toBe(true)
  change(thread, cell)
}

/** The maps of those that wait, and of those that read, in an object of 128 bytes. */
const MAPS = 32
const END = 128

/** Nobody waits there, or reads. */
function expectNobody({ heap }: Thread, { address }: { readonly address: number }, end = END): void {
  for (let at = MAPS; at < end; at += 4) expect(heap.word(address + at), `offset ${at}`).toBe(0)
}

/** No parcel holds anything. */
function expectEmptyParcels({ heap }: Thread): void {
  const { Header, Kind, ObjectType, Parcel, Pool, SharedObject } = layout
  const pool = Header.pools + Kind.Object * Pool.Bytes
  for (let at = heap.word(pool + Pool.base); at < heap.word(pool + Pool.end); at += heap.word(pool + Pool.size))
    if ((heap.word(at) & 1) === 1 && heap.word(at + SharedObject.type) === ObjectType.Parcel)
      expect(heap.word(at + Parcel.state), "state of a parcel").toBe(0)
}

/** Objects that are nowhere: what was just being taken or given back. */
function expectLostObjects(main: Thread, most: number): void {
  const { capacity, free, inUse } = main.heap.accounts().objects
  expect(capacity - free, "objects that are nowhere").toBeLessThanOrEqual(most)
  expect(inUse).toBeLessThanOrEqual(most)
}

/** Behind the maps of an end of a channel: the address of the other one. */
const OTHER_END = 96

/** Nobody waits at either end of it. */
function expectQuiet(main: Thread, { address }: Channel | FenceChannel): void {
  for (const end of [address, main.heap.word(address + OTHER_END)]) expectNobody(main, { address: end }, OTHER_END)
}

/** A message that shows whether all of it is there: it is longer than a block. */
const message = (first: number) => Uint8Array.from({ length: 50 }, (_, i) => first + i)

export const SYNC = [
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
      change(mortal, OF_MUTEX)
      guard.unlock()
      theirs.tryLock()?.unlock()
    },
    after(main, { mutex }) {
      const guard = mutex.guard()
      guard.lockSync()
      expectTold(main, guard.ownerDied, OF_MUTEX)
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
      isTorn(mortal, OF_RW_LOCK)
      reading.unlock()
      const writing = theirs.writeSync()
      change(mortal, OF_RW_LOCK)
      writing.unlock()
    },
    after(main, { lock }) {
      const reading = lock.readSync()
      if (isTorn(main, OF_RW_LOCK)) expect(reading.ownerDied).toBe(true)
      reading.unlock()
      const writing = lock.writeSync()
      expectTold(main, writing.ownerDied, OF_RW_LOCK)
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
      their.runSync(() => change(mortal, OF_ONCE))
      theirs.release()
    },
    after(main, { slots, once }) {
      let told = false
      const outcome = once.runSync(({ ownerDied }) => {
        told = ownerDied
        change(main, OF_ONCE)
      })
      if (outcome === "done") expect(isTorn(main, OF_ONCE)).toBe(false)
      else expect(told || !isTorn(main, OF_ONCE)).toBe(true)
      expect(once.isDone).toBe(true)
      const before = slots.available
      slots.release()
      expect(slots.available).toBe(before + 1)
      while (slots.tryTake());
      expect(slots.takeSync({ timeoutMs: 0 })).toBe(false)
      for (const object of [slots, once]) expectNobody(main, object)
    },
  }),

  deadly({
    name: "sends bytes and receives some: each message is there, whole, or is not",
    setup(main, mortal) {
      const channel = Channel.create(main, { bytes: 144 })
      channel.trySend(message(1))
      return { channel, theirs: Channel.open(mortal, channel.share()) }
    },
    act(_mortal, { theirs }) {
      theirs.trySend(message(2))
      // There is no room for a third.
      theirs.sendSync(message(3), { timeoutMs: 0 })
      theirs.tryReceive()
      theirs.tryReceive()
      theirs.receiveSync({ timeoutMs: 0 })
    },
    after(main, { channel }) {
      let last = 0
      for (let found = channel.tryReceive(); typeof found !== "string"; found = channel.tryReceive()) {
        expect(found).toEqual(message(found[0]!))
        expect(found[0]).toBeGreaterThan(last)
        last = found[0]!
      }
      for (const first of [4, 5]) expect(channel.trySend(message(first))).toBe("sent")
      expect([channel.tryReceive(), channel.tryReceive()]).toEqual([message(4), message(5)])
      expect(channel.tryReceive()).toBe("empty")
      // The flags of those that hung there go down with the next one that is rung.
      expectQuiet(main, channel)
      expect(channel.deaths.sending + channel.deaths.receiving).toBeLessThanOrEqual(1)
    },
  }),

  deadly({
    name: "replaces a value and updates it: it is one of those, whole, and no block is lost",
    setup(main, mortal) {
      const cell = Cell.create(main, message(1), { codec: BYTES })
      return { cell, theirs: Cell.open(mortal, cell.share(), { codec: BYTES }) }
    },
    act(_mortal, { theirs }) {
      theirs.set(message(2))
      theirs.update((value) => message(value[0]! + 1))
    },
    after(main, { cell }, company) {
      const value = cell.get()
      expect(value).toEqual(message(value[0]!))
      expect(value[0]).toBeLessThanOrEqual(3)
      expect(cell.update((before) => message(before[0]! + 1))).toEqual(message(value[0]! + 1))
      main.barrier()
      const { capacity, free, inUse } = main.heap.accounts().lists
      // Two blocks are those of the value; one that dies has one more in its hands.
      if (company === "nobody") expect([inUse <= 3, capacity - free <= 3]).toEqual([true, true])
    },
  }),

  deadly({
    name: "transfers a fence, and takes another's: what nobody has is given up",
    setup(main, mortal) {
      const timeline = main.load(mock).timeline("sent")
      const fences = [timeline.fence(), timeline.fence()] as const
      const given = mortal.open(fences[0].share())
      const tokens: { theirs?: SharedFence; ours: SharedFence } = { ours: main.open(fences[1].share()).transfer() }
      return { fences, given, tokens }
    },
    act(mortal, { given, tokens }) {
      tokens.theirs = given.transfer()
      mortal.open(tokens.ours).drop()
    },
    after(main, { fences, tokens }, company) {
      // Its token is no good any more, and ours is, or was taken by the one that died.
      if (tokens.theirs)
        expect(() => main.open(tokens.theirs!)).toThrow(expect.objectContaining({ code: "ALREADY_TAKEN" }))
      main.cancelTransfer(tokens.ours)
      main.barrier()
      expect(main.heap.accounts().transfers).toEqual([])
      for (const fence of fences) expect(fence.hasSignaled()).toBe(false)
      // A reference is lost that it had in a handle, or was giving to one.
      const refs = fences.map(({ address }) => main.heap.word(address + layout.Fence.refs) - 1)
      expect(refs[0]! + refs[1]!).toBeLessThanOrEqual(1)
      if (company !== "nobody") return
      expectLostObjects(main, 1)
      expectEmptyParcels(main)
    },
  }),

  deadly({
    name: "sends fences and receives one: each is there, and alive, or is not",
    setup(main, mortal) {
      const channel = FenceChannel.create(main)
      const timeline = main.load(mock).timeline("sent")
      const fences = [timeline.fence(), timeline.fence()] as const
      channel.trySend(fences[0])
      const given = mortal.open(fences[1].share())
      return { channel, fences, given, theirs: FenceChannel.open(mortal, channel.share()) }
    },
    act(_mortal, { theirs, given }) {
      theirs.trySend(given)
      given.drop()
      const received = theirs.tryReceive() as Fence
      received.drop()
      theirs.close()
    },
    after(main, { channel, fences }) {
      const found: number[] = []
      for (let fence = channel.tryReceive(); typeof fence !== "string"; fence = channel.tryReceive()) {
        found.push(fence.address)
        expect(fence.hasSignaled()).toBe(false)
        fence.drop()
      }
      expect([[], [0], [1], [0, 1]].map((indices) => indices.map((i) => fences[i]!.address))).toContainEqual(found)
      const sent = channel.trySend(fences[0])
      expect(sent).toBe(channel.isClosed ? "closed" : "sent")
      expectQuiet(main, channel)
      channel.drop()
      main.barrier()
      for (const fence of fences) expect(fence.hasSignaled()).toBe(false)
    },
  }),
]
