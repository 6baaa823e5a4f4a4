/**
 * virtio-gpu: commands for a host that answers when it likes. A list of what is pending for the whole device; one lock for the
 * list, the numbers, and the fences of all contexts. Asked for its state a fence only says whether it was emitted.
 */
import { type Fence, type ModuleDefinition, type SharedLock, type Timeline, defineModule } from "@outlive/core"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"

/** Registers and plain memory. */
const HOST_IS_GONE = 0
const LAST_ID = 1
const LOCK = 2
const EXECUTING = 3
const IS_RESET = 4
/** 1 while somebody with the lock changes numbers, list and queue. */
const EMITTING = 5
/** How often the device was brought up. A module that the dead keep loaded has rings of before, whose lock is another. */
const LIFE = 6
/** By context: what was queued for the host, by id; how many of them it has done; its answer. */
const FIRST_CONTEXT = 8
const WORDS_PER_CONTEXT = 48
const QUEUED = 0
const PROCESSED = 1
const ANSWER = 2
const DONE = 3
const FIRST_QUEUED = 8
const QUEUE = 32
const CONTEXTS = 2
/** By entry of the list: an id, 0 if it is free, and a context. */
const FIRST_ENTRY = 128
const ENTRIES = 16

const ENODEV = -19
/** The host does one command in so many looks. */
const SLOW = 8
const LOOKS = 3

const UNDUE = "A fence is signaled only when the host has done its command, or has gone."
const NOT_IN_ORDER = "Where a fence is signaled all earlier ones of its context are."
const NOT_EMITTED = "A fence is shown to others only when it was emitted."

const at = (context: number, word: number) => FIRST_CONTEXT + WORDS_PER_CONTEXT * context + word
const idOf = (entry: number) => FIRST_ENTRY + 2 * entry
const contextOf = (entry: number) => idOf(entry) + 1
const ALL_ENTRIES = numbers(ENTRIES)

export const virtio: FenceType = {
  driver: "soft",
  name: "virtio",
  about:
    "commands for a host, one lock and one list for the device: polled only for whether it was emitted, no release",
  mustHold: [UNDUE, NOT_IN_ORDER, NOT_EMITTED],
  controls: { [UNDUE]: "undue", [NOT_IN_ORDER]: "no-earlier", [NOT_EMITTED]: "leaked" },
  hasPatch: true,
  dangles: "the lock is in the device, which goes with the module",
  isAsked: true,
  survives: true,
  faults: {
    F55: "the lock dangles on a detached fence: whoever waits for a signaled one takes it",
    leaked: "a fence is shown before it is emitted",
    "no-earlier": "an answer for several commands completes the one that it names only",
    undue: "an answer completes earlier commands of all contexts: ids are compared, and not whose they are",
  },
  faultsUnder: { F55: { lifetime: "independent", form: "merged" } },
  cannot: { layered: "no job: it has no scheduler; the host has the queue" },
  cells: ENTRIES,
  module: moduleOf,
  device,
  bind: (desk) => new Virtio(desk),
}

function moduleOf({ tell, preempt }: Maker): ModuleDefinition {
  return defineModule({
    name: "soft virtio",
    driverName: "virtio_gpu",
    ops: {
      pollSignaled(fence) {
        preempt()
        if (fence.user === 0) tell("wrong", NOT_EMITTED)
        return false
      },
    },
  })
}

/** The host: commands of a context in their order, contexts as it likes. One answer may stand for several commands. */
function device({ registers, random }: Hands): boolean {
  let isBusy = false
  for (let context = 0; context < CONTEXTS; context++) {
    const processed = registers.load(at(context, PROCESSED))
    if (processed === registers.load(at(context, QUEUED)) || !random.oneIn(SLOW)) continue
    if (registers.load(HOST_IS_GONE) === 1) continue
    const id = registers.load(at(context, FIRST_QUEUED + (processed % QUEUE)))
    if (!registers.claim(at(context, PROCESSED), processed, processed + 1)) continue
    registers.store(at(context, DONE), id)
    registers.store(at(context, ANSWER), id)
    isBusy = true
  }
  return isBusy
}

class Virtio extends DriverCode {
  /** Of the one who has probed: the device's own. */
  #ofDevice: Timeline[] = []
  #rings: Timeline[] = []

  get #isPatched(): boolean {
    return this.desk.how.form === "patched"
  }

  /** The device's lock: of its list, and without the patch of its fences. */
  get #lock(): SharedLock {
    return this.thread.sharedLock(this.desk.words.load(LOCK))
  }

  override probe(): void {
    const { words } = this.desk
    words.add(LIFE, 1)
    const module = this.desk.load()
    const first = module.timeline(`device ${words.load(LIFE)}`, { lock: "external" })
    const lock = this.#isPatched ? "inline" : first.sharedLock!
    this.#ofDevice = [first, ...this.#ringNames().map((name) => module.timeline(name, { lock }))]
    words.store(LOCK, first.sharedLock!.token)
    for (let context = 0; context < CONTEXTS; context++) {
      words.store(at(context, PROCESSED), words.load(at(context, QUEUED)))
      words.store(at(context, ANSWER), 0)
    }
    words.store(HOST_IS_GONE, 0)
    words.store(IS_RESET, 0)
  }

  override open(): void {
    const module = this.desk.load()
    this.#rings = this.#ringNames().map((name) => module.timeline(name))
  }

  #ringNames(): string[] {
    const life = this.desk.words.load(LIFE)
    return numbers(CONTEXTS).map((context) => `ring ${context} of device ${life}: a name in the module`)
  }

  override close(): void {
    for (const ring of this.#rings) ring.close()
  }

  issue(): Fence | undefined {
    const { random, stage } = this.desk
    const context = random.below(CONTEXTS)
    const slot = this.desk.hasFault("leaked") ? random.below(stage.settings.slots) : undefined
    let fence: Fence | undefined
    let before: Fence | undefined
    this.#locked(() => {
      const entry = ALL_ENTRIES.find((n) => this.desk.words.load(idOf(n)) === 0)
      if (entry === undefined) return
      fence = this.#rings[context]!.fence(BigInt(this.desk.words.add(LAST_ID, 1) + 1))
      if (slot !== undefined) {
        before = this.thread.replaceAt(slot, fence.addRef())
        stage.dawdle()
      }
      this.#emitLocked(fence, context, entry)
    })
    before?.drop()
    return fence
  }

  /** With the device's lock, when what one who died with it had begun is finished. */
  #locked(body: () => void): void {
    this.#lock.locked(() => {
      if (this.desk.words.load(EMITTING) === 1) this.#finishLocked()
      body()
    })
  }

  /** Numbers, list and queue change together. */
  #emitLocked(fence: Fence, context: number, entry: number): void {
    const { words } = this.desk
    words.store(EMITTING, 1)
    fence.user = 1 + context
    this.thread.replaceAt(this.#cellOf(entry), fence.addRef())
    this.#listLocked(entry, context, Number(fence.seqno))
    words.store(EMITTING, 0)
  }

  #listLocked(entry: number, context: number, id: number): void {
    const { words } = this.desk
    words.store(contextOf(entry), context)
    words.store(idOf(entry), id)
    const queued = words.load(at(context, QUEUED))
    words.store(at(context, FIRST_QUEUED + (queued % QUEUE)), id)
    words.store(at(context, QUEUED), queued + 1)
  }

  /** A command that has its fence in the list is listed and queued, once: it may have been on the list already, or in the queue as well. */
  #finishLocked(): void {
    const { words } = this.desk
    for (const entry of ALL_ENTRIES) {
      using fence = this.thread.openAt(this.#cellOf(entry))
      if (fence && !this.#isQueued(fence)) this.#listLocked(entry, fence.user - 1, Number(fence.seqno))
    }
    words.store(EMITTING, 0)
  }

  #isQueued(fence: Fence): boolean {
    const { words } = this.desk
    const context = fence.user - 1
    const queued = words.load(at(context, QUEUED))
    return numbers(Math.min(QUEUE, queued)).some(
      (n) => words.load(at(context, FIRST_QUEUED + ((queued - 1 - n) % QUEUE))) === Number(fence.seqno),
    )
  }

  /** The dequeue work: looks at the host's answers. */
  override work(): boolean {
    const { words } = this.desk
    let isBusy = false
    words.add(EXECUTING, 1)
    for (let context = 0; context < CONTEXTS && words.load(IS_RESET) === 0; context++) {
      const id = words.exchange(at(context, ANSWER), 0)
      if (id === 0) continue
      this.#complete(context, id)
      isBusy = true
    }
    words.add(EXECUTING, -1)
    return isBusy
  }

  /** An answer is for this command, and for all earlier ones of its context. */
  #complete(context: number, id: number): void {
    const isNamedOnly = this.desk.hasFault("no-earlier")
    const { words } = this.desk
    const isAny = this.desk.hasFault("undue")
    const isListed = (entry: number) =>
      words.load(idOf(entry)) !== 0 && (isAny || words.load(contextOf(entry)) === context)
    this.#end(
      (entry) => isListed(entry) && (isNamedOnly ? words.load(idOf(entry)) === id : words.load(idOf(entry)) <= id),
    )
    this.desk.attempt("looks at the list", () =>
      this.#locked(() => {
        if (ALL_ENTRIES.some((entry) => isListed(entry) && words.load(idOf(entry)) < id))
          this.desk.tell("wrong", NOT_IN_ORDER)
      }),
    )
  }

  /** Takes some off the list and completes them, in order. */
  #end(isMeant: (entry: number) => boolean, errno = 0): void {
    const { words } = this.desk
    const ended: Fence[] = []
    this.desk.attempt("signals a fence", () =>
      this.#locked(() => {
        const meant = ALL_ENTRIES.filter(isMeant).sort((a, b) => words.load(idOf(a)) - words.load(idOf(b)))
        for (const entry of meant) {
          words.store(idOf(entry), 0)
          const fence = this.thread.replaceAt(this.#cellOf(entry), undefined)!
          ended.push(fence)
          if (this.#isPatched) fence.signal(errno === 0 ? undefined : { error: errno })
          else fence.signalLocked(errno === 0 ? undefined : { error: errno })
        }
      }),
    )
    for (const fence of ended) this.desk.attempt("drops a fence", () => fence.drop())
  }

  /** The host ends what it has, or has gone; the device is reset, its works flushed; then it goes, and its lock with it. */
  override stop(): void {
    const { words, random } = this.desk
    const isEmpty = () => ALL_ENTRIES.every((entry) => words.load(idOf(entry)) === 0)
    this.#locked(() => {})
    if (random.oneIn(4)) {
      words.store(HOST_IS_GONE, 1)
      this.#end((entry) => words.load(idOf(entry)) !== 0, ENODEV)
    } else this.desk.waitFor("a command of virtio does not end", isEmpty)
    words.store(IS_RESET, 1)
    this.desk.waitFor("a work does not return", () => words.load(EXECUTING) === 0)
    for (const timeline of this.#ofDevice.splice(0)) timeline.close()
  }

  judge(fence: Fence): void {
    this.#look()
    if (!fence.isSignaled() || fence.user === 0) return
    const isDone = this.desk.words.load(at(fence.user - 1, DONE)) >= Number(fence.seqno)
    if (!isDone && fence.status() !== ENODEV) this.desk.tell("wrong", UNDUE)
  }

  /** Somebody looks whether one of the newest is done, as at a sync file. */
  #look(): void {
    const { stage, random } = this.desk
    for (let looks = 0; looks < LOOKS; looks++) {
      const found = this.thread.openAt(random.below(stage.settings.slots))
      found?.isSignaled()
      this.desk.attempt("drops a fence", () => found?.drop())
    }
  }

  #cellOf(entry: number): number {
    return this.desk.firstCell + entry
  }
}
