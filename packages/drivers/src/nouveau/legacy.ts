/**
 * nouveau, old chips: nothing raises an event, and so nobody wakes who waits. He polls, with sleeps that double, in an op of
 * his own; enable only takes off the list what is done. The plan of 2024 takes the enable op away: what is done stays listed longer.
 */
import { type Fence, type IssuerRecord, type ModuleDefinition, type Thread, defineModule } from "@outlive/core"
import { sleep } from "@outlive/workers"
import { put } from "../counted.js"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, How, Maker } from "../fence-type.js"
import { waitFor } from "../wait-for.js"
import type { Words } from "../words.js"
import * as channels from "./channel.js"

const { at } = channels

const SHORTEST_MS = 0.03
const LONGEST_MS = 1
/** A channel that ends waits for its last command for as long as that takes: who does not come back from there is missed before. */
const WAIT_MS = 10_000
const ENODEV = -19
/** Timers that are being run: only with the patch there are any. */
const EXECUTING = 0

const POLLS = "Who waits polls: nobody wakes him."

export const nouveauLegacy: FenceType = {
  driver: "nouveau",
  name: "legacy",
  about: "a channel without events: no enabling, whoever waits polls in the issuer's own wait",
  mustHold: [channels.UNDUE, POLLS, channels.UNLINKED_TWICE, channels.ERROR_LATE],
  controls: { ...channels.CONTROLS, [POLLS]: "waits-for-event" },
  hasPatch: true,
  isAsked: true,
  faults: {
    ...channels.FAULTS,
    "waits-for-event": "the wait op sleeps for an event, which these chips do not raise",
  },
  faultsUnder: {
    ...channels.FAULTS_UNDER,
    "waits-for-event": channels.MERGED,
  },
  cannot: { layered: "no scheduler: commands go to the channel from the ioctl" },
  cells: channels.CHANNELS * channels.PENDING,
  module: moduleOf,
  device,
  bind: (desk) => new Legacy(desk),
}

function device({ registers, random }: Hands): boolean {
  let isBusy = false
  for (let channel = 0; channel < channels.CHANNELS; channel++) {
    const done = registers.load(at(channel, channels.COUNTER))
    if (done === registers.load(at(channel, channels.EMITTED)) || random.oneIn(3)) continue
    isBusy = registers.claim(at(channel, channels.COUNTER), done, done + 1) || isBusy
  }
  return isBusy
}

function moduleOf(maker: Maker): ModuleDefinition {
  const { how, words, preempt, firstCell } = maker
  const isPatched = how.form === "patched"
  return defineModule({
    name: "nouveau legacy",
    driverName: "nouveau",
    ops: {
      pollSignaled(fence) {
        const isDone = channels.poll(maker, fence)
        // The driver's section keeps the channel; from here to the return only the core's can keep the text.
        preempt()
        return isDone
      },
      ...(isPatched
        ? {}
        : {
            enableSignaling: (fence: Fence) => enableLocked(words, firstCell, fence, how),
            wait: (fence: Fence, timeoutMs: number) => waitPolling(maker, fence, timeoutMs),
            free: (fence: Fence) => put((fence.thread as Thread).issuerRecord(fence.user)),
          }),
    },
  })
}

function hasPassed(words: Words, fence: Fence): boolean {
  const channel = (fence.thread as Thread).issuerRecord(fence.user)
  return channels.isDone(words, channel.read(channels.WHICH), fence)
}

/** Only the half for what is done already. */
function enableLocked(words: Words, firstCell: number, fence: Fence, how: How): boolean {
  if (!hasPassed(words, fence)) return true
  const thread = fence.thread as Thread
  const which = thread.issuerRecord(fence.user).read(channels.WHICH)
  channels.unlink(fence, thread, channels.cellOf(firstCell, which, Number(fence.seqno)), how)
  return false
}

/** Whoever takes a fence off the list signals it, or is about to; any other that was passed before a poll is signaled by it. */
function waitPolling({ how, words, tell }: Maker, fence: Fence, timeoutMs: number): boolean {
  const until = performance.now() + timeoutMs
  for (let ms = SHORTEST_MS; ; ms = Math.min(2 * ms, LONGEST_MS)) {
    const isPassed = hasPassed(words, fence)
    if (how.fault === "waits-for-event" ? fence.hasSignaled() : fence.isSignaled()) return true
    const isMissed = isPassed && !fence.hasBit(channels.UNLINKED)
    if (isMissed) tell("hang", `${POLLS} The hardware has passed it, and he sleeps on`)
    if (isMissed || performance.now() > until) return false
    sleep(ms)
  }
}

class Legacy extends DriverCode {
  #channel: channels.Channel | undefined

  override open(): void {
    const free = channels.take(this.words)
    this.#channel = free === undefined ? undefined : new channels.Channel(this.desk, free, "channel")
    if (free !== undefined) this.words.store(at(free, channels.STATE), 2)
  }

  issue(): Fence | undefined {
    return this.#channel?.emit((record) => this.#update(record))
  }

  /** It waits for a command of its own, or is killed with an error; both end with a kill. */
  override close(): void {
    const channel = this.#channel
    const isFaulty = this.desk.random.oneIn(2)
    const last = isFaulty ? undefined : this.issue()
    if (last) this.desk.attempt("waits", () => waitFor(last, WAIT_MS))
    last?.drop()
    if (!channel) return
    if (isFaulty) channel.leaveToOthers()
    this.words.store(at(channel.number, channels.STATE), 3)
    this.desk.waitFor("a timer's function does not return", () => this.words.load(EXECUTING) === 0)
    this.words.store(at(channel.number, channels.KILLED_TO), this.words.load(at(channel.number, channels.EMITTED)))
    this.#update(channel.record, isFaulty ? { error: ENODEV } : {})
    channel.end()
    this.#channel = undefined
  }

  /** With the patch a timer of the driver's looks for those who wait; without it nothing happens by itself. */
  override work(): boolean {
    if (this.desk.how.form === "merged") return false
    for (let n = 0; n < channels.CHANNELS; n++) {
      this.words.add(EXECUTING, 1)
      if (this.words.load(at(n, channels.STATE)) === 2)
        this.desk.attempt("runs a timer", () =>
          this.#update(this.thread.issuerRecord(this.words.load(at(n, channels.RECORD)))),
        )
      this.words.add(EXECUTING, -1)
    }
    return false
  }

  #update(record: IssuerRecord, kill?: channels.Kill): void {
    let taken: channels.Taken = []
    channels.lockOf(this.thread, record).locked(() => {
      taken = channels.updateLocked(this.desk, record.read(channels.WHICH), kill, () => {
        if (this.desk.how.form === "patched") put(record)
      })
    })
    for (const fence of taken) this.desk.attempt("drops a fence", () => fence.drop())
  }
  judge(fence: Fence): void {
    if (fence.isSignaled() && !channels.isDue(this.words, fence)) this.desk.tell("wrong", channels.UNDUE)
  }
}
