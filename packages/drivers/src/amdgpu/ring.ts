/**
 * amdgpu: a ring of commands. A slot for each fence that the hardware has not passed; a counter that the hardware writes; an
 * interrupt that may be lost, and a timer as fallback, armed by whoever enables signaling. A hang is ended by a reset.
 */
import { type Fence, type IssuerRecord, type ModuleOps, type Thread, type Timeline, defineModule } from "@outlive/core"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"
import { waitFor } from "../wait-for.js"
import type { Words } from "../words.js"

/** Registers. */
const DOORBELL = 0
const COUNTER = 1
const INTERRUPT = 2
const INTERRUPTS_ON = 3
const IS_UNPLUGGED = 4
const HUNG_AT = 5
const RESET = 6
/** 1 while the hardware is at it: what was unplugged meanwhile it may write still, and nothing after that. */
const WRITING = 7
/** The driver's plain memory: what no unload gives back. */
const RING = 8
const EMITTED = 9
const EMITTING = 10
const EXECUTING = 11
const TIMER_RING = 12
const TIMER_DUE = 13
const WATCHED = 14
const WATCHED_SINCE = 15
const RESETTING = 16
const LAST_VMID = 17
/** What the hardware and the driver's users know of the last commands, by number. */
const FIRST_OWNER = 64
const FIRST_HUNG = 192
const FIRST_FORCED = 320
const REMEMBERED = 128

/** Words of the ring's own record. */
const LAST_SEEN = 0
const ARMED = 1

const SLOTS = 16
const VMIDS = 4
const FALLBACK_MS = 4
/** No command takes so long. */
const TIMEOUT_MS = 6
const SLOT_WAIT_MS = 2
const OWNERS = 3
const LOST_ONE_IN = 8
const HANGS_ONE_IN = 60

const ECANCELED = -125
const ETIME = -62

const SIGNALED_TWICE = "Each slot is signaled once."
const WRONG_CONTEXT = "An error is only on the command that hung, and on its context."
const ERROR_LATE = "The error is set before the signal."
const UNDUE = "A fence is signaled only when the hardware has passed it, or it was forced."

const now = () => Math.round(performance.now() + performance.timeOrigin) & 0x7fff_ffff

export const ring: FenceType = {
  driver: "amdgpu",
  name: "ring",
  about: "a command ring: counter and interrupt, a fallback timer that enable arms, resets, forced completion",
  mustHold: [SIGNALED_TWICE, WRONG_CONTEXT, ERROR_LATE, UNDUE],
  controls: { [SIGNALED_TWICE]: "F57", [WRONG_CONTEXT]: "F58", [ERROR_LATE]: "R3", [UNDUE]: "undue" },
  hasPatch: true,
  isAsked: true,
  survives: true,
  faults: {
    F47: "the layer keeps the hardware's fence to the last put of its own",
    F57: "two who see the counter move both take the slots: no claim on what was seen last",
    F58: "the guilty condition is inverted: the errors go to the others",
    F61: "emit waits for its slot inside a signaling section",
    R2: "the reference of a slot is leaked when its fence is signaled",
    R3: "the ring goes on first, and the errors are set then",
    undue: "an interrupt signals the command at which the hardware is, too",
  },
  faultsUnder: { F47: { lifetime: "layered", form: "merged" } },
  cells: SLOTS + VMIDS,
  module: (maker) => defineModule({ name: "amdgpu ring", driverName: "amdgpu", ops: opsOf(maker) }),
  device,
  bind: (desk) => new Ring(desk),
}

function opsOf({ how, words, preempt }: Maker): ModuleOps {
  return {
    enableSignaling(fence) {
      preempt()
      arm(fence.thread as Thread, words, fence.user)
    },
    // It gives the memory back, after a grace period; with the patch the core does.
    ...(how.form === "patched" ? {} : { free() {} }),
  }
}

/** Arms the fallback timer, unless it is: the timer is in the ring's memory, and the list of timers leads to it. */
function arm(thread: Thread, words: Words, token: number): void {
  const found = thread.issuerRecord(token)
  if (found.exchange(ARMED, 1) === 1) return
  words.store(TIMER_RING, token)
  words.store(TIMER_DUE, now() + FALLBACK_MS)
}

/** Whether the command on which the ring stands takes too long, and no reset is under way. */
const isLate = (words: Words) => now() - words.load(WATCHED_SINCE) >= TIMEOUT_MS && words.load(RESET) === 0

/** The command that hangs, or 0: what was written too late, when the ring had been forced on, has been passed long since. */
function hungIn(registers: Words, done: number): number {
  const hung = registers.load(HUNG_AT)
  return hung > done ? hung : 0
}

function device(hands: Hands): boolean {
  const { registers } = hands
  registers.store(WRITING, 1)
  const isBusy = registers.load(IS_UNPLUGGED) === 0 && goOn(hands)
  registers.store(WRITING, 0)
  return isBusy
}

function goOn({ registers, random }: Hands): boolean {
  // All that follows is about this place, and does nothing when the ring has been forced on meanwhile.
  const done = registers.load(COUNTER)
  const hung = hungIn(registers, done)
  if (hung !== 0 && registers.load(RESET) === 0) return false
  if (hung !== 0) {
    // A reset skips the command that hung.
    registers.store(HUNG_AT, 0)
    registers.claim(COUNTER, done, hung)
    registers.store(INTERRUPT, registers.load(INTERRUPTS_ON))
    // Last: until then nobody asks for another.
    registers.store(RESET, 0)
    return true
  }
  if (done === registers.load(DOORBELL) || random.oneIn(3)) return false
  if (random.oneIn(HANGS_ONE_IN)) {
    registers.store(FIRST_HUNG + ((done + 1) % REMEMBERED), done + 1)
    registers.store(HUNG_AT, done + 1)
    return true
  }
  if (!registers.claim(COUNTER, done, done + 1)) return false
  if (!random.oneIn(LOST_ONE_IN)) registers.store(INTERRUPT, registers.load(INTERRUPTS_ON))
  return true
}

class Ring extends DriverCode {
  #timeline: Timeline | undefined

  get #ring(): IssuerRecord {
    return this.thread.issuerRecord(this.words.load(RING))
  }

  override probe(): void {
    const made = this.desk.load().record({ name: "ring" })
    made.write(LAST_SEEN, this.words.load(EMITTED))
    this.words.store(COUNTER, this.words.load(EMITTED))
    this.words.store(RING, made.token)
    this.words.store(RESET, 0)
    this.words.store(IS_UNPLUGGED, 0)
    this.words.store(INTERRUPTS_ON, 1)
  }

  override open(): void {
    // Before the series all fences of a ring were under the ring's lock.
    const lock = this.desk.how.form === "patched" ? "inline" : "external"
    this.#timeline = this.desk.load().timeline("gfx_0.0.0: a ring's name", { lock })
  }

  override close(): void {
    this.#timeline?.close()
  }

  issue(): Fence | undefined {
    // A scheduler has one thread for a ring.
    return this.#alone(() => this.#emit())
  }

  #alone<T>(body: () => T): T | undefined {
    return this.words.alone(EMITTING, this.thread, body, () => this.#finish())
  }

  /** What one who died was emitting: once it is in its slot, it is emitted, and the hardware is told. */
  #finish(): void {
    const words = this.words
    const seqno = words.load(EMITTED) + 1
    using fence = this.thread.openAt(this.#slotOf(seqno))
    if (fence && Number(fence.seqno) === seqno) words.store(EMITTED, seqno)
    words.store(DOORBELL, words.load(EMITTED))
  }

  #emit(): Fence | undefined {
    const { random, stage } = this.desk
    const words = this.words
    const seqno = words.load(EMITTED) + 1
    if (!this.#waitForSlot(seqno)) return undefined
    const fence = this.#timeline!.fence(BigInt(seqno))
    fence.user = words.load(RING)
    words.store(FIRST_OWNER + (seqno % REMEMBERED), 1 + random.below(OWNERS))
    words.store(FIRST_FORCED + (seqno % REMEMBERED), 0)
    this.thread.replaceAt(this.#slotOf(seqno), fence.addRef())
    words.store(EMITTED, seqno)
    stage.pause()
    words.store(DOORBELL, seqno)
    this.#noteVmid(fence)
    return fence
  }

  /** The slot's old fence is waited for, which arms the timer: an interrupt may be lost. */
  #waitForSlot(seqno: number): boolean {
    const slot = this.#slotOf(seqno)
    const cookie = this.desk.hasFault("F61") ? this.thread.beginSignaling() : 1
    let isFree = false
    this.desk.attempt("waits for a slot of the ring", () => {
      isFree = this.desk.waitFor("a slot of the ring does not become free", () => {
        using old = this.thread.openAt(slot)
        old?.setDeadline(1n)
        if (old && !old.hasSignaled()) waitFor(old, SLOT_WAIT_MS)
        return this.desk.isEmptyAt(slot)
      })
    })
    if (this.desk.hasFault("F61")) this.thread.endSignaling(cookie)
    return isFree
  }

  /** Modules keep signaled fences of their own: who used this part of the address space last, looked at lazily. */
  #noteVmid(fence: Fence): void {
    const vmid = this.words.add(LAST_VMID, 1) % VMIDS
    this.thread.replaceAt(this.desk.firstCell + SLOTS + vmid, fence.addRef())?.drop()
  }

  override work(): boolean {
    const words = this.words
    words.add(EXECUTING, 1)
    let isBusy = false
    if (words.exchange(INTERRUPT, 0) === 1 && words.load(INTERRUPTS_ON) === 1) {
      this.#process()
      isBusy = true
    }
    const due = words.load(TIMER_DUE)
    if (due !== 0 && now() - due >= 0 && words.claim(TIMER_DUE, due, 0)) {
      this.desk.attempt("runs the fallback timer", () => {
        this.thread.issuerRecord(words.load(TIMER_RING)).write(ARMED, 0)
        this.#process(true)
      })
      isBusy = true
    }
    this.#watch()
    words.add(EXECUTING, -1)
    return isBusy
  }

  /** The counter has moved: whoever notes that first takes the slots that it passed. */
  #process(wasArmed = false): void {
    const found = this.#ring
    // In this order: the counter only grows, so it is never behind what was noted of it. The other way round a slow thread could take the
    // note back to what it had read, and slots would be taken again.
    const last = found.read(LAST_SEEN)
    const seen = this.#seen()
    // Somebody waits for what comes later, and that interrupt may be lost too. An issuer is asked to enable only once.
    if (wasArmed && seen !== this.words.load(EMITTED)) arm(this.thread, this.words, found.token)
    if (seen === last) return
    if (this.desk.hasFault("F57")) {
      this.desk.stage.dawdle()
      found.write(LAST_SEEN, seen)
    } else if (found.compareExchange(LAST_SEEN, last, seen) !== last) return
    for (let seqno = last + 1; seqno <= seen; seqno++) this.#pass(seqno)
  }

  #seen(): number {
    const done = this.words.load(COUNTER)
    return this.desk.hasFault("undue") ? Math.min(done + 1, this.words.load(EMITTED)) : done
  }

  #pass(seqno: number): void {
    const fence = this.thread.replaceAt(this.#slotOf(seqno), undefined)
    if (!fence) {
      // The other winner has it.
      this.desk.tell("wrong", SIGNALED_TWICE)
      return
    }
    if (Number(fence.seqno) !== seqno) this.desk.tell("wrong", SIGNALED_TWICE)
    this.desk.attempt("signals a fence", () => {
      if (!fence.signal()) this.desk.tell("wrong", SIGNALED_TWICE)
    })
    if (this.desk.hasFault("R2")) fence.addRef()
    this.desk.attempt("drops a fence", () => fence.drop())
  }

  /** A job that takes too long: the ring is reset, its context told, and what was behind it goes on. */
  #watch(): void {
    const words = this.words
    const counter = words.load(COUNTER)
    if (words.load(WATCHED) !== counter || words.load(DOORBELL) === counter) {
      words.store(WATCHED_SINCE, now())
      words.store(WATCHED, counter)
      return
    }
    if (!isLate(words) || !words.claim(RESETTING, 0, 1)) return
    // Again: another worker may have reset the ring since we looked, and the hardware be about to pass the command that hung.
    if (isLate(words)) {
      const guilty = hungIn(words, words.load(COUNTER))
      if (guilty !== 0 && words.load(IS_UNPLUGGED) === 0) {
        if (this.desk.hasFault("R3")) words.store(RESET, 1)
        this.#setErrors(guilty)
        words.store(RESET, 1)
      }
      words.store(WATCHED_SINCE, now())
    }
    words.store(RESETTING, 0)
  }

  #setErrors(guilty: number): void {
    const owner = this.words.load(FIRST_OWNER + (guilty % REMEMBERED))
    const isInverted = this.desk.hasFault("F58")
    for (let seqno = guilty; seqno <= this.words.load(EMITTED); seqno++) {
      const isOwn = this.words.load(FIRST_OWNER + (seqno % REMEMBERED)) === owner
      if (seqno === guilty) this.#setError(seqno, ETIME)
      else if (isOwn !== isInverted) this.#setError(seqno, ECANCELED)
    }
  }

  #setError(seqno: number, errno: number): void {
    using fence = this.thread.openAt(this.#slotOf(seqno))
    if (!fence || Number(fence.seqno) !== seqno) return
    if (this.desk.hasFault("R3")) this.desk.stage.dawdle()
    try {
      fence.setError(errno)
    } catch (error) {
      if ((error as { code?: string }).code !== "ALREADY_SIGNALED") throw error
      this.desk.tell("wrong", ERROR_LATE)
    }
  }

  /** Waits until the ring is empty; hardware that is gone, or does not answer, is not waited for. */
  override stop(): void {
    const { random } = this.desk
    const words = this.words
    this.#alone(() => {})
    if (random.oneIn(3)) words.store(IS_UNPLUGGED, 1)
    else this.desk.waitFor("the ring does not become empty", () => this.#isEmpty())
    if (words.load(IS_UNPLUGGED) === 1) this.#forceCompletion()
    words.store(INTERRUPTS_ON, 0)
    this.#deleteTimer()
    if (this.desk.switches.unload === "grace") {
      this.thread.synchronize()
      // An op that began before the last signal may have armed it again.
      this.#deleteTimer()
    }
    this.#ring.discard()
    if (!this.desk.pinsAll) this.dropOwn()
  }

  /** In the module's exit: which does not run while a fence pins the module. */
  dropOwn(): void {
    for (let vmid = 0; vmid < VMIDS; vmid++) {
      const fence = this.thread.replaceAt(this.desk.firstCell + SLOTS + vmid, undefined)
      if (fence) this.desk.attempt("drops a fence", () => fence.drop())
    }
  }

  judge(fence: Fence): void {
    if (!fence.hasSignaled()) return
    const words = this.words
    const seqno = Number(fence.seqno)
    const isForced = () => words.load(FIRST_FORCED + (seqno % REMEMBERED)) === seqno
    if (words.load(COUNTER) < seqno && !isForced()) this.desk.tell("wrong", UNDUE)
    if (words.load(EMITTED) - seqno > REMEMBERED / 2) return
    const errno = fence.status()
    if (errno === ETIME && words.load(FIRST_HUNG + (seqno % REMEMBERED)) !== seqno)
      this.desk.tell("wrong", WRONG_CONTEXT)
    if (errno === ECANCELED && !isForced() && !this.#isOwnerGuilty(seqno)) this.desk.tell("wrong", WRONG_CONTEXT)
  }

  #isOwnerGuilty(seqno: number): boolean {
    const words = this.words
    const owner = words.load(FIRST_OWNER + (seqno % REMEMBERED))
    for (let earlier = seqno - 1; earlier > seqno - SLOTS - 1; earlier--) {
      const isHung = words.load(FIRST_HUNG + (earlier % REMEMBERED)) === earlier
      if (isHung && words.load(FIRST_OWNER + (earlier % REMEMBERED)) === owner) return true
    }
    return false
  }

  /** Everything that is unsignaled fails, and the counter is where the last command was. */
  #forceCompletion(): void {
    const words = this.words
    // From here on the counter is where it is; and nobody else may be in the middle of taking slots.
    this.desk.waitFor("the hardware does not stop", () => words.load(WRITING) === 0)
    this.desk.waitFor("an interrupt does not return", () => words.load(EXECUTING) === 0)
    const emitted = words.load(EMITTED)
    for (let seqno = words.load(COUNTER) + 1; seqno <= emitted; seqno++) {
      words.store(FIRST_FORCED + (seqno % REMEMBERED), seqno)
      this.#setError(seqno, ECANCELED)
    }
    words.store(HUNG_AT, 0)
    words.store(COUNTER, emitted)
    // An interrupt that came meanwhile has seen less: then it takes less, and it is our turn again.
    this.desk.waitFor("what was forced is not taken", () => {
      this.#process()
      return this.#ring.read(LAST_SEEN) === emitted
    })
  }

  #deleteTimer(): void {
    this.words.store(TIMER_DUE, 0)
    this.desk.waitFor("a timer's function does not return", () => this.words.load(EXECUTING) === 0)
    this.words.store(TIMER_DUE, 0)
    this.#ring.write(ARMED, 0)
  }

  #isEmpty(): boolean {
    const seqno = this.words.load(EMITTED)
    using last = this.thread.openAt(this.#slotOf(seqno))
    if (last && !last.hasSignaled()) waitFor(last, SLOT_WAIT_MS)
    return numbers(SLOTS).every((n) => this.desk.isEmptyAt(this.desk.firstCell + n))
  }

  #slotOf(seqno: number): number {
    return this.desk.firstCell + (seqno % SLOTS)
  }
}
