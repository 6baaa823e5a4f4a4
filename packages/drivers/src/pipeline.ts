/** A queue of fences that hardware passes in order: a slot for each, a counter, an interrupt. What the plainest drivers are made of. */
import { type Fence, type Module, type Timeline, type TimelineOptions } from "@outlive/core"
import type { Desk } from "./desk.js"
import { DriverCode } from "./driver-code.js"
import type { Hands } from "./device.js"

const EMITTED = 0
export const COUNTER = 1
const INTERRUPT = 2
const EMITTING = 3
const EXECUTING = 4
const LAST_SEEN = 5

export const SLOTS = 16
const NOT_PASSED = "A fence is signaled only when the hardware has passed it."

/** Passes one, and raises an interrupt. */
export function passInOrder({ registers, random }: Hands): boolean {
  const done = registers.load(COUNTER)
  if (done === registers.load(EMITTED) || random.oneIn(3)) return false
  registers.store(COUNTER, done + 1)
  registers.store(INTERRUPT, 1)
  return true
}

interface Choices {
  /** Of the timeline that all its fences are on. */
  readonly name: string
  readonly options?: TimelineOptions
  /** Whose its fences are. Default: the type's module. */
  readonly load?: () => Module
}

/** The driver of such a queue. */
export class Pipeline extends DriverCode {
  readonly #choices: Choices
  protected timeline: Timeline | undefined

  constructor(desk: Desk, choices: Choices) {
    super(desk)
    this.#choices = choices
  }

  override probe(): void {
    this.#load()
  }

  override open(): void {
    this.timeline = this.#load().timeline(this.#choices.name, this.#choices.options)
  }

  #load(): Module {
    return this.#choices.load?.() ?? this.desk.load()
  }

  override close(): void {
    this.timeline?.close()
  }

  issue(): Fence | undefined {
    return this.#alone(() => {
      const seqno = this.words.load(EMITTED) + 1
      if (!this.desk.isEmptyAt(this.slotOf(seqno))) return undefined
      const fence = this.timeline!.fence(BigInt(seqno))
      this.prepare(fence)
      this.thread.replaceAt(this.slotOf(seqno), fence.addRef())
      this.words.store(EMITTED, seqno)
      return fence
    })
  }

  #alone<T>(body: () => T): T | undefined {
    return this.words.alone(EMITTING, this.thread, body, () => this.#finish())
  }

  /** What one who died was emitting: once it is in its slot, it is emitted. */
  #finish(): void {
    const seqno = this.words.load(EMITTED) + 1
    using fence = this.thread.openAt(this.slotOf(seqno))
    if (fence && Number(fence.seqno) === seqno) this.words.store(EMITTED, seqno)
  }

  /** What is written into a new fence before others see it. */
  protected prepare(_fence: Fence): void {}

  override work(): boolean {
    this.words.add(EXECUTING, 1)
    const isRaised = this.words.exchange(INTERRUPT, 0) === 1
    if (isRaised) this.process()
    this.words.add(EXECUTING, -1)
    return isRaised
  }

  protected process(): void {
    // In this order: the counter only grows, so it is never behind what was noted of it. Else a slow thread could take the note back.
    const last = this.words.load(LAST_SEEN)
    const seen = this.words.load(COUNTER)
    if (seen === last || !this.words.claim(LAST_SEEN, last, seen)) return
    for (let seqno = last + 1; seqno <= seen; seqno++) {
      const fence = this.thread.replaceAt(this.slotOf(seqno), undefined)
      if (!fence) continue
      this.desk.attempt("signals a fence", () => void fence.signal())
      this.desk.attempt("drops a fence", () => fence.drop())
    }
  }

  /** The hardware comes to its end, and who is in the driver's code comes out. */
  override stop(): void {
    this.#alone(() => {})
    const slots = Array.from({ length: SLOTS }, (_, n) => this.desk.firstCell + n)
    this.desk.waitFor("the queue does not become empty", () => slots.every((cell) => this.desk.isEmptyAt(cell)))
    this.desk.waitFor("an interrupt does not return", () => this.words.load(EXECUTING) === 0)
  }

  judge(fence: Fence): void {
    if (fence.hasSignaled() && this.words.load(COUNTER) < Number(fence.seqno)) this.desk.tell("wrong", NOT_PASSED)
  }

  protected slotOf(seqno: number): number {
    return this.desk.firstCell + (seqno % SLOTS)
  }
}

export const IN_ORDER = [NOT_PASSED] as const
