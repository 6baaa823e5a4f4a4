/** Fences from thread to thread: what travels carries a reference. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type SharedObjectToken,
  type UntimedWaitOptions,
  type WaitOptions,
  fenceHandles,
  fenceIn,
  handleOn,
  optionsOf,
  slots,
  wholeNumber,
} from "@outlive/core/building"
import type { Fence } from "@outlive/core/worker"
import { ChannelHandle, type SendOutcome } from "./channel-handle.js"
import { createRing, openRing } from "./channel-object.js"

/** How much a channel of fences holds. */
export interface FenceChannelOptions {
  /** How many fences that have been sent and not been received; rounded up to twelve. Default 12. */
  readonly fences?: number
}

const MOST_FENCES = 0x800_0000
/** In `ChannelEnd.carries`. */
const CARRIES = 1

/**
 * Fences between any number of senders and receivers. Each that is sent takes a reference with it, and the receiver gets a handle
 * of its own: the sender may drop its handle at once. What was sent and never received is given back with the last handle on the
 * channel.
 * @example
 * using done = FenceChannel.create(thread)
 * worker.postMessage(done.share()) // the worker does done.sendSync(fence); fence.drop()
 * for await (using fence of done) await fence.wait()
 */
export class FenceChannel extends ChannelHandle<Fence, number> {
  protected override get what(): string {
    return "fence channel"
  }

  private constructor(key: typeof MADE, thread: Seat, address: number) {
    super(key, thread, address)
  }

  /** An open one, empty. @throws TypeError, RangeError; HeapError FULL (two `objects`, and a block of `lists` for twelve fences), UNSUPPORTED, DETACHED */
  static create(thread: Seat, options: FenceChannelOptions = {}): FenceChannel {
    const { fences = slots.Capacity } = optionsOf("a fence channel", options)
    wholeNumber("the fences of a channel", fences, 1, MOST_FENCES)
    return new FenceChannel(MADE, thread, createRing(thread, Math.ceil(fences / slots.Capacity), CARRIES))
  }

  /** The channel that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<FenceChannel>): FenceChannel {
    return new FenceChannel(MADE, thread, openRing(thread, token, "fence channel", CARRIES).address)
  }

  /** Sends a fence if there is room now; the handle stays yours. "full": also while another thread is sending. @throws TypeError; FenceError STALE, FOREIGN; HeapError DETACHED */
  trySend(fence: Fence): SendOutcome | "full" {
    return this.#lending(fence, (address) => this.trySendDraft(address))
  }

  /** Sends a fence, and sleeps until there is room. @throws as `trySend`; TypeError, RangeError for a time-out that is none */
  sendSync(fence: Fence): SendOutcome
  sendSync(fence: Fence, options: WaitOptions): SendOutcome | "timed-out"
  sendSync(fence: Fence, options?: WaitOptions): SendOutcome | "timed-out" {
    return this.#lending(fence, (address) => this.sendDraftSync(address, options))
  }

  /** The same as a promise; the handle may be dropped meanwhile. Rejects with the abort's reason, or what the other throws. */
  send(fence: Fence, options?: UntimedWaitOptions): Promise<SendOutcome>
  send(fence: Fence, options: AsyncWaitOptions): Promise<SendOutcome | "timed-out">
  async send(fence: Fence, options?: AsyncWaitOptions): Promise<SendOutcome | "timed-out"> {
    const address = this.#lend(fence)
    let isSent = false
    try {
      const outcome = await this.sendDraft(address, (draft) => draft, options)
      isSent = outcome === "sent"
      return outcome
    } finally {
      this.#letGo(address, isSent)
    }
  }

  protected override wordsIn(): number {
    return 1
  }

  protected override write(_end: number, place: number, fence: number): void {
    this.ring.setWord(place, fence)
  }

  protected override read(_end: number, place: number): { words: number; take(): Fence } {
    const fence = this.ring.word(place)
    return { words: 1, take: () => handleOn(this.thread, fence) }
  }

  /** A reference for the way: it is the channel's once the fence is sent. */
  #lend(fence: Fence): number {
    const address = fenceIn(this.thread, fence)
    this.thread.engine.addRef(address)
    this.thread.tally(fenceHandles, 1)
    return address
  }

  #letGo(address: number, isSent: boolean): void {
    this.thread.tally(fenceHandles, -1)
    if (!isSent) this.thread.dropFence(address)
  }

  #lending<T extends string>(fence: Fence, send: (address: number) => T): T {
    const address = this.#lend(fence)
    let isSent = false
    try {
      const outcome = send(address)
      isSent = outcome === "sent"
      return outcome
    } finally {
      this.#letGo(address, isSent)
    }
  }
}
