/**
 * radeon: fences of several rings under one lock, the wake queue's. Enable and poll look at the hardware, and wake others when it
 * has moved; a waiter has an op of its own, since it must let go when the device is to be reset. A hang is found by a delayed work.
 */
import {
  type Fence,
  FenceError,
  type IssuerRecord,
  type ModuleDefinition,
  type SharedLock,
  type Thread,
  type Timeline,
  defineModule,
} from "@outlive/core"
import { sleep } from "@outlive/workers"
import type { Desk } from "../desk.js"
import { DriverCode } from "../driver-code.js"
import type { FenceType, Maker } from "../fence-type.js"
import { waitFor } from "../wait-for.js"
import * as rings from "./device.js"
import * as queue from "./wake-queue.js"

const { at } = rings

const LOCKUP_MS = 2
/** No command takes so long. */
const TIMEOUT_MS = 5
const LOOK_MS = 0.05
/** A process waits for as long as it takes, in waits of so long. */
const WAIT_MS = 20
const EDEADLK = -35

const UNDUE = "A fence is signaled only when the hardware has passed it."
const LEFT = "Nobody is in the wake queue when the device goes."
const ENDLESS = "a command that a process waits for does not end"
const LETS_GO = "A waiter lets go when the device is to be reset."

const now = () => Math.round(performance.now() + performance.timeOrigin) & 0x7fff_ffff
const all = Array.from({ length: rings.RINGS }, (_, ring) => ring)

export const radeonFence: FenceType = {
  driver: "radeon",
  name: "fence",
  about: "one lock for all rings, the wake queue's; enable and poll wake others, a waiter lets go at a reset",
  mustHold: [queue.SHARES, UNDUE, LEFT, LETS_GO],
  controls: { [queue.SHARES]: "kept-share", [UNDUE]: "undue", [LEFT]: "F38", [LETS_GO]: "deaf-wait" },
  hasPatch: true,
  isAsked: true,
  faults: {
    F36: "each fence has a lock of its own, where the wake queue's is needed",
    F37: "the status is asked under the lock, and the poll wakes",
    F38: "forced completion moves the hardware's counter, and not what was seen last",
    "deaf-wait": "a waiter does not let go when the device is to be reset",
    "kept-share": "enable finds it done, and keeps its share of the interrupt",
    undue: "the poll compares with the number that was emitted last, where that which was seen last is meant",
  },
  faultsUnder: {
    F36: { lifetime: "independent", form: "merged" },
    F37: { lifetime: "independent", form: "merged" },
    F38: { lifetime: "independent", form: "merged" },
    "deaf-wait": { lifetime: "independent", form: "merged" },
    "kept-share": { lifetime: "independent", form: "merged" },
    undue: { lifetime: "independent", form: "merged" },
  },
  cannot: { layered: "no scheduler: commands go to the rings from the ioctl" },
  cells: 2 * rings.RINGS * queue.SLOTS,
  module: moduleOf,
  device: rings.device,
  bind: (desk) => new Radeon(desk),
}

function moduleOf(maker: Maker): ModuleDefinition {
  const { how, words, preempt } = maker
  const placeIn = (fence: Fence): queue.Place => ({ ...maker, thread: fence.thread as Thread })
  return defineModule({
    name: "radeon fence",
    driverName: "radeon",
    ops: {
      enableSignaling(fence) {
        const place = placeIn(fence)
        const rdev = place.thread.issuerRecord(fence.user)
        const ring = queue.ringOf(fence)
        if (queue.lastSeen(rdev, ring) >= Number(fence.seqno)) return false
        // It is others that are to be stopped here while the device goes.
        if (words.load(rings.FINISHING) === 0) preempt()
        const isSharedAndHeld = !queue.hasInlineLocks(maker) && place.thread.heap.switches.ask === "locked"
        if (isSharedAndHeld) return enableLocked(place, rdev, ring, fence)
        let isPending = true
        const lock = queue.lockOf(place.thread, rdev)
        lock.locked(() => void (isPending = enableLocked(place, rdev, ring, fence)))
        return isPending
      },
      pollSignaled: (fence) => poll(placeIn(fence), fence),
      // What binds it. The plan was one without.
      ...(how.form === "patched" ? {} : { wait: waitOrThrow(maker) }),
    },
    works: {
      lockup(work, thread) {
        if (words.load(rings.LIVE) === 0) return
        const ring = work.argument
        const place = { ...maker, thread: thread as Thread }
        if (checkLockup(place, ring)) work.arm(LOCKUP_MS)
      },
    },
  })
}

/** Under the queue's lock. False: it is done. */
function enableLocked(place: queue.Place, rdev: IssuerRecord, ring: number, fence: Fence): boolean {
  const { words } = place
  if (rings.tryShare(words)) {
    queue.getInterrupt(words, ring)
    for (const other of all) if (queue.process(words, rdev, other)) queue.wakeAllLocked(place, rdev, ring)
    const isDone = queue.lastSeen(rdev, ring) >= Number(fence.seqno)
    if (isDone && place.how.fault !== "kept-share") queue.putInterrupt(words, ring)
    rings.unshare(words)
    if (isDone) return false
  } else {
    // A reset runs: the hardware is not asked again.
    queue.getInterruptLater(words, ring)
    place.thread.work(words.load(at(ring, rings.LOCKUP))).arm(LOCKUP_MS)
  }
  queue.link(place, fence, ring)
  return true
}

/** Looks, and wakes: takes the queue's lock, so nobody may hold it who asks. */
function poll(place: queue.Place, fence: Fence): boolean {
  const { words } = place
  const rdev = place.thread.issuerRecord(fence.user)
  const ring = queue.ringOf(fence)
  if (queue.lastSeen(rdev, ring) < Number(fence.seqno) && rings.tryShare(words)) {
    const hasMoved = queue.process(words, rdev, ring)
    rings.unshare(words)
    if (hasMoved) queue.wakeAll(place, rdev)
  }
  const last = place.how.fault === "undue" ? words.load(at(ring, rings.EMITTED)) : queue.lastSeen(rdev, ring)
  return last >= Number(fence.seqno)
}

/** False when it has waited for long enough, or lets go. */
function waitOrLetGo({ words, how }: Pick<Desk, "words" | "how">, fence: Fence, timeoutMs: number): boolean {
  const until = performance.now() + timeoutMs
  if (!fence.enableSignaling()) return true
  while (!fence.hasSignaled()) {
    if (how.fault !== "deaf-wait" && words.load(rings.NEEDS_RESET) === 1) return false
    if (performance.now() > until) return false
    sleep(LOOK_MS)
  }
  return true
}

const waitOrThrow = (maker: Maker) => (fence: Fence, timeoutMs: number) => {
  const isDone = waitOrLetGo(maker, fence, timeoutMs)
  if (!isDone && maker.words.load(rings.NEEDS_RESET) === 1)
    throw new FenceError("EDEADLK", "Cannot wait any longer: the device is to be reset", EDEADLK)
  return isDone
}

/** The delayed work: finds what an interrupt was lost for, and a ring that hangs. True if it is to come again. */
function checkLockup(place: queue.Place, ring: number): boolean {
  const { words } = place
  const rdev = place.thread.issuerRecord(words.load(rings.RDEV))
  if (!rings.tryShare(words)) return true
  if (words.exchange(at(ring, rings.DELAYED), 0) === 1) words.store(at(ring, rings.INTERRUPT_ON), 1)
  const hasMoved = queue.process(words, rdev, ring)
  const counter = words.load(at(ring, rings.COUNTER))
  const isBehind = counter !== words.load(at(ring, rings.EMITTED))
  if (hasMoved || !isBehind || words.load(at(ring, rings.WATCHED)) !== counter) {
    words.store(at(ring, rings.WATCHED), counter)
    words.store(at(ring, rings.WATCHED_SINCE), now())
  } else if (now() - words.load(at(ring, rings.WATCHED_SINCE)) > TIMEOUT_MS) words.store(rings.NEEDS_RESET, 1)
  rings.unshare(words)
  if (hasMoved) queue.wakeAll(place, rdev)
  return isBehind
}

class Radeon extends DriverCode {
  #timelines: Timeline[] = []
  #last: Fence | undefined

  get #rdev(): IssuerRecord {
    return this.thread.issuerRecord(this.words.load(rings.RDEV))
  }

  override probe(): void {
    const module = this.desk.load()
    const rdev = module.record({ name: "device" })
    const holder = module.timeline("wake queue", { lock: "external" })
    rdev.write(queue.LOCK, holder.sharedLock!.token)
    this.#timelines = [holder, ...this.#openRings(holder.sharedLock!)]
    for (const ring of all) {
      queue.setLastSeen(rdev, ring, this.words.load(at(ring, rings.EMITTED)))
      this.words.store(at(ring, rings.COUNTER), this.words.load(at(ring, rings.EMITTED)))
      this.words.store(at(ring, rings.LOCKUP), module.work("lockup", { argument: ring }).token)
    }
    this.words.store(rings.NEEDS_RESET, 0)
    this.words.store(rings.RDEV, rdev.token)
    this.words.store(rings.LIVE, 1)
  }

  #openRings(lock: SharedLock): Timeline[] {
    const module = this.desk.load()
    const options = { lock: queue.hasInlineLocks(this.desk) ? ("inline" as const) : lock }
    return all.map((ring) => module.timeline(ring === 0 ? "radeon.gfx" : "radeon.dma", options))
  }

  override open(): void {
    this.#timelines = this.#openRings(queue.lockOf(this.thread, this.#rdev))
  }

  issue(): Fence | undefined {
    const ring = this.desk.random.below(rings.RINGS)
    return this.words.alone(at(ring, rings.EMITTING), this.thread, () => this.#emit(ring))
  }

  /** Each command is a piece of the pool of command buffers, which keeps its fence, and asks it when it needs the piece again. */
  #emit(ring: number): Fence | undefined {
    const words = this.words
    const seqno = words.load(at(ring, rings.EMITTED)) + 1
    const piece = this.#pieceOf(ring, seqno)
    using before = this.thread.openAt(piece)
    if ((before && !before.isSignaled()) || queue.isLinked(this.desk, ring, seqno)) return undefined
    const fence = this.#timelines[ring]!.fence(BigInt(seqno))
    fence.user = words.load(rings.RDEV)
    fence.claimBit(ring)
    this.thread.replaceAt(piece, fence.addRef())?.drop()
    words.store(at(ring, rings.EMITTED), seqno)
    this.thread.work(words.load(at(ring, rings.LOCKUP))).arm(LOCKUP_MS)
    this.#last?.drop()
    this.#last = fence.addRef()
    return fence
  }

  #pieceOf = (ring: number, seqno: number) =>
    this.desk.firstCell + (rings.RINGS + ring) * queue.SLOTS + (seqno % queue.SLOTS)

  /** A process may wait for its last command, which keeps a reset out; it lets go for one, and does it. */
  override close(): void {
    const last = this.#last
    this.#last = undefined
    if (last && this.desk.random.oneIn(2)) this.#waitFor(last)
    last?.drop()
    for (const timeline of this.#timelines) timeline.close()
  }

  #waitFor(fence: Fence): void {
    if (rings.tryShare(this.words)) {
      try {
        this.desk.attempt("waits", () => this.#sleepUntil(fence))
      } finally {
        rings.unshare(this.words)
      }
    }
    if (this.words.load(rings.NEEDS_RESET) === 1) this.#reset()
  }

  /** Without the op whoever keeps a reset out must call what it did. While he does there is none: one that is due stays due. */
  #sleepUntil(fence: Fence): void {
    const { form, fault } = this.desk.how
    const isResetDue = () => this.words.load(rings.NEEDS_RESET) === 1
    this.desk.waitFor(ENDLESS, () => {
      const wasDue = isResetDue()
      if (form === "merged") waitFor(fence, WAIT_MS)
      else waitOrLetGo(this.desk, fence, WAIT_MS)
      if (fence.hasSignaled() || (fault !== "deaf-wait" && isResetDue())) return true
      if (wasDue) this.desk.tell("hang", `${LETS_GO} One was due before he began to wait, and he goes on`)
      return false
    })
  }

  #reset(): void {
    const words = this.words
    const isMine = () => words.load(rings.NEEDS_RESET) === 0 || words.claim(rings.EXCLUSIVE, 0, -1)
    if (!this.desk.waitFor(LETS_GO, isMine) || words.load(rings.EXCLUSIVE) !== -1) return
    words.store(rings.RESET, 1)
    this.desk.stage.dawdle()
    words.store(rings.NEEDS_RESET, 0)
    words.store(rings.EXCLUSIVE, 0)
  }

  override work(): boolean {
    const words = this.words
    let isBusy = false
    for (const ring of all) {
      if (words.load(at(ring, rings.INTERRUPT)) === 0) continue
      words.add(rings.EXECUTING, 1)
      if (words.load(rings.LIVE) === 1 && words.exchange(at(ring, rings.INTERRUPT), 0) === 1) {
        const rdev = this.#rdev
        if (queue.process(words, rdev, ring)) queue.wakeAll(this.desk, rdev)
        isBusy = true
      }
      words.add(rings.EXECUTING, -1)
    }
    return isBusy
  }

  /** The pool first, then each ring: waited for, or forced where it does not answer; everybody is woken. */
  override stop(): void {
    const rdev = this.#rdev
    this.#finishPool()
    for (const ring of all) {
      if (this.desk.random.oneIn(2) || !this.#waitEmpty(rdev, ring)) this.#force(rdev, ring)
      this.#lockup(ring).cancelSync()
    }
    queue.wakeAll(this.desk, rdev)
    this.words.store(rings.LIVE, 0)
    this.desk.waitFor("an interrupt does not return", () => this.words.load(rings.EXECUTING) === 0)
    if (this.desk.switches.unload === "grace") this.thread.synchronize()
    this.#assertEmpty()
    for (const ring of all) {
      // An op that began before the last signal may have armed it again.
      this.#lockup(ring).cancelSync()
      this.#lockup(ring).discard()
    }
    for (const timeline of this.#timelines) timeline.close()
    rdev.discard()
  }

  /** Whoever has no wake-up would be pending for ever: so everybody gets one. */
  #finishPool(): void {
    this.words.store(rings.FINISHING, 1)
    for (let slot = 0; slot < rings.RINGS * queue.SLOTS; slot++) {
      const cell = this.desk.firstCell + rings.RINGS * queue.SLOTS + slot
      using fence = this.thread.replaceAt(cell, undefined)
      if (fence?.isSignaled() === false) fence.enableSignaling()
    }
    this.words.store(rings.FINISHING, 0)
  }

  /** False when it hangs. */
  #waitEmpty(rdev: IssuerRecord, ring: number): boolean {
    const words = this.words
    this.desk.waitFor("a ring does not become empty", () => {
      if (queue.process(words, rdev, ring)) queue.wakeAll(this.desk, rdev)
      return words.load(rings.NEEDS_RESET) === 1 || queue.lastSeen(rdev, ring) === words.load(at(ring, rings.EMITTED))
    })
    return queue.lastSeen(rdev, ring) === words.load(at(ring, rings.EMITTED))
  }

  #force(rdev: IssuerRecord, ring: number): void {
    this.words.store(at(ring, rings.COUNTER), this.words.load(at(ring, rings.EMITTED)))
    // A wake-up reads what was seen last, and so that has to be moved, too.
    if (!this.desk.hasFault("F38")) queue.process(this.words, rdev, ring)
  }

  #assertEmpty(): void {
    for (const ring of all)
      for (let slot = 0; slot < queue.SLOTS; slot++)
        if (queue.isLinked(this.desk, ring, slot)) {
          this.desk.tell("hang", `${LEFT} One stays in a queue that is given back`)
          return
        }
  }

  #lockup = (ring: number) => this.thread.work(this.words.load(at(ring, rings.LOCKUP)))

  judge(fence: Fence): void {
    // As the kernel's status does: under the lock.
    if (this.desk.hasFault("F37") && !fence.hasSignaled()) fence.locked(() => this.#pollLocked(fence))
    if (!fence.hasSignaled()) return
    const ring = queue.ringOf(fence)
    if (this.words.load(at(ring, rings.COUNTER)) < Number(fence.seqno)) this.desk.tell("wrong", UNDUE)
  }

  #pollLocked(fence: Fence): void {
    if (!fence.hasSignaled()) poll(this.desk, fence)
  }
}
