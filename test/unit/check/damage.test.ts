/** Every kind of damage is told by `checkHeap`: these are its negative controls. */
import { layout } from "@outlive/core/engine-js"
import { describe, expect, it } from "vitest"
import { checkHeap } from "../../../packages/core/src/heap/check/check-heap.js"
import { mapOf } from "../../../packages/core/src/heap/check/heap-map.js"
import { furnish } from "../../fuzz/attack/furnish.js"

/** A heap with one of everything, and where that is. */
function furnished() {
  const f = furnish({ flavour: "checked", engine: "js" })
  const { heap } = f
  expect(checkHeap(heap.words)).toEqual([])
  const word = (address: number) => heap.words[address >> 2]!
  const jobOf = (finished: number) => word(word(finished + layout.Fence.user) + layout.FinishedBody.job)
  return {
    heap,
    word,
    map: mapOf(heap.words)!,
    at: {
      pending: f.pending.address,
      complete: f.complete.address,
      member: f.member.address,
      freed: f.freed,
      array: f.array.address,
      chain: f.chain.address,
      point: f.points[0]!.address,
      reservation: f.reservation.address,
      soft: f.soft.address,
      file: f.file.address,
      syncobj: f.place.address,
      empty: f.empty.address,
      scheduler: f.scheduler.address,
      entity: f.entity.address,
      job: jobOf(f.running.finished.address),
      queued: jobOf(f.queued.finished.address),
      module: f.module.address,
      timeline: f.timeline.address,
      external: f.external.address,
      thread: f.thread.record,
      mutex: f.sync.mutex.address,
      lock: f.sync.lock.address,
      slots: f.sync.slots.address,
      latch: f.sync.latch.address,
      phase: f.sync.phase.address,
      channel: f.sync.channel.address,
      sent: f.sync.sent.address,
      value: f.sync.value.address,
      parcel: f.posted.address,
    },
  }
}

type Furnished = ReturnType<typeof furnished>
/** Damages a heap; returns nothing. */
type Damage = (f: Furnished, set: (address: number, value: number) => void) => void

const { ChannelEnd: End, Header, Owner, Pool, SyncObject: Sync, Thread: Seat } = layout
const poolWord = (kind: number, offset: number) => Header.pools + kind * Pool.Bytes + offset

/** Damage, and the problem that must be told. */
const DAMAGES: readonly (readonly [where: RegExp, message: RegExp, damage: Damage])[] = [
  [/^header magic$/, /was 1330992204/, (_f, set) => set(Header.magic, 0)],
  [/^header threadCapacity$/, /It is 3, and was 4/, (_f, set) => set(Header.threadCapacity, 3)],
  [/^header spins$/, /It is -1/, (_f, set) => set(Header.spins, -1)],
  [/^header threadsUsed$/, /4 is the most/, (_f, set) => set(Header.threadsUsed, 99)],
  [/^header modulesLock$/, /no lock word/, (_f, set) => set(Header.modulesLock, 0x7fffffff)],
  [/^header nextLoad$/, /never negative/, (_f, set) => set(Header.nextLoad, -9)],
  [/^pool 0 base$/, /was/, (_f, set) => set(poolWord(0, Pool.base), 64)],
  [/^pool 8 lock$/, /no lock word|no thread is/, (_f, set) => set(poolWord(8, Pool.lock), 3)],
  [/^name "stub"$/, /torn/, (_f, set) => set(Header.stubName, -1)],
  [/^stub flags$/, /always signaled/, (_f, set) => set(Header.stub + layout.Fence.flags, 0)],
  [/^stub refs$/, /counts 0/, (_f, set) => set(Header.stub + layout.Fence.refs, 0)],
  [/^depot 0$/, /no record of it is/, (_f, set) => set(poolWord(0, Pool.head), 4)],
  [/^depot 0 tail$/, /the last is/, (_f, set) => set(poolWord(0, Pool.tail), 0)],
  [/^fence .* \+ 20$/, /written to while it is free/, ({ at }, set) => set(at.freed + 20, 7)],
  [/^callback .* generation$/, /and in depot 1/, ({ word }, set) => set(word(poolWord(1, Pool.head)), 1)],
  [
    /^fence .*$/,
    /free, and in no free list/,
    ({ word }, set) => set(poolWord(0, Pool.head), word(word(poolWord(0, Pool.head)) + 8)),
  ],
  [
    /^fence .* link$/,
    /comes back to/,
    ({ word }, set) => set(word(poolWord(0, Pool.head)) + 8, word(poolWord(0, Pool.head))),
  ],
  [/^seat 1 state$/, /says nothing/, ({ at }, set) => set(at.thread + Seat.state, 7)],
  [/^seat 1 state$/, /being reclaimed/, ({ at }, set) => set(at.thread + Seat.state, Owner.Mark | 2)],
  [/^seat 1 epoch$/, /announces 0x3/, ({ at }, set) => set(at.thread + Seat.epoch, 3)],
  [/^seat 1 nesting$/, /It is 0x7/, ({ at }, set) => set(at.thread + Seat.nesting, 7)],
  [/^seat 1 id$/, /It is 0x9/, ({ at }, set) => set(at.thread + Seat.id, 9)],
  [/^seat 1 deferring$/, /It is 0xffffffff/, ({ at }, set) => set(at.thread + Seat.deferring, -1)],
  [/^seat 1 work$/, /nothing holds it up/, ({ at }, set) => set(at.thread + Seat.work, at.complete | 1)],
  [/^seat 1 running$/, /in the middle of fence/, ({ at }, set) => set(at.thread + Seat.running, at.pending)],
  [/^seat 1 mailbox$/, /no record of it is/, ({ at }, set) => set(at.thread + Seat.mailbox, 12)],
  [/^seat 2 epoch$/, /Nobody sits there/, ({ at }, set) => set(at.thread + layout.Size.Thread + Seat.epoch, 3)],
  [/^seat 1 named$/, /died while it attached: reclaim/, ({ at }, set) => set(at.thread + Seat.named, 7)],
  [/^seat 1 name$/, /torn/, ({ at }, set) => set(at.thread + Seat.name, 0xff)],
  [/^seat 1 retired 0$/, /no record/, ({ at }, set) => set(at.thread + Seat.retiredHeads, 12)],
  [/^seat 1 retired 1$/, /free/, ({ at }, set) => set(at.thread + Seat.retiredHeads + 4, at.freed)],
  [
    /^module .* references$/,
    /being loaded or unloaded/,
    ({ at }, set) => set(at.module + layout.Module.references, layout.ModuleState.Gone),
  ],
  [/^module .* text$/, /no such record/, ({ at }, set) => set(at.module + layout.Module.text, 7)],
  [
    /^timeline .* text$/,
    /life .* over/,
    ({ at, word }, set) => set(at.timeline + layout.Timeline.text, word(at.timeline + layout.Timeline.text) + 2),
  ],
  [
    /^timeline .* fenceFlags$/,
    /They are 0x53bb/,
    ({ at }, set) => set(at.timeline + layout.Timeline.fenceFlags, 0x53bb),
  ],
  [
    /^timeline .* fenceFlags$/,
    /should be 0x801/,
    ({ at, word }, set) => set(word(at.soft + layout.SoftTimeline.timeline) + layout.Timeline.fenceFlags, 1),
  ],
  [/^timeline .*$/, /nothing has it/, ({ at }, set) => set(at.module + layout.Module.timelines, 0)],
  [
    /^lock .* refs$/,
    /counts 9/,
    ({ at, word }, set) => set((word(at.external + layout.Timeline.lock) & ~63) + layout.Lock.refs, 9),
  ],
  [
    /^lock .* word$/,
    /no lock word/,
    ({ at, word }, set) => set((word(at.external + layout.Timeline.lock) & ~63) + layout.Lock.word, 0x55555555),
  ],
  [/^fence .* flags$/, /no fence's are/, ({ at }, set) => set(at.pending + layout.Fence.flags, 0)],
  [/^fence .* error$/, /-4095 to -1/, ({ at }, set) => set(at.pending + layout.Fence.error, 5)],
  [/^fence .* lock$/, /not in seat 3/, ({ at }, set) => set(at.pending + layout.Fence.lock, Owner.Mark | 3)],
  [/^fence .* ops$/, /let its issuer go/, ({ at }, set) => set(at.pending + layout.Fence.ops, 0)],
  [
    /^fence .* ops$/,
    /not let its issuer go/,
    ({ at, word }, set) => set(at.complete + layout.Fence.ops, word(at.pending + layout.Fence.ops)),
  ],
  [/^fence .* refs$/, /counts 1 references/, ({ at }, set) => set(at.pending + layout.Fence.refs, 1)],
  [/^fence .* refs$/, /Nobody holds it/, ({ at }, set) => set(at.complete + layout.Fence.refs, 0)],
  [/^fence .* last callback$/, /the last is/, ({ at }, set) => set(at.pending + layout.Fence.last, 0)],
  [
    /previous$/,
    /comes before it/,
    ({ at, word }, set) => set(word(at.pending + layout.Fence.last) + layout.Callback.previous, 0),
  ],
  [
    /^callback .* fence$/,
    /hangs on fence/,
    ({ at, word }, set) => set(word(at.pending + layout.Fence.first) + layout.Callback.fence, at.complete),
  ],
  [
    /callbacks$|link$/,
    /comes back to/,
    ({ at, word }, set) =>
      set(word(at.pending + layout.Fence.last) + layout.Callback.next, word(at.pending + layout.Fence.first)),
  ],
  [/^fence .* body$/, /none in use/, ({ at }, set) => set(at.array + layout.Fence.user, at.pending)],
  [
    /^fence .* count$/,
    /2 members/,
    ({ at, word }, set) => set(word(at.array + layout.Fence.user) + layout.ArrayBody.count, 3),
  ],
  [
    /^fence .* pending$/,
    /2 members are not counted/,
    ({ at, word }, set) => set(word(at.array + layout.Fence.user) + layout.ArrayBody.pending, 1),
  ],
  [
    /^fence .* pending$/,
    /2 members are not counted/,
    ({ at, word }, set) => {
      const pending = word(at.array + layout.Fence.user) + layout.ArrayBody.pending
      set(pending, word(pending) + layout.Members.Guard)
    },
  ],
  [
    /^fence .* previous$/,
    /no fence/,
    ({ at, word }, set) => set(word(at.chain + layout.Fence.user) + layout.ChainBody.previous, at.module),
  ],
  [
    /^fence .* body$/,
    /made of it/,
    ({ at, word }, set) => set(word(at.chain + layout.Fence.user) + layout.ChainBody.previous, at.chain),
  ],
  [
    /^body .* node$/,
    /not act for/,
    ({ at, word }, set) =>
      set(word(at.chain + layout.Fence.user) + layout.Body.node + layout.Callback.argument, at.pending),
  ],
  [/^object .* type$/, /no object's/, ({ at }, set) => set(at.file + layout.SharedObject.type, 99)],
  [/^object .* word$/, /no lock word/, ({ at }, set) => set(at.mutex + Sync.word, 7)],
  [/^object .* word$/, /not in seat 3/, ({ at }, set) => set(at.lock + Sync.word, Owner.Mark | 3)],
  [/^object .* word$/, /9 permits, of at most 2/, ({ at }, set) => set(at.slots + Sync.word, 9 << 1)],
  [/^object .* word$/, /never negative/, ({ at }, set) => set(at.latch + Sync.word, -2)],
  [/^object .* word$/, /no lock word/, ({ at }, set) => set(at.channel + Sync.word, 5)],
  [/^object .* other end$/, /does not lead back/, ({ at }, set) => set(at.channel + End.other, at.sent)],
  [
    /^object .* ring$/,
    /not back to its beginning/,
    ({ at, word }, set) => set(word(at.channel + End.first) + layout.Slots.next, 4),
  ],
  [/^object .* capacity$/, /It is 36, and there is room for 24/, ({ at }, set) => set(at.channel + Sync.limit, 36)],
  [/^object .* positions$/, /24 is the most between/, ({ at }, set) => set(at.channel + End.position, 60 << 1)],
  [/sending end$/, /kind of message|carries 3/, ({ at }, set) => set(at.channel + End.carries, 3)],
  [/receiving end$/, /capacity/, ({ at, word }, set) => set(word(at.channel + End.other) + Sync.limit, 12)],
  [/receiving end$/, /first block/, ({ at, word }, set) => set(word(at.channel + End.other) + End.first, 64)],
  [/receiving end$/, /closed/, ({ at, word }, set) => set(word(at.channel + End.other) + End.position, 1)],
  [/sending end$/, /-1 threads died/, ({ at }, set) => set(at.channel + End.broken, -1)],
  [/sending end$/, /it lies in/, ({ at }, set) => set(at.channel + End.block, at.channel)],
  ...[-1, 5, 1_000_000].map((length): readonly [RegExp, RegExp, Damage] => [
    /^object .* message$/,
    new RegExp(`${length} bytes, and 4 lie there`),
    ({ at, word }, set) => set(word(at.channel + End.first) + layout.Slots.first, length),
  ]),
  [
    /^object .* published$/,
    /It is 5/,
    ({ at, word }, set) => set(word(at.value + layout.Versions.current) + layout.Version.published, 5),
  ],
  [/^object .* word 0$/, /no fence/, ({ at, word }, set) => set(word(at.sent + End.first) + layout.Slots.first, 12)],
  [/^object .* waiters$/, /where nobody sits/, ({ at }, set) => set(at.channel + Sync.promises, 8)],
  [/^object .* content$/, /which is free/, ({ at }, set) => set(at.parcel + layout.Parcel.content, at.freed)],
  [
    /^object .* bytes$/,
    /There are 900/,
    ({ at, word }, set) => set(word(at.value + layout.Versions.current) + layout.Slots.count, 900),
  ],
  [/^object .* version$/, /There is none/, ({ at }, set) => set(at.value + layout.Versions.current, 0)],
  [/^object .* word$/, /a count is never negative/, ({ at }, set) => set(at.phase + Sync.word, -2)],
  [/^object .* waiters$/, /Seat 2 is there/, ({ at }, set) => set(at.mutex + Sync.promises, 2)],
  [/^object .* readers$/, /Seat 3 is there/, ({ at }, set) => set(at.lock + Sync.readers, 4)],
  [/^object .* refs$/, /Nobody holds it/, ({ at }, set) => set(at.file + layout.SharedObject.refs, 0)],
  [/^object .* fence$/, /no fence/, ({ at }, set) => set(at.file + layout.SyncFile.fence, 1)],
  [/^object .* name$/, /torn/, ({ at }, set) => set(at.file + layout.SyncFile.name, 77)],
  [
    /^object .* slot 0$/,
    /free/,
    ({ at, word }, set) => set(word(at.reservation + layout.Reservation.list) + layout.Slots.first, at.freed),
  ],
  [
    /^object .* count$/,
    /room for/,
    ({ at, word }, set) => set(word(at.reservation + layout.Reservation.list) + layout.Slots.count, 1_000_000),
  ],
  [/^object .* max$/, /room for/, ({ at }, set) => set(at.reservation + layout.Reservation.max, 99)],
  [/^block .*$/, /nothing has it/, ({ at }, set) => set(at.reservation + layout.Reservation.list, 0)],
  [/^object .* last$/, /the last is/, ({ at }, set) => set(at.soft + layout.SoftTimeline.last, 0)],
  [/^fence .* seqno$/, /comes after/, ({ at }, set) => set(at.point + layout.Fence.seqnoLo, 2)],
  [/^object .* timeline$/, /no timeline in use/, ({ at }, set) => set(at.soft + layout.SoftTimeline.timeline, 3)],
  [/^object .* fence$/, /no fence/, ({ at }, set) => set(at.syncobj + layout.Syncobj.fence, 8)],
  [/^object .* hardware$/, /no seat/, ({ at }, set) => set(at.scheduler + layout.Scheduler.hardware, 8)],
  [/^object .* creditsUsed$/, /have 2/, ({ at }, set) => set(at.scheduler + layout.Scheduler.creditsUsed, 8)],
  [/^object .* running$/, /no record of it is/, ({ at }, set) => set(at.scheduler + layout.Scheduler.firstRunning, 8)],
  [/^object .* scheduler$/, /not one in use/, ({ at }, set) => set(at.entity + layout.Entity.scheduler, at.entity)],
  [/^object .* choices$/, /no block in use/, ({ at }, set) => set(at.entity + layout.Entity.choices, 0)],
  [/^object .* priority$/, /0 to 3/, ({ at }, set) => set(at.entity + layout.Entity.priority, 12)],
  [/^object .* lastJob$/, /not the last/, ({ at }, set) => set(at.entity + layout.Entity.lastJob, at.job)],
  [/^object .* state$/, /being made, or ended/, ({ at }, set) => set(at.job + layout.Job.state, 4)],
  [/^object .*$/, /in no queue/, ({ at }, set) => set(at.scheduler + layout.Scheduler.firstRunning, 0)],
  [/^object .* finished$/, /no fence of a job/, ({ at }, set) => set(at.queued + layout.Job.finished, at.pending)],
  [
    /code$/,
    /dependency/,
    ({ at, word }, set) => set(word(at.queued + layout.Job.firstDependency) + layout.Callback.code, 1),
  ],
  [/code$/, /no action/, ({ at, word }, set) => set(word(at.pending + layout.Fence.first) + layout.Callback.code, 55)],
  [/^seat 1 work$/, /which says nothing/, ({ at }, set) => set(at.thread + Seat.work, 20)],
  [/^seat 1 impatient$/, /no operation runs/, ({ at }, set) => set(at.thread + Seat.impatient, 2)],
  [/^seat 1 heldKept$/, /0 locks are held/, ({ at }, set) => set(at.thread + Seat.heldKept, 2)],
  [/^seat 1 fenceHandles$/, /never negative/, ({ at }, set) => set(at.thread + Seat.fenceHandles, -2)],
  [/^seat 1 keptLocks$/, /no record of it is/, ({ at }, set) => set(at.thread + Seat.keptLocks, at.pending + 20)],
  [/^seat 1 retired 2$/, /is emptying it/, ({ at }, set) => set(at.thread + Seat.retiredHeads + 8, Owner.Mark | 1)],
  [/^timeline .* users$/, /It is -3/, ({ at }, set) => set(at.timeline + layout.Timeline.users, -3)],
  [/^timeline .* fences$/, /waits for 2 fences/, ({ at }, set) => set(at.timeline + layout.Timeline.fences, 2)],
  [
    /^timeline .* soft$/,
    /leads elsewhere/,
    ({ at, word }, set) => set(word(at.soft + layout.SoftTimeline.timeline) + layout.Timeline.soft, at.file),
  ],
  [
    /^fence .* arming$/,
    /2 of 2 members hang/,
    ({ at, word }, set) => set(word(at.array + layout.Fence.user) + layout.ArrayBody.arming, 0),
  ],
  [
    /^fence .* arming$/,
    /nobody is at it/,
    ({ at, word }, set) => set(word(at.chain + layout.Fence.user) + layout.ChainBody.arming, 3),
  ],
  [
    /^callback .* thread$/,
    /which is no seat/,
    ({ at, word }, set) => set(word(at.empty + layout.Syncobj.firstWaiter) + layout.Callback.thread, at.thread + 4),
  ],
  [
    /^callback .* wanted$/,
    /which says nothing/,
    ({ at, word }, set) => set(word(at.empty + layout.Syncobj.firstWaiter) + layout.Callback.wanted, at.freed),
  ],
  [
    /^callback .* syncobj$/,
    /life .* over/,
    ({ at, word }, set) => {
      const wanted = word(word(at.empty + layout.Syncobj.firstWaiter) + layout.Callback.wanted)
      set(wanted + layout.Wanted.syncobj, word(wanted + layout.Wanted.syncobj) ^ 2)
    },
  ],
  [/^cell 5$/, /which has gone/, ({ at, heap }, set) => set(heap.cell(5), at.freed)],
  [/^lock order classCount$/, /16 is the most/, ({ map }, set) => set(map.lockOrder + layout.LockOrder.classCount, 17)],
]

describe("damage is told", () => {
  it.each(DAMAGES)("%s: %s", (where, message, damage) => {
    const f = furnished()
    damage(f, (address, value) => void (f.heap.words[address >> 2] = value))
    const problems = checkHeap(f.heap.words, f.map)
    expect(problems.map((p) => `${p.where}: ${p.message}`)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`(${where.source.replaceAll(/[$^]/g, "")}): .*(${message.source})`)),
      ]),
    )
    for (const problem of problems) expect(problem.address).toBeGreaterThanOrEqual(0)
  })

  it("without a map of better times, where the capacities say nothing", () => {
    const { heap } = furnished()
    heap.words[Header.cellCapacity >> 2] = -1
    expect(checkHeap(heap.words)).toMatchObject([{ kind: "header", message: expect.stringContaining("capacities") }])
  })
})

it("ends and throws nothing, whatever the words are", () => {
  let state = 12345
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0)
  for (let trial = 0; trial < 150; trial++) {
    const { heap, map } = furnished()
    const words = (random() >>> 8) % 200
    for (let i = 0; i < words; i++) {
      const at = (random() >>> 1) % (map.bytes >> 2)
      const kind = (random() >>> 8) % 4
      heap.words[at] =
        kind === 0
          ? random()
          : kind === 1
            ? random() >>> 20
            : kind === 2
              ? ((random() >>> 1) % map.bytes) & ~31
              : heap.words[(random() >>> 1) % (map.bytes >> 2)]!
    }
    if (words > 20) expect(checkHeap(heap.words, map).length).toBeGreaterThan(0)
    checkHeap(heap.words)
  }
})
