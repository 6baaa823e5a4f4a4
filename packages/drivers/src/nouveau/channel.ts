/**
 * What nouveau's two fence types have in common: a channel with a list of pending fences, under a lock that is all its fences'
 * lock too. A fence is on the list from its emission until whoever signals it takes it off.
 */
import { type Fence, type IssuerRecord, type SharedLock, type Thread, type Timeline } from "@outlive/core"
import { grab, put } from "../counted.js"
import type { Desk } from "../desk.js"
import type { How, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"
import type { Words } from "../words.js"

/** By channel: registers, and plain memory. */
const FIRST = 16
const WORDS_PER_CHANNEL = 16
export const STATE = 0
export const RECORD = 1
export const EMITTED = 2
export const COUNTER = 3
/** Whether the hardware may raise the event, and whether it has. */
export const EVENT_ON = 4
export const EVENT = 5
/** Up to which number everything was killed. */
export const KILLED_TO = 6
export const CHANNELS = 4
export const PENDING = 16
/** So often whoever kills a channel looks whether others have polled. */
const MOST_LOOKS = 200
const LOOK_MS = 0.1

/** Words of a channel's record: a count; which it is; its lock; the fences that wait for the event. */
export const WHICH = 1
const LOCK = 2
export const NOTIFY = 3

/** Bits of a fence. */
export const USER = 0
/** It has been taken off the list: `channel` is NULL. */
export const UNLINKED = 1
/** Which channel's it is, when that has gone. */
const FIRST_NUMBER = 2

export const UNLINKED_TWICE = "Each fence is taken off the list once."
export const UNDUE = "A fence is signaled only when the hardware has passed it, or its channel was killed."
export const ERROR_LATE = "No error is set on a fence that is signaled."
export const ALIVE = "The channel lives until the last fence."

/** Broken twins of both types: each breaks the sentence beside it. */
export const FAULTS = {
  F32: "a foreign poll leaves a signaled fence on the list, and the kill sets an error on it",
  undue: "the poll reads the number that was emitted last, where that which was passed is meant",
  "stays-listed": "what enable finds done is marked as taken off the list, and stays on it",
} as const
export const MERGED = { lifetime: "independent", form: "merged" } as const
export const FAULTS_UNDER = { F32: MERGED, undue: MERGED, "stays-listed": MERGED } as const
export const CONTROLS = { [ERROR_LATE]: "F32", [UNDUE]: "undue", [UNLINKED_TWICE]: "stays-listed" } as const

export const at = (channel: number, word: number) => FIRST + WORDS_PER_CHANNEL * channel + word
export const cellOf = (firstCell: number, channel: number, seqno: number) =>
  firstCell + channel * PENDING + (seqno % PENDING)

export const lockOf = (thread: Pick<Thread, "sharedLock">, channel: IssuerRecord): SharedLock =>
  thread.sharedLock(channel.read(LOCK))

/** Whether the hardware has passed a fence. */
export function isDone(words: Words, channel: number, fence: Fence, register = COUNTER): boolean {
  return words.load(at(channel, register)) >= Number(fence.seqno)
}

/** Whoever kills a channel waits for those who read it: the driver's own read section, whatever the heap's lifetime. */
export function poll({ words, how }: Pick<Maker, "words" | "how">, fence: Fence): boolean {
  const thread = fence.thread as Thread
  const which = () => thread.issuerRecord(fence.user).read(WHICH)
  const register = how.fault === "undue" ? EMITTED : COUNTER
  return thread.read(() => !fence.hasBit(UNLINKED) && isDone(words, which(), fence, register))
}

const all = numbers(CHANNELS)

/** A channel that nobody has, for the one who asks. */
export const take = (words: Words): number | undefined => all.find((n) => words.claim(at(n, STATE), 0, 1))

/** Of whoever holds a fence: whether it may be signaled, since the hardware has passed it or its channel was killed. */
export function isDue(words: Words, fence: Fence): boolean {
  const number = all.find((n) => fence.hasBit(FIRST_NUMBER + n))!
  return Number(fence.seqno) <= Math.max(words.load(at(number, COUNTER)), words.load(at(number, KILLED_TO)))
}

/** A channel as one thread has it open. */
export class Channel {
  readonly #desk: Desk
  readonly #words: Words
  readonly #thread: Thread
  readonly #timeline: Timeline
  /** With the patch fences have locks of their own, and the list has this one. */
  readonly #listLock: Timeline | undefined
  readonly number: number

  constructor(desk: Desk, number: number, name: string) {
    this.#desk = desk
    this.#words = desk.words
    this.#thread = desk.thread
    this.number = number
    const module = desk.load()
    const isPatched = desk.how.form === "patched"
    this.#timeline = module.timeline(`${name} ${number}`, { lock: isPatched ? "inline" : "external" })
    this.#listLock = isPatched ? module.timeline(`list of ${number}`, { lock: "external" }) : undefined
    const made = module.record({ name: "channel" })
    grab(made)
    made.write(WHICH, number)
    made.write(LOCK, (this.#listLock ?? this.#timeline).sharedLock!.token)
    this.#words.store(at(number, EVENT_ON), 0)
    this.#words.store(at(number, RECORD), made.token)
  }

  get record(): IssuerRecord {
    return this.#thread.issuerRecord(this.#words.load(at(this.number, RECORD)))
  }

  /** On the list, with a reference of the list's and one on the channel; then to the hardware. */
  emit(update: (channel: IssuerRecord) => void): Fence | undefined {
    const { record } = this
    update(record)
    const seqno = this.#words.load(at(this.number, EMITTED)) + 1
    const cell = cellOf(this.#desk.firstCell, this.number, seqno)
    if (this.#thread.heap.word(this.#thread.heap.cell(cell)) !== 0) return undefined
    const fence = this.#timeline.fence(BigInt(seqno))
    if (!this.#desk.hasFault("unreferenced")) grab(record)
    fence.user = record.token
    fence.claimBit(FIRST_NUMBER + this.number)
    lockOf(this.#thread, record).locked(() => void this.#thread.replaceAt(cell, fence.addRef()))
    this.#words.store(at(this.number, EMITTED), seqno)
    return fence
  }

  /**
   * What is on the list is left to others until one of them has polled a fence that is done: that signals it and takes nothing off.
   * Not for ever: maybe nobody has one, or nobody polls.
   */
  leaveToOthers(): void {
    const cells = numbers(PENDING).map((n) => cellOf(this.#desk.firstCell, this.number, n))
    for (let looks = 0; looks < MOST_LOOKS && !this.#desk.stage.isEnding; looks++) {
      const listed = cells.map((cell) => this.#isSignaledAt(cell)).filter((is) => is !== undefined)
      if (listed.length === 0 || listed.includes(true)) return
      this.#desk.look(LOOK_MS)
    }
  }

  /** Undefined: no fence is there. */
  #isSignaledAt(cell: number): boolean | undefined {
    using fence = this.#thread.openAt(cell)
    return fence?.hasSignaled()
  }

  /** Whoever polls reads `channel` in a section of the driver's own: those are waited for, whatever an unload waits for. */
  end(): void {
    const { record } = this
    this.#thread.synchronize()
    put(record)
    this.#timeline.close()
    this.#listLock?.close()
    this.#words.store(at(this.number, STATE), 0)
  }
}

/** Off the list, under the lock: whoever enables a fence that is done already. */
export function unlink(fence: Fence, thread: Thread, cell: number, { fault }: Pick<How, "fault">): void {
  const held = fault === "stays-listed" ? undefined : thread.replaceAt(cell, undefined)
  fence.claimBit(UNLINKED)
  held?.drop()
}

/** What the list held of fences that were taken off under the lock: given back when it is free again. */
export type Taken = Fence[]

/** How a channel ends: everything on its list does, with an error or without. */
export interface Kill {
  readonly error?: number
}

/**
 * Signals what the hardware has passed, or everything at a kill, in order, and takes it off the list. Under the lock; returns
 * what the list held.
 * @param ended is told of each, under the lock
 */
export function updateLocked(
  desk: Pick<Desk, "thread" | "words" | "firstCell" | "tell" | "how">,
  channel: number,
  kill: Kill | undefined,
  ended: (fence: Fence) => void,
): Taken {
  const { words, thread, firstCell } = desk
  const taken: Taken = []
  const emitted = words.load(at(channel, EMITTED))
  for (let seqno = Math.max(1, emitted - PENDING + 1); seqno <= emitted; seqno++) {
    const cell = cellOf(firstCell, channel, seqno)
    const fence = thread.openAt(cell)
    if (!fence) continue
    const isPassed = kill !== undefined || isDone(words, channel, fence)
    if (Number(fence.seqno) !== seqno || !isPassed) {
      fence.drop()
      continue
    }
    if (desk.how.form === "patched") fence.signal(kill?.error === undefined ? {} : { error: kill.error })
    else {
      if (kill?.error !== undefined) setErrorLocked(desk, fence, kill.error)
      fence.signalLocked()
    }
    const held = thread.replaceAt(cell, undefined)
    if (!held || !fence.claimBit(UNLINKED)) desk.tell("crash", `${UNLINKED_TWICE} It was: list corruption`)
    ended(fence)
    if (held) taken.push(held)
    taken.push(fence)
  }
  return taken
}

/** Whoever polls can have signaled it, and that takes nothing off the list: so it is asked first. */
function setErrorLocked(desk: Pick<Desk, "tell" | "how">, fence: Fence, error: number): void {
  if (desk.how.fault !== "F32" && fence.hasSignaled()) return
  try {
    fence.setErrorLocked(error)
  } catch (failure) {
    if ((failure as { code?: string }).code !== "ALREADY_SIGNALED") throw failure
    desk.tell("wrong", ERROR_LATE)
  }
}
