/**
 * xe: the fence of a command on the hardware. An engine class of a GT has one `fence irq`: a lock, which all its fences are under,
 * and a list of those that somebody waits for. Enable puts a fence on the list; the interrupt's work signals what has passed.
 */
import {
  type Fence,
  type Module,
  type ModuleDefinition,
  type ModuleOps,
  type Thread,
  type Timeline,
  defineModule,
} from "@outlive/core"
import { grab, put } from "../counted.js"
import type { Desk } from "../desk.js"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, How, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"
import type { Words } from "../words.js"
import { PendingList } from "./pending-list.js"

/** Registers. */
const DOORBELL = 0
const COUNTER = 1
const INTERRUPT = 2
const IS_UNPLUGGED = 3
/** The driver's plain memory. */
const EMITTED = 4
const EMITTING = 5
const EXECUTING = 6
const IS_UP = 7
const IRQ = 8
const LOCK = 9
const SWEEPING = 10
/** 1 while somebody with the irq's lock puts an entry on the list. */
const LISTING = 11

/** So many of the last fences are told apart, by number. */
const REMEMBERED = 128
const FIRST_LINK = 32
const LINKS = 2 * (REMEMBERED + 1)
const FIRST_FORCED = FIRST_LINK + LINKS

const JOBS = 16
const ECANCELED = -125

const UNDUE = "A fence is signaled only when the hardware has passed it, or with an error."
const TORN = "The list of pending fences is whole, each link has its partner"
const NOT_FOUND = "A fence that was enabled is on the list until it is signaled: the interrupt's work finds it."

const MERGED = { lifetime: "independent", form: "merged" } as const

export const xeHw: FenceType = {
  driver: "xe",
  name: "hw",
  about:
    "a command's fence: enable puts it on the pending list of the fence irq, whose lock is the lock of all its fences",
  mustHold: [UNDUE, TORN, NOT_FOUND],
  controls: { [UNDUE]: "undue", [TORN]: "unlinked-twice", [NOT_FOUND]: "unlisted" },
  hasPatch: true,
  isAsked: true,
  survives: true,
  faults: {
    F34: "the interrupt's work polls under the lock, and the poll signals by itself, which takes the lock",
    F35: "inline locks: enable edits the pending list without the lock of the list",
    F52: "the slab is destroyed without a barrier: fences still wait to be freed by the module's function",
    undue: "the interrupt's work signals all that is listed: it does not ask the hardware",
    "no-error": "what is unplugged is signaled as if it had been passed",
    "unlinked-twice": "the release takes the entry off the list as well: it does not ask whether it is listed",
    unlisted: "enable does not list what has been passed meanwhile, and leaves it to the interrupt's work",
  },
  // The patch brings a crash of its own: what it shows would be shown without the fault.
  faultsUnder: {
    F34: MERGED,
    F35: MERGED,
    F52: MERGED,
    undue: MERGED,
    "no-error": MERGED,
    "unlinked-twice": MERGED,
    unlisted: MERGED,
  },
  cells: JOBS + REMEMBERED,
  module: moduleOf,
  device({ registers, random }: Hands) {
    if (registers.load(IS_UNPLUGGED) === 1) return false
    const done = registers.load(COUNTER)
    if (done === registers.load(DOORBELL) || random.oneIn(3)) return false
    // What was unplugged meanwhile writes nothing any more.
    if (!registers.claim(COUNTER, done, done + 1)) return false
    registers.store(INTERRUPT, 1)
    return true
  },
  bind: (desk) => new Hw(desk),
}

/** Whether fences have locks of their own, and the list another: what the plan of 2024 did to drivers that did not lock for themselves. */
const isInline = ({ fault, lifetime }: How) => fault === "F35" || lifetime === "unlocked"

/** Whether each fence counts on the fence irq, and comes from no slab: as the driver's patch has it. */
const isCounting = ({ form, lifetime }: How) => form === "patched" && lifetime !== "unlocked"

/** Whoever knows where the list is. */
interface Place {
  readonly words: Words
  readonly list: PendingList
  readonly thread: Thread
  readonly firstCell: number
}

const listOf = (words: Words, torn: (message: string) => void) =>
  new PendingList(words.part(FIRST_LINK, LINKS), REMEMBERED, torn)

const cellOf = (firstCell: number, entry: number) => firstCell + JOBS + entry

/** Under the irq's lock: a list that one who died with it was editing is made anew, of the entries that have a reference. */
function mendList({ words, list, thread, firstCell }: Place): void {
  if (words.load(LISTING) === 0) return
  const kept: number[] = []
  for (const entry of numbers(REMEMBERED)) {
    using fence = thread.openAt(cellOf(firstCell, entry))
    if (fence) kept.push(entry)
  }
  list.empty()
  for (const entry of kept) list.add(entry, () => {})
  words.store(LISTING, 0)
  // Some may have been passed meanwhile.
  words.store(INTERRUPT, 1)
}

/** Whether the hardware was unplugged before it came to it: it ends with an error. */
const isForced = (words: Words, seqno: number) => words.load(FIRST_FORCED + (seqno % REMEMBERED)) === seqno

const hasPassed = (words: Words, seqno: number) => words.load(COUNTER) >= seqno || isForced(words, seqno)

function moduleOf({ how, words, preempt, firstCell, tell }: Maker): ModuleDefinition {
  const list = listOf(words, (message) => tell("crash", `${TORN}: ${message}`))
  let loaded: Module | undefined
  const isBarred = how.form === "merged" && how.fault !== "F52"
  const ops: ModuleOps = {
    enableSignaling(fence) {
      const thread = fence.thread as Thread
      const seqno = Number(fence.seqno)
      const irq = thread.issuerRecord(fence.user)
      const entry = seqno % REMEMBERED
      preempt()
      if (!isInline(how)) {
        mendList({ words, list, thread, firstCell })
        words.store(LISTING, 1)
      }
      // The reference of its entry.
      thread.replaceAt(cellOf(firstCell, entry), fence.addRef())?.drop()
      irq.read(0)
      const isListed = how.fault !== "unlisted" || !hasPassed(words, seqno)
      if (isListed) list.add(entry, isInline(how) ? preempt : () => {})
      if (!isInline(how)) words.store(LISTING, 0)
      if (hasPassed(words, seqno)) words.store(INTERRUPT, 1)
    },
    pollSignaled: (fence) => hasPassed(words, Number(fence.seqno)),
  }
  const free = (fence: Fence) => {
    const thread = fence.thread as Thread
    if (how.fault === "unlinked-twice") list.remove(Number(fence.seqno) % REMEMBERED)
    try {
      if (loaded?.state !== "live") loaded = thread.load(definition)
    } catch (error) {
      // Its exit runs, and the barrier there. Only the patched form, which has none, has something to do in that function.
      if ((error as { code?: string }).code === "NOT_LIVE") return
      throw error
    }
    thread.defer(loaded, "free", fence.user)
  }
  const definition = defineModule({
    name: "xe hw",
    driverName: "xe: the name of a device",
    // Without the lock, nothing of a fence was to lead to its driver after the signal: no release op.
    ops: how.lifetime === "unlocked" ? ops : { ...ops, free },
    deferred: {
      free: (token, thread) => {
        if (isCounting(how)) put(thread.issuerRecord(token))
      },
    },
    // The module's exit: the patch dropped this barrier together with the slab.
    ...(isBarred ? { teardown: (thread) => void thread.barrier() } : {}),
  })
  return definition
}

/** False: the hardware has passed it at the last moment, and it keeps its success. */
function setErrorOf(fence: Fence): boolean {
  try {
    fence.setError(ECANCELED)
    return true
  } catch (error) {
    if ((error as { code?: string }).code !== "ALREADY_SIGNALED") throw error
    return false
  }
}

class Hw extends DriverCode {
  readonly #list: PendingList
  #irq: Timeline | undefined
  #contexts: Timeline[] = []

  constructor(desk: Desk) {
    super(desk)
    this.#list = listOf(desk.words, (message) => desk.tell("crash", `${TORN}: ${message}`))
  }

  override probe(): void {
    const words = this.words
    const module = this.desk.load()
    const irq = module.record({ name: "fence irq" })
    grab(irq)
    // It stays with its module, and so does its lock: one that the dead keep loaded is brought up again, and has its queues of before.
    this.#irq = module.timeline("fence irq", { lock: "external", slab: true })
    this.#list.empty()
    words.store(LISTING, 0)
    words.store(IRQ, irq.token)
    words.store(LOCK, this.#irq.sharedLock!.token)
    words.store(COUNTER, words.load(EMITTED))
    words.store(IS_UNPLUGGED, 0)
    words.store(IS_UP, 1)
  }

  /** Queues have contexts of their own, and one lock. */
  override open(): void {
    const { how } = this.desk
    const module = this.desk.load()
    const lock = isInline(how) ? "inline" : this.thread.sharedLock(this.words.load(LOCK))
    this.#contexts = ["rcs0: a queue", "rcs0: another"].map((name) =>
      module.timeline(name, { lock, slab: how.form === "merged" }),
    )
  }

  override close(): void {
    for (const context of this.#contexts) context.close()
  }

  issue(): Fence | undefined {
    return this.#alone(() => this.#emit())
  }

  #alone<T>(body: () => T): T | undefined {
    return this.words.alone(EMITTING, this.thread, body, () => this.#finish())
  }

  /** What one who died was emitting: once its job is there, it is emitted, and the hardware is told. */
  #finish(): void {
    const words = this.words
    const seqno = words.load(EMITTED) + 1
    using fence = this.thread.openAt(this.#jobCell(seqno))
    if (fence && Number(fence.seqno) === seqno) words.store(EMITTED, seqno)
    words.store(DOORBELL, words.load(EMITTED))
  }

  #emit(): Fence | undefined {
    const { how, random, stage } = this.desk
    const words = this.words
    const seqno = words.load(EMITTED) + 1
    if (!this.desk.isEmptyAt(this.#jobCell(seqno))) return undefined
    const fence = stage.any(this.#contexts).fence(BigInt(seqno))
    fence.user = words.load(IRQ)
    if (isCounting(how)) grab(this.thread.issuerRecord(fence.user))
    this.thread.replaceAt(this.#jobCell(seqno), fence.addRef())
    words.store(EMITTED, seqno)
    words.store(DOORBELL, seqno)
    stage.pause()
    // A scheduler hangs on; who submits directly does not.
    if (random.oneIn(2)) this.desk.attempt("enables a fence", () => void fence.enableSignaling())
    return fence
  }

  override work(): boolean {
    const words = this.words
    words.add(EXECUTING, 1)
    let isBusy = false
    if (words.load(IS_UP) === 1) {
      // Who died at the list has left it to whoever takes the lock next.
      if (words.exchange(INTERRUPT, 0) === 1 || words.load(LISTING) === 1) {
        this.desk.attempt("runs the interrupt's work", () => this.#signalPassed())
        isBusy = true
      }
      this.#freeJobs()
    }
    words.add(EXECUTING, -1)
    // A kernel's processors look for what waited for a grace period soon after it.
    if (this.desk.random.oneIn(16))
      this.desk.attempt("calls what waited for a grace period", () => void this.thread.barrier())
    return isBusy
  }

  /** Under the irq's lock: each that is done is signaled, taken off the list, and its entry's reference given back. */
  #signalPassed(): void {
    const { stage, how } = this.desk
    const words = this.words
    this.thread.sharedLock(words.load(LOCK)).locked(() => {
      this.thread.issuerRecord(words.load(IRQ)).read(0)
      const { thread } = this
      if (!isInline(how)) mendList({ words, list: this.#list, thread, firstCell: this.desk.firstCell })
      for (const entry of this.#list.all()) {
        using fence = this.thread.openAt(this.#entryCell(entry))
        if (!fence) {
          this.desk.tell("crash", `${TORN}: ${entry} is listed, and has no fence`)
          return
        }
        if (!hasPassed(words, Number(fence.seqno)) && how.fault !== "undue") continue
        stage.pause()
        if (how.fault === "F34") fence.isSignaled()
        else if (isInline(how)) fence.signal()
        else fence.signalLocked()
        this.#list.remove(entry)
        this.thread.replaceAt(this.#entryCell(entry), undefined)?.drop()
      }
    })
  }

  /** Jobs are given back when their fences are signaled. Nobody else asks for one that nobody has enabled. */
  #freeJobs(): void {
    const words = this.words
    if (!words.claim(SWEEPING, 0, 1)) return
    for (let slot = 0; slot < JOBS; slot++) {
      const cell = this.#jobCell(slot)
      const fence = this.thread.openAt(cell)
      if (!fence) continue
      const seqno = Number(fence.seqno)
      if (!fence.hasSignaled() && hasPassed(words, seqno) && this.desk.isEmptyAt(this.#entryCell(seqno % REMEMBERED)))
        this.desk.attempt("asks for the status", () => void fence.isSignaled())
      if (fence.hasSignaled()) this.desk.attempt("drops a fence", () => this.thread.replaceAt(cell, undefined)?.drop())
      this.desk.attempt("drops a fence", () => fence.drop())
    }
    words.store(SWEEPING, 0)
  }

  /** Everything ends, by the hardware or with an error; then the irq is finished: what is left on its list is signaled. */
  override stop(): void {
    const { random, switches } = this.desk
    const words = this.words
    this.#alone(() => {})
    if (random.oneIn(3)) this.#unplug()
    const jobs = Array.from({ length: JOBS }, (_, slot) => this.#jobCell(slot))
    const areDone = this.desk.waitFor(NOT_FOUND, () => jobs.every((cell) => this.desk.isEmptyAt(cell)))
    words.store(IS_UP, 0)
    this.desk.waitFor("an interrupt's work does not return", () => words.load(EXECUTING) === 0)
    this.desk.attempt("runs the interrupt's work", () => this.#signalPassed())
    // For the lock: who has found a fence pending may be about to take it.
    if (switches.unload === "grace") this.thread.synchronize()
    const isFree = (entry: number) => this.desk.isEmptyAt(this.#entryCell(entry))
    if (areDone && !(this.#list.isEmpty && numbers(REMEMBERED).every(isFree))) this.desk.tell("hang", NOT_FOUND)
    put(this.thread.issuerRecord(words.load(IRQ)))
    this.#irq?.close()
  }

  #unplug(): void {
    const words = this.words
    words.store(IS_UNPLUGGED, 1)
    const emitted = words.load(EMITTED)
    for (let seqno = words.load(COUNTER) + 1; seqno <= emitted; seqno++) {
      using fence = this.thread.openAt(this.#jobCell(seqno))
      const isFailed = fence !== undefined && !hasPassed(words, seqno) && this.#fail(fence)
      if (isFailed) words.store(FIRST_FORCED + (seqno % REMEMBERED), seqno)
    }
    words.store(INTERRUPT, 1)
  }

  #fail(fence: Fence): boolean {
    return this.desk.hasFault("no-error") || setErrorOf(fence)
  }

  judge(fence: Fence): void {
    if (!fence.hasSignaled()) return
    const seqno = Number(fence.seqno)
    const isRecent = this.words.load(EMITTED) - seqno < REMEMBERED / 2
    const isDue = isForced(this.words, seqno) ? fence.status() === ECANCELED : hasPassed(this.words, seqno)
    if (isRecent && !isDue) this.desk.tell("wrong", UNDUE)
  }

  #jobCell(seqno: number): number {
    return this.desk.firstCell + (seqno % JOBS)
  }

  #entryCell(entry: number): number {
    return cellOf(this.desk.firstCell, entry)
  }
}
