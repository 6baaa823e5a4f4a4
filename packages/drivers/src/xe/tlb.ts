/**
 * xe: the translations that the GPU remembers are invalidated by a message to the firmware, whose answers come in order of seqno.
 * Fences have names and no other op. Until the driver's patch all are under the lock of the GT, which goes with the module. Some
 * stand on the stack of the one who waits for them.
 */
import { type Fence, type Timeline, defineModule } from "@outlive/core"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType } from "../fence-type.js"
import { numbers } from "../numbers.js"

/** Registers: what was asked for, what the firmware has done, and whether it says so. */
const ASKED = 0
const DONE = 1
const MESSAGE = 2
/** One for which the firmware takes longer than anybody waits, and up to which nobody waits any more: then it gets on. */
const SLOW_AT = 8
const GIVEN_UP = 9
/** The driver's memory. */
const PENDING_LOCK = 3
const LAST_SIGNALED = 4
const EXECUTING = 5
const WATCHED = 6
const WATCHED_SINCE = 7

const SLOTS = 16
const LOST_ONE_IN = 12
const SLOW_ONE_IN = 30
const STACK_ONE_IN = 4
const TIMEOUT_MS = 6
const LOOK_MS = 0.05
const ETIME = -62
const ECANCELED = -125

const EARLY = "An invalidation succeeds only when the firmware has done it."
const OUT_OF_ORDER = "They are signaled in order of seqno."
const FRAME_GONE = "Who made a fence on the stack outlasts its signaler."

const now = () => Math.round(performance.now() + performance.timeOrigin) & 0x7fff_ffff

export const xeTlb: FenceType = {
  driver: "xe",
  name: "tlb",
  about:
    "TLB invalidation: done by a message of the firmware, in order; names only, under the GT's lock until its patch",
  mustHold: [EARLY, OUT_OF_ORDER, FRAME_GONE],
  // That a signaler is still at a frame that ends is told by the engine: the driver knows of no reference but its own.
  controls: { [EARLY]: "early", [OUT_OF_ORDER]: "newest-first", [FRAME_GONE]: { twin: "F62", shownBy: "scope" } },
  hasPatch: true,
  survives: true,
  dangles: "the lock is in the GT, which goes with the module",
  faults: {
    F62: "who waits for a fence on the stack returns as soon as it sees the flag: the signaler is still at it",
    early: "a lost message is answered by success, and not by an error",
    "newest-first": "the list is walked from its end: of several that are done the last is signaled first",
  },
  cells: SLOTS,
  module: () => defineModule({ name: "xe tlb", driverName: "xe" }),
  device({ registers, random }: Hands) {
    const done = registers.load(DONE)
    if (done >= registers.load(ASKED) || random.oneIn(3)) return false
    if (registers.load(SLOW_AT) === done + 1) {
      if (registers.load(GIVEN_UP) <= done) return false
    } else if (random.oneIn(SLOW_ONE_IN)) {
      registers.store(SLOW_AT, done + 1)
      return true
    }
    registers.store(DONE, done + 1)
    if (!random.oneIn(LOST_ONE_IN)) registers.store(MESSAGE, 1)
    return true
  },
  bind: (desk) => new Tlb(desk),
}

class Tlb extends DriverCode {
  #timeline: Timeline | undefined
  /** Of fences that end with the function that waits for them. */
  #stack: Timeline | undefined

  override open(): void {
    const lock = this.desk.how.form === "patched" ? "inline" : "external"
    const module = this.desk.load()
    this.#timeline = module.timeline("tlb_inval: the name of a GT", { lock })
    this.#stack = module.timeline("tlb_inval: one on the stack", { lock: "inline" })
  }

  override close(): void {
    this.#timeline?.close()
    this.#stack?.close()
  }

  issue(): Fence | undefined {
    // A scheduler's thread does not wait for what it starts.
    if (this.desk.how.lifetime !== "layered" && this.desk.random.oneIn(STACK_ONE_IN)) this.#invalidateAndWait()
    return this.#ask()
  }

  /**
   * On the stack: the fence ends with this function. Whoever completes it has the list's lock until it has let go of it, so who has
   * seen the flag takes that once.
   */
  #invalidateAndWait(): void {
    this.desk.attempt("ends a fence on the stack", () =>
      this.#stack!.scoped((fence) => {
        const seqno = this.#withPending(() => this.#post(() => fence))
        if (seqno === undefined) return
        const isAnswered = this.desk.waitFor("an invalidation is never answered", () => fence.hasSignaled())
        if (!this.desk.hasFault("F62")) this.#withPending(() => {})
        // Nobody is left to signal it when the race is broken off.
        if (!isAnswered) this.thread.replaceAt(this.#slotOf(seqno), undefined)?.drop()
      }),
    )
  }

  /** Into the list and to the firmware, in one order: both under the lock of the list. */
  #ask(): Fence | undefined {
    let fence: Fence | undefined
    this.#withPending(() => this.#post((seqno) => (fence = this.#timeline!.fence(BigInt(seqno)))))
    return fence
  }

  /** With the lock of the list; undefined if it is full. */
  #post(make: (seqno: number) => Fence): number | undefined {
    const { words } = this.desk
    const seqno = words.load(ASKED) + 1
    if (!this.desk.isEmptyAt(this.#slotOf(seqno))) return undefined
    const fence = make(seqno)
    fence.user = seqno
    this.thread.replaceAt(this.#slotOf(seqno), fence.addRef())
    words.store(ASKED, seqno)
    return seqno
  }

  override work(): boolean {
    const { words } = this.desk
    words.add(EXECUTING, 1)
    const isTold = words.exchange(MESSAGE, 0) === 1
    if (isTold) this.#signalUpTo(words.load(DONE))
    else this.#watch()
    words.add(EXECUTING, -1)
    return isTold
  }

  /** A message that does not come: the fence fails, though the firmware may have done its work. */
  #watch(): void {
    const { words } = this.desk
    const last = words.load(LAST_SIGNALED)
    if (words.load(WATCHED) !== last || words.load(ASKED) === last) {
      words.store(WATCHED, last)
      words.store(WATCHED_SINCE, now())
    } else if (now() - words.load(WATCHED_SINCE) >= TIMEOUT_MS) {
      this.#signalUpTo(last + 1, this.desk.hasFault("early") ? 0 : ETIME)
      this.#giveUp(last + 1)
    }
  }

  /** The firmware may get on; others may have seen before that it had not. */
  #giveUp(seqno: number): void {
    this.desk.stage.dawdle()
    if (this.words.load(GIVEN_UP) < seqno) this.words.store(GIVEN_UP, seqno)
  }

  /** All that is pending up to there, the lock of the list held meanwhile. */
  #signalUpTo(upTo: number, error = 0): void {
    const { words } = this.desk
    this.#withPending(() => {
      for (const seqno of this.#walk(words.load(LAST_SIGNALED), upTo)) {
        const fence = this.thread.replaceAt(this.#slotOf(seqno), undefined)
        words.store(LAST_SIGNALED, Math.max(words.load(LAST_SIGNALED), seqno))
        if (!fence) continue
        if (fence.user !== seqno) this.desk.tell("wrong", OUT_OF_ORDER)
        this.desk.attempt("signals a fence", () => this.#signal(fence, error))
        if (this.desk.hasFault("F62") || this.desk.hasFault("newest-first")) this.desk.stage.dawdle()
        this.desk.attempt("drops a fence", () => fence.drop())
      }
    })
  }

  /** Those that are pending, in the order in which they are signaled. */
  #walk(last: number, upTo: number): readonly number[] {
    const pending = numbers(Math.max(0, upTo - last)).map((n) => last + 1 + n)
    return this.desk.hasFault("newest-first") ? pending.toReversed() : pending
  }

  #signal(fence: Fence, error: number): void {
    if (error !== 0) fence.setError(error)
    fence.signal()
  }

  #withPending<T>(body: () => T): T {
    const { words, stage } = this.desk
    const enter = () =>
      words.alone(
        PENDING_LOCK,
        this.thread,
        () => ({ answer: body() }),
        () => this.#finish(),
      )
    let done = enter()
    for (; !done; done = enter()) stage.sleep(LOOK_MS)
    return done.answer
  }

  /** What one who died was asking for: once its fence is in the list, the firmware is asked. */
  #finish(): void {
    const { words } = this.desk
    const seqno = words.load(ASKED) + 1
    using fence = this.thread.openAt(this.#slotOf(seqno))
    if (fence?.user === seqno) words.store(ASKED, seqno)
  }

  /** A reset: everything that is pending ends now, done or not. */
  override stop(): void {
    const { random, words } = this.desk
    if (!random.oneIn(3))
      this.desk.waitFor("an invalidation is never answered", () => words.load(LAST_SIGNALED) === words.load(ASKED))
    this.#signalUpTo(words.load(ASKED), ECANCELED)
    words.store(GIVEN_UP, words.load(ASKED))
    this.desk.waitFor("a message's function does not return", () => words.load(EXECUTING) === 0)
  }

  judge(fence: Fence): void {
    this.#compare(fence)
    if (fence.hasSignaled() && this.desk.words.load(DONE) < Number(fence.seqno) && fence.status() >= 0)
      this.desk.tell("wrong", EARLY)
  }

  /** Who holds two of them never sees the later one signaled and the earlier one pending. */
  #compare(fence: Fence): void {
    const { random, stage } = this.desk
    const found = this.thread.openAt(random.below(stage.settings.slots))
    if (!found) return
    if (this.desk.isOf(found)) {
      const [earlier, later] = fence.seqno < found.seqno ? [fence, found] : [found, fence]
      if (later.hasSignaled() && !earlier.hasSignaled()) this.desk.tell("wrong", OUT_OF_ORDER)
    }
    this.desk.attempt("drops a fence", () => found.drop())
  }

  #slotOf(seqno: number): number {
    return this.desk.firstCell + (seqno % SLOTS)
  }
}
