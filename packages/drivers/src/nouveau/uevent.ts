/**
 * nouveau, channels that can raise an event: enable counts who waits for the event, and the first lets the hardware raise it.
 * List, count and bit are only consistent under the channel's lock, which is the fences' lock: that is why enable needs it.
 */
import { type Fence, type IssuerRecord, type ModuleDefinition, type Thread, defineModule } from "@outlive/core"
import { put } from "../counted.js"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"
import type { Words } from "../words.js"
import * as channels from "./channel.js"

const { at } = channels

const COUNT = "The count of the event is the number of pending fences with the bit."
const ENODEV = -19
/** How long at most the processor is somebody else's between the read and the write. */
const OUTSIDE_MS = 4
const ASLEEP = "Who waits is woken: the event is on while somebody waits."

export const nouveauUevent: FenceType = {
  driver: "nouveau",
  name: "uevent",
  about: "a channel's pending list, a count of who waits for the event, and one lock for all of it and for the fences",
  mustHold: [COUNT, ASLEEP, channels.UNDUE, channels.ERROR_LATE, channels.UNLINKED_TWICE, channels.ALIVE],
  controls: {
    ...channels.CONTROLS,
    [COUNT]: "F33",
    [ASLEEP]: "not-allowed",
    // A record that went is told by the engine, to whoever asks it.
    [channels.ALIVE]: { twin: "unreferenced", shownBy: "freed channel" },
  },
  hasPatch: true,
  isAsked: true,
  faults: {
    ...channels.FAULTS,
    F33: "the count is changed outside the lock, by reading and writing",
    F34: "enable asks a poll that signals by itself, under the lock that this takes",
    "not-allowed": "enable counts who waits for the event, and does not let the hardware raise it",
    unreferenced: "a fence takes no reference on its channel, and its release gives one back",
  },
  faultsUnder: {
    ...channels.FAULTS_UNDER,
    F33: channels.MERGED,
    F34: channels.MERGED,
    "not-allowed": channels.MERGED,
    unreferenced: channels.MERGED,
  },
  cannot: { layered: "only what user space submits through the scheduler would go through it" },
  cells: channels.CHANNELS * channels.PENDING,
  module: moduleOf,
  device,
  bind: (desk) => new Uevent(desk),
}

function device({ registers, random }: Hands): boolean {
  let isBusy = false
  for (let channel = 0; channel < channels.CHANNELS; channel++) {
    const done = registers.load(at(channel, channels.COUNTER))
    if (done === registers.load(at(channel, channels.EMITTED)) || random.oneIn(3)) continue
    if (!registers.claim(at(channel, channels.COUNTER), done, done + 1)) continue
    if (registers.load(at(channel, channels.EVENT_ON)) === 1) registers.store(at(channel, channels.EVENT), 1)
    isBusy = true
  }
  return isBusy
}

/** One more waits for the event: the first lets the hardware raise it. */
function allow(words: Words, channel: IssuerRecord): void {
  if (channel.add(channels.NOTIFY, 1) === 0) words.store(at(channel.read(channels.WHICH), channels.EVENT_ON), 1)
}

/** One less: the last blocks it. */
function block(words: Words, channel: IssuerRecord): void {
  if (channel.add(channels.NOTIFY, -1) === 1) words.store(at(channel.read(channels.WHICH), channels.EVENT_ON), 0)
}

function moduleOf({ how, words, preempt, firstCell }: Maker): ModuleDefinition {
  /** Under the channel's lock, whoever has taken it. */
  const enableLocked = (fence: Fence, thread: Thread, channel: IssuerRecord): boolean => {
    const which = channel.read(channels.WHICH)
    if (how.fault === "F33") {
      const seen = channel.read(channels.NOTIFY)
      preempt()
      channel.write(channels.NOTIFY, seen + 1)
      words.store(at(which, channels.EVENT_ON), 1)
    } else if (how.fault === "not-allowed") channel.add(channels.NOTIFY, 1)
    else allow(words, channel)
    if (how.fault === "F34") fence.isSignaled()
    if (fence.hasBit(channels.UNLINKED) || !channels.isDone(words, which, fence)) {
      fence.claimBit(channels.USER)
      return true
    }
    // Done already: off the list.
    block(words, channel)
    channels.unlink(fence, thread, channels.cellOf(firstCell, which, Number(fence.seqno)), how)
    return false
  }
  return defineModule({
    name: "nouveau uevent",
    driverName: "nouveau",
    ops: {
      enableSignaling(fence) {
        const thread = fence.thread as Thread
        const token = fence.user
        preempt()
        const channel = thread.issuerRecord(token)
        if (how.form === "merged" && thread.heap.switches.ask === "locked") return enableLocked(fence, thread, channel)
        // With locks of their own the list has another lock. Where the fence's is held (independent), that is the wrong order;
        // where it is not (the plan of 2024), the fence may have been signaled meanwhile.
        let isPending = true
        channels.lockOf(thread, channel).locked(() => void (isPending = enableLocked(fence, thread, channel)))
        return isPending
      },
      pollSignaled: (fence) => channels.poll({ words, how }, fence),
      ...(how.form === "patched"
        ? {}
        : { free: (fence: Fence) => put((fence.thread as Thread).issuerRecord(fence.user)) }),
    },
  })
}

class Uevent extends DriverCode {
  #channel: channels.Channel | undefined

  override open(): void {
    const free = channels.take(this.words)
    this.#channel = free === undefined ? undefined : new channels.Channel(this.desk, free, "channel")
    if (free !== undefined) this.words.store(at(free, channels.STATE), 2)
  }

  issue(): Fence | undefined {
    return this.#channel?.emit((record) => this.#update(record))
  }

  /** The channel ends: no event any more, everything is killed, and the count must be 0. */
  override close(): void {
    const channel = this.#channel
    if (!channel) return
    const { number, record } = channel
    const isFaulty = this.desk.random.oneIn(2)
    if (isFaulty) channel.leaveToOthers()
    this.words.store(at(number, channels.STATE), 3)
    this.desk.waitFor("an event's work does not return", () => this.words.load(EXECUTING) === 0)
    this.#assertAwake(record)
    this.words.store(at(number, channels.KILLED_TO), this.words.load(at(number, channels.EMITTED)))
    // One that was reset, or faulted, ends with an error.
    this.#update(record, isFaulty ? { error: ENODEV } : {})
    const left = record.read(channels.NOTIFY)
    if (left !== 0) this.desk.tell("leak", `${COUNT} At the channel's end it is ${left}: a live event is destroyed`)
    channel.end()
    this.#channel = undefined
  }

  /** Somebody waits, the hardware has passed it, and no event will come: nobody will wake him. */
  #assertAwake(record: IssuerRecord): void {
    channels.lockOf(this.thread, record).locked(() => {
      const which = record.read(channels.WHICH)
      const waiting = this.#pending(which).some(({ isAwaited, isDone }) => isAwaited && isDone)
      const isOff = this.words.load(at(which, channels.EVENT_ON)) === 0
      if (waiting && isOff && this.words.load(at(which, channels.EVENT)) === 0)
        this.desk.tell("hang", `${ASLEEP} It is off, and one waits that the hardware has passed`)
    })
  }

  #pending(which: number): { isAwaited: boolean; isDone: boolean }[] {
    return numbers(channels.PENDING).flatMap((n) => {
      using fence = this.thread.openAt(channels.cellOf(this.desk.firstCell, which, n))
      if (!fence || fence.hasSignaled()) return []
      return [{ isAwaited: fence.hasBit(channels.USER), isDone: channels.isDone(this.words, which, fence) }]
    })
  }

  override work(): boolean {
    let isBusy = false
    for (let n = 0; n < channels.CHANNELS; n++) {
      if (this.words.load(at(n, channels.EVENT)) === 0) continue
      this.words.add(EXECUTING, 1)
      if (this.words.load(at(n, channels.STATE)) === 2 && this.words.exchange(at(n, channels.EVENT), 0) === 1) {
        this.desk.attempt("runs the event's work", () => {
          this.#update(this.thread.issuerRecord(this.words.load(at(n, channels.RECORD))))
        })
        isBusy = true
      }
      this.words.add(EXECUTING, -1)
    }
    return isBusy
  }

  #update(record: IssuerRecord, kill?: channels.Kill): void {
    let taken: channels.Taken = []
    let counted = 0
    channels.lockOf(this.thread, record).locked(() => {
      taken = channels.updateLocked(this.desk, record.read(channels.WHICH), kill, (fence) => {
        if (fence.hasBit(channels.USER)) {
          if (this.desk.hasFault("F33")) counted++
          else block(this.words, record)
        }
        // Without a release op the channel's reference goes here; the caller has one.
        if (this.desk.how.form === "patched") put(record)
      })
    })
    if (counted > 0) this.#blockOutside(record, counted)
    for (const fence of taken) this.desk.attempt("drops a fence", () => fence.drop())
  }

  /** A read and a write: others may do the same in between, and one of the two is lost. */
  #blockOutside(record: IssuerRecord, counted: number): void {
    const seen = record.read(channels.NOTIFY)
    this.desk.stage.sleep(OUTSIDE_MS * this.desk.random.fraction())
    record.write(channels.NOTIFY, seen - counted)
    if (seen === counted) this.words.store(at(record.read(channels.WHICH), channels.EVENT_ON), 0)
  }

  /** A foreign poll: what it finds done is signaled, and stays on the list. */
  judge(fence: Fence): void {
    if (fence.isSignaled() && !channels.isDue(this.words, fence)) this.desk.tell("wrong", channels.UNDUE)
  }
}

/** Works that are being run. */
const EXECUTING = 0
