/**
 * i915: a request on an engine. Its memory comes from a slab that is the module's, and is used again at once: who finds a request
 * without a reference looks twice. Enable puts it on its context's signal list, if it is on the hardware; the interrupt's work takes
 * what is done off the list, sets SIGNALED, and runs the callbacks afterwards. It has all ops, so it binds its module.
 */
import {
  type Fence,
  type ModuleDefinition,
  type ModuleOps,
  type Thread,
  type Timeline,
  defineModule,
} from "@outlive/core"
import { sleep } from "@outlive/workers"
import { grab, put } from "../counted.js"
import type { Desk } from "../desk.js"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"
import type { Words } from "../words.js"
import { MOST_SIGNALS, SIGNALS_WORDS, Signals } from "./signals.js"

/** Registers. */
const DOORBELL = 0
const COUNTER = 1
const INTERRUPT = 2
const BOOST = 3
/** The driver's plain memory. */
const EMITTED = 4
const EMITTING = 5
const SUBMITTING = 6
const RETIRING = 7
const EXECUTING = 8
const IS_UP = 9
const SPARE = 10
const LAST = 11
/** By entry of the slab: whether it is used, whose it is (a seqno), and whether that is on the hardware. */
const ENTRIES = MOST_SIGNALS
const FIRST_USED = 32
const FIRST_SEQNO = FIRST_USED + ENTRIES
const FIRST_ACTIVE = FIRST_SEQNO + ENTRIES
/** Entries of the last requests, by seqno. */
const FIRST_ENTRY = FIRST_ACTIVE + ENTRIES
const FIRST_SIGNAL = FIRST_ENTRY + ENTRIES

/** Word of a request's record, beside its count. */
const ENTRY = 1

/** Bits of a fence. */
const IS_WANTED = 0
const IS_LISTED = 1

const BOOST_MS = 0.1
const MOST_HELD_MS = 2

const UNDUE = "A request is signaled only when the hardware has passed it."
const UNSORTED = "The signal list is sorted."
const ANOTHER = "Who looks a request up acts on that one, and not on what its memory has become."
const DEADLOCK = "An interrupt does not come to who holds the lock of a signal list."
const REUSED = "The memory of a request is used again only when it was retired."

export const i915Request: FenceType = {
  driver: "i915",
  name: "request",
  about:
    "a request from a typesafe slab: a sorted signal list per context, callbacks after SIGNALED, every op there is",
  mustHold: [UNDUE, UNSORTED, ANOTHER, DEADLOCK, REUSED],
  controls: {
    [UNDUE]: "undue",
    [UNSORTED]: "unsorted",
    [ANOTHER]: "F54",
    [DEADLOCK]: "interrupts-on",
    [REUSED]: "spare-stays",
  },
  isAsked: true,
  survives: true,
  faults: {
    F53: "retire takes SIGNALED for the end, and frees the request: its callbacks have not run yet",
    F54: "who looks a request up does not look again: it has been used anew",
    undue: "the interrupt's work takes all that is listed: it does not ask the hardware",
    unsorted: "enable puts a request at the end of the signal list, whatever its number",
    "interrupts-on": "enable takes the lock of the signal list while an interrupt may come",
    "spare-stays": "the engine's spare memory is taken, and stays the spare",
  },
  cannot: { layered: "it has a scheduler of its own, and its requests are made before that" },
  cells: 2 * ENTRIES,
  module: moduleOf,
  device({ registers, random }: Hands) {
    const done = registers.load(COUNTER)
    const isBoosted = registers.exchange(BOOST, 0) === 1
    if (done === registers.load(DOORBELL) || (!isBoosted && random.oneIn(3))) return false
    registers.store(COUNTER, done + 1)
    registers.store(INTERRUPT, 1)
    return true
  },
  bind: (desk) => new Request(desk),
}

/** The plan without the lock was one without slabs and release ops, too. */
const hasRelease = (lifetime: string) => lifetime !== "unlocked"

const seqnoAt = (words: Words, entry: number) => words.load(FIRST_SEQNO + entry)
const entryOf = (words: Words, seqno: number) => words.load(FIRST_ENTRY + (seqno % ENTRIES))
const hasPassed = (words: Words, seqno: number) => words.load(COUNTER) >= seqno
const signalsOf = (words: Words, firstCell: number) =>
  new Signals(
    words.part(FIRST_SIGNAL, SIGNALS_WORDS),
    (entry) => seqnoAt(words, entry),
    (entry, { heap }) => heap.word(heap.cell(firstCell + ENTRIES + entry)) !== 0,
  )

/** Puts a request on the signal list, once, with a reference; it may be done already. Under the list's lock. */
function list(
  thread: Thread,
  { words, how }: Pick<Desk, "words" | "how">,
  signals: Signals,
  fence: Fence,
  cell: number,
): void {
  if (!fence.claimBit(IS_LISTED)) return
  const seqno = Number(fence.seqno)
  const entry = entryOf(words, seqno)
  if (fence.user !== 0) grab(thread.issuerRecord(fence.user))
  thread.replaceAt(cell + entry, fence.addRef())?.drop()
  signals.insert(entry, how.fault === "unsorted")
  if (hasPassed(words, seqno)) words.store(INTERRUPT, 1)
}

function moduleOf({ how, words, preempt, firstCell, random, tell }: Maker): ModuleDefinition {
  const signals = signalsOf(words, firstCell)
  const areInterruptsOn = how.lifetime === "unlocked" || how.fault === "interrupts-on"
  const ops: ModuleOps = {
    enableSignaling(fence) {
      const thread = fence.thread as Thread
      preempt()
      fence.claimBit(IS_WANTED)
      const seqno = Number(fence.seqno)
      // Whoever submits it looks for the bit afterwards: one of the two sees the other.
      if (words.load(FIRST_ACTIVE + entryOf(words, seqno)) !== seqno || fence.hasSignaled()) return
      signals.locked(thread, () => {
        const before = words.load(COUNTER)
        if (areInterruptsOn) sleep(MOST_HELD_MS * random.fraction())
        // One came to this processor: its work begins with this lock.
        const isInterrupted = areInterruptsOn && words.load(COUNTER) !== before
        if (isInterrupted && signals.isHeldBy(thread.record)) tell("hang", DEADLOCK)
        list(thread, { words, how }, signals, fence, firstCell + ENTRIES)
      })
    },
    pollSignaled: (fence) => hasPassed(words, Number(fence.seqno)),
    wait() {
      words.store(BOOST, 1)
      sleep(BOOST_MS)
      return false
    },
  }
  const free = (fence: Fence) => {
    // Retire has done it.
    if (how.fault === "F53") return
    const record = (fence.thread as Thread).issuerRecord(fence.user)
    recycle(words, record.read(ENTRY))
    put(record)
  }
  return defineModule({
    name: "i915 request",
    driverName: "i915",
    ops: hasRelease(how.lifetime) ? { ...ops, free } : ops,
    teardown: (thread) => void thread.barrier(),
  })
}

/** Memory of a request: the engine's spare one, or any. It is used again at once. */
function recycle(words: Words, entry: number): void {
  if (!words.claim(SPARE, 0, entry + 1)) words.store(FIRST_USED + entry, 0)
}

class Request extends DriverCode {
  readonly #signals: Signals
  #timeline: Timeline | undefined
  #found: { readonly entry: number; readonly seqno: number } | undefined

  constructor(desk: Desk) {
    super(desk)
    this.#signals = signalsOf(desk.words, desk.firstCell)
  }

  override probe(): void {
    const words = this.words
    this.desk.load()
    words.store(SPARE, 0)
    for (let entry = 0; entry < ENTRIES; entry++) words.store(FIRST_USED + entry, 0)
    this.#signals.reset()
    words.store(IS_UP, 1)
  }

  override open(): void {
    const slab = hasRelease(this.desk.how.lifetime)
    this.#timeline = this.desk.load().timeline("rcs0: the name of a context", { lock: "inline", slab })
  }

  override close(): void {
    this.#timeline?.close()
  }

  issue(): Fence | undefined {
    return this.#alone(() => {
      const entry = this.#allocate()
      return entry === undefined ? undefined : this.#make(entry)
    })
  }

  #alone<T>(body: () => T): T | undefined {
    return this.words.alone(EMITTING, this.thread, body, () => this.#finish())
  }

  /** What one who died was making: once it is in its entry, it is made. An entry that was only taken is the slab's again at the next probe. */
  #finish(): void {
    const words = this.words
    const seqno = words.load(EMITTED) + 1
    const entry = entryOf(words, seqno)
    using fence = this.thread.openAt(this.desk.firstCell + entry)
    if (!fence || Number(fence.seqno) !== seqno) return
    words.store(LAST, entry)
    words.store(EMITTED, seqno)
  }

  #allocate(): number | undefined {
    const words = this.words
    const spare = this.desk.hasFault("spare-stays") ? words.load(SPARE) : words.exchange(SPARE, 0)
    if (spare !== 0) return spare - 1
    return entries.find((entry) => words.claim(FIRST_USED + entry, 0, 1))
  }

  #make(entry: number): Fence {
    const words = this.words
    const seqno = words.load(EMITTED) + 1
    const fence = this.#timeline!.fence(BigInt(seqno))
    if (hasRelease(this.desk.how.lifetime)) {
      const record = this.desk.load().record({ name: "request" })
      grab(record)
      record.write(ENTRY, entry)
      fence.user = record.token
    }
    words.store(FIRST_SEQNO + entry, seqno)
    words.store(FIRST_ENTRY + (seqno % ENTRIES), entry)
    const before = this.thread.replaceAt(this.desk.firstCell + entry, fence.addRef())
    if (before) this.desk.tell("wrong", REUSED)
    before?.drop()
    words.store(LAST, entry)
    words.store(EMITTED, seqno)
    return fence
  }

  override work(): boolean {
    const words = this.words
    words.add(EXECUTING, 1)
    let isBusy = false
    if (words.load(IS_UP) === 1) {
      isBusy = this.#submit()
      if (words.exchange(INTERRUPT, 0) === 1) {
        this.desk.attempt("runs the interrupt's work", () => this.#signal())
        isBusy = true
      }
      if (this.desk.random.oneIn(2)) this.#retire()
      if (this.desk.random.oneIn(4)) this.#lookUp()
    }
    words.add(EXECUTING, -1)
    return isBusy
  }

  /** The next request goes to the hardware; if somebody wants it, onto the signal list. */
  #submit(): boolean {
    const words = this.words
    const seqno = words.load(DOORBELL) + 1
    if (seqno > words.load(EMITTED) || !words.claim(SUBMITTING, 0, 1)) return false
    const isMine = seqno === words.load(DOORBELL) + 1
    if (isMine) {
      const entry = entryOf(words, seqno)
      words.store(FIRST_ACTIVE + entry, seqno)
      using fence = this.thread.openAt(this.desk.firstCell + entry)
      if (fence?.hasBit(IS_WANTED))
        this.#signals.locked(this.thread, () =>
          list(this.thread, this.desk, this.#signals, fence, this.desk.firstCell + ENTRIES),
        )
      words.store(DOORBELL, seqno)
    }
    words.store(SUBMITTING, 0)
    return isMine
  }

  /** The interrupt's work: takes what is done off the list; signals; then, without any lock, what else hangs on the request. */
  #signal(): void {
    const { stage, firstCell } = this.desk
    const words = this.words
    const taken = this.#signals.locked(this.thread, () => {
      if (!this.#signals.isSorted) this.desk.tell("wrong", UNSORTED)
      return this.#signals
        .takeWhile((entry) => this.desk.hasFault("undue") || hasPassed(words, seqnoAt(words, entry)))
        .map((entry) => this.thread.replaceAt(firstCell + ENTRIES + entry, undefined)!)
    })
    for (const fence of taken) {
      this.desk.attempt("signals a fence", () => void fence.signal())
      stage.pause()
      this.desk.attempt("calls back", () => {
        if (fence.user !== 0) put(this.thread.issuerRecord(fence.user))
      })
      this.desk.attempt("drops a fence", () => fence.drop())
    }
  }

  /** In order: what the hardware has passed is signaled, taken off the list, and the engine's reference given back. */
  #retire(): void {
    const words = this.words
    if (!words.claim(RETIRING, 0, 1)) return
    const { firstCell } = this.desk
    for (const entry of entries) {
      const fence = this.thread.openAt(firstCell + entry)
      if (!fence) continue
      if (hasPassed(words, Number(fence.seqno))) this.#retireOne(entry, fence)
      this.desk.attempt("drops a fence", () => fence.drop())
    }
    words.store(RETIRING, 0)
  }

  #retireOne(entry: number, fence: Fence): void {
    const { firstCell, how } = this.desk
    if (!fence.hasSignaled()) this.desk.attempt("signals a fence", () => void fence.signal())
    const listed = this.#signals.locked(this.thread, () =>
      this.#signals.remove(entry) ? this.thread.replaceAt(firstCell + ENTRIES + entry, undefined) : undefined,
    )
    if (listed) {
      if (fence.user !== 0) put(this.thread.issuerRecord(fence.user))
      this.desk.attempt("drops a fence", () => listed.drop())
    }
    // Wherever it was signaled: who did may still be at what comes after the flag.
    const isFreed = how.fault === "F53" && fence.user !== 0
    if (isFreed) this.desk.attempt("frees a request", () => this.thread.issuerRecord(fence.user).discard())
    this.desk.attempt("drops a fence", () => this.thread.replaceAt(firstCell + entry, undefined)?.drop())
    if (isFreed || !hasRelease(how.lifetime)) recycle(this.words, entry)
  }

  /** Who was on the engine? Found by a pointer, without a reference; the memory stays a request's, but maybe another's. */
  #lookUp(): void {
    const words = this.words
    const found = this.#found
    if (!found) {
      const entry = words.load(LAST)
      this.#found = { entry, seqno: seqnoAt(words, entry) }
      return
    }
    this.#found = undefined
    const fence = this.thread.openAt(this.desk.firstCell + found.entry)
    if (!fence) return
    const isSame = Number(fence.seqno) === found.seqno
    if (isSame || this.desk.hasFault("F54")) {
      if (!isSame) this.desk.tell("wrong", ANOTHER)
      this.desk.attempt("enables a fence", () => void fence.enableSignaling())
    }
    this.desk.attempt("drops a fence", () => fence.drop())
  }

  /** The engine becomes idle, and everything is retired; works come out. The barrier is in the module's exit. */
  override stop(): void {
    const words = this.words
    this.#alone(() => {})
    const isEmpty = (entry: number) => this.desk.isEmptyAt(this.desk.firstCell + entry)
    this.desk.waitFor("an engine does not become idle", () => entries.every(isEmpty))
    words.store(IS_UP, 0)
    this.desk.waitFor("an interrupt's work does not return", () => words.load(EXECUTING) === 0)
    this.desk.attempt("runs the interrupt's work", () => this.#signal())
  }

  judge(fence: Fence): void {
    if (fence.hasSignaled() && !hasPassed(this.words, Number(fence.seqno))) this.desk.tell("wrong", UNDUE)
  }
}

const entries = numbers(ENTRIES)
