/**
 * amdgpu, user queue: user space rings a doorbell, the kernel sees no submission. The fence is a statement about a number in
 * memory; it counts on the queue's bookkeeping, and on another's that it waits for. An interrupt cuts what was passed off a list.
 */
import { type Fence, type ModuleDefinition, type Thread, type Timeline, defineModule } from "@outlive/core"
import { grab, put } from "../counted.js"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"

/** By queue: registers, and what the driver keeps in plain memory. */
const FIRST = 16
const WORDS_PER_QUEUE = 48
const STATE = 0
const BOOKKEEPING = 1
const WRITTEN = 2
const PASSED = 3
const INTERRUPT = 4
/** By entry of its list: a state, and a number. */
const FIRST_ENTRY = 16
const ENTRIES = 8
const QUEUES = 6

const Entry = { free: 0, filling: 1, listed: 2, cut: 3 } as const

/** Words of a queue's bookkeeping: its count, and whose it is. */
const WHOSE = 1
/** Words of what a fence holds: the bookkeeping of its queue, and of one that it waits for. */
const OWN = 0
const OTHER = 1

const ECANCELED = -125
const LOST_ONE_IN = 6

const BALANCE = "The counts of the queues' bookkeeping balance."
const GIVEN_ONCE = "What a fence holds is given back once."
const UNDUE = "A fence is signaled only when the number has passed it."

const at = (queue: number, word: number) => FIRST + WORDS_PER_QUEUE * queue + word
const stateOf = (queue: number, entry: number) => at(queue, FIRST_ENTRY + 2 * entry)
const seqnoOf = (queue: number, entry: number) => stateOf(queue, entry) + 1

export const userQueue: FenceType = {
  driver: "amdgpu",
  name: "user queue",
  about: "a number in memory, polled; an interrupt cuts the passed part off a list; counts on its queue's bookkeeping",
  mustHold: [BALANCE, GIVEN_ONCE, UNDUE],
  controls: {
    [BALANCE]: { twin: "uncounted", shownBy: "leak" },
    [GIVEN_ONCE]: { twin: "both", shownBy: "freed what a fence holds" },
    [UNDUE]: "undue",
  },
  hasPatch: true,
  faults: {
    F39: "as posted: the poll that finds it done gives back what the fence holds, so two pollers do it twice",
    F40: "what is forced is signaled under the lock of the list, which is not the fence's",
    F41: "the queue is not completed at its end: list, fence and bookkeeping keep each other",
    "at-once": "what the fence holds is given back at the signal, without a grace period",
    both: "the poll that finds it done gives back what the fence holds, and the interrupt does so too",
    uncounted: "what the fence holds is given back, and not its count on the queue's bookkeeping",
    undue: "an interrupt signals the fence of the next number, too",
  },
  cannot: { layered: "no job: the kernel sees no submission, only a number" },
  cells: QUEUES * ENTRIES,
  module: moduleOf,
  device({ registers, random }: Hands) {
    let isBusy = false
    for (let queue = 0; queue < QUEUES; queue++) {
      const passed = registers.load(at(queue, PASSED))
      if (passed === registers.load(at(queue, WRITTEN)) || random.oneIn(3)) continue
      if (!registers.claim(at(queue, PASSED), passed, passed + 1)) continue
      if (!random.oneIn(LOST_ONE_IN)) registers.store(at(queue, INTERRUPT), 1)
      isBusy = true
    }
    return isBusy
  },
  bind: (desk) => new UserQueue(desk),
}

/** What a fence holds goes, and what that counted on. */
function release(token: number, thread: Pick<Thread, "issuerRecord">): void {
  const held = thread.issuerRecord(token)
  const [own, other] = [held.read(OWN), held.read(OTHER)]
  held.discard()
  put(thread.issuerRecord(own))
  if (other !== 0) put(thread.issuerRecord(other))
}

/** Of a broken twin: the count stays. */
function releaseUncounted(token: number, thread: Pick<Thread, "issuerRecord">): void {
  thread.issuerRecord(token).discard()
}

function moduleOf({ how, words, preempt }: Maker): ModuleDefinition {
  return defineModule({
    name: "amdgpu user queue",
    driverName: "amdgpu_userq_fence",
    ops: {
      pollSignaled(fence) {
        const thread = fence.thread as Thread
        const token = fence.user
        preempt()
        const queue = thread.issuerRecord(thread.issuerRecord(token).read(OWN)).read(WHOSE)
        const isDone = words.load(at(queue, PASSED)) >= Number(fence.seqno)
        if (isDone && (how.fault === "F39" || how.fault === "both")) release(token, thread)
        return isDone
      },
      ...(how.form === "patched" ? {} : { free: (fence: Fence) => release(fence.user, fence.thread as Thread) }),
    },
    deferred: { release: how.fault === "uncounted" ? releaseUncounted : release },
  })
}

class UserQueue extends DriverCode {
  #timeline: Timeline | undefined
  /** Of a broken twin: the list's lock, where it is taken for the fence's. */
  #list: Timeline | undefined
  #queue: number | undefined

  override open(): void {
    const module = this.desk.load()
    if (this.desk.hasFault("F40")) this.#list = module.timeline("fence_list_lock", { lock: "external" })
    this.#timeline = module.timeline("game: the name of a process", { seqno64: true })
    const queue = numbers(QUEUES).find((n) => this.words.claim(at(n, STATE), 0, 1))
    this.#queue = queue
    if (queue === undefined) return
    const made = module.record({ name: "fence_drv" })
    made.write(WHOSE, queue)
    grab(made)
    this.words.store(at(queue, BOOKKEEPING), made.token)
  }

  issue(): Fence | undefined {
    const queue = this.#queue
    if (queue === undefined) return undefined
    const words = this.words
    const entry = numbers(ENTRIES).find((n) => words.claim(stateOf(queue, n), Entry.free, Entry.filling))
    if (entry === undefined) return undefined
    const seqno = words.load(at(queue, WRITTEN)) + 1
    const fence = this.#timeline!.fence(BigInt(seqno))
    const held = this.desk.load().record({ name: "what a fence holds" })
    const own = this.thread.issuerRecord(words.load(at(queue, BOOKKEEPING)))
    grab(own)
    held.write(OWN, own.token)
    fence.user = held.token
    words.store(seqnoOf(queue, entry), seqno)
    this.thread.replaceAt(this.#cellOf(queue, entry), fence.addRef())
    words.store(stateOf(queue, entry), Entry.listed)
    words.store(at(queue, WRITTEN), seqno)
    return fence
  }

  /** The queue goes: everything is completed, and nothing is on its list any more. */
  override close(): void {
    const queue = this.#queue
    if (queue !== undefined) this.#end(queue)
    this.#timeline?.close()
    this.#list?.close()
    this.#queue = undefined
  }

  #end(queue: number): void {
    const words = this.words
    if (!this.desk.hasFault("F41")) {
      const written = words.load(at(queue, WRITTEN))
      this.#process(queue, written, words.exchange(at(queue, PASSED), written))
      const isEmpty = (entry: number) => words.load(stateOf(queue, entry)) === Entry.free
      this.desk.waitFor("a queue's list does not become empty", () => numbers(ENTRIES).every(isEmpty))
    }
    put(this.thread.issuerRecord(words.load(at(queue, BOOKKEEPING))))
    words.store(at(queue, STATE), 0)
  }

  /** An interrupt; and now and then the work that looks for queues whose interrupt was lost. */
  override work(): boolean {
    let isBusy = false
    for (let queue = 0; queue < QUEUES; queue++) {
      const isMeant = this.words.exchange(at(queue, INTERRUPT), 0) === 1 || this.desk.random.oneIn(16)
      if (!isMeant) continue
      this.#process(queue, this.words.load(at(queue, PASSED)) + (this.desk.hasFault("undue") ? 1 : 0))
      isBusy = true
    }
    return isBusy
  }

  /** Cuts the passed part off the list; what comes after `truly` is forced, and fails. */
  #process(queue: number, passed: number, truly = passed): void {
    const words = this.words
    for (let entry = 0; entry < ENTRIES; entry++) {
      const seqno = words.load(seqnoOf(queue, entry))
      if (words.load(stateOf(queue, entry)) !== Entry.listed || seqno > passed) continue
      if (!words.claim(stateOf(queue, entry), Entry.listed, Entry.cut)) continue
      const fence = this.thread.replaceAt(this.#cellOf(queue, entry), undefined)!
      const isForced = seqno > truly
      if (!isForced && words.load(at(queue, PASSED)) < seqno) this.desk.tell("wrong", UNDUE)
      this.desk.attempt("signals a fence", () => this.#complete(fence, isForced))
      this.desk.attempt("drops a fence", () => fence.drop())
      words.store(stateOf(queue, entry), Entry.free)
    }
  }

  /** With the patch: the signal, and after a grace period what the fence holds goes. */
  #complete(fence: Fence, isForced: boolean): void {
    const { how } = this.desk
    const token = fence.user
    if (isForced && how.fault === "F40")
      this.#list!.sharedLock!.locked(() => void fence.signalLocked({ error: ECANCELED }))
    else fence.signal(isForced ? { error: ECANCELED } : undefined)
    if (how.form !== "patched" || how.fault === "F39") return
    if (how.fault === "at-once") release(token, this.thread)
    else this.thread.defer(this.desk.load(), "release", token)
  }

  /** What was deferred is in the module's text. */
  override stop(): void {
    this.thread.barrier()
  }

  judge(fence: Fence): void {
    if (fence.hasSignaled()) return
    this.desk.attempt("asks whether it is signaled", () => void fence.isSignaled())
  }

  #cellOf(queue: number, entry: number): number {
    return this.desk.firstCell + queue * ENTRIES + entry
  }
}
