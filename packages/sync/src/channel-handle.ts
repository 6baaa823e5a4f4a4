/** What channels have in common, whatever travels: sending and receiving, in each of three ways, and closing. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type UntimedWaitOptions,
  type WaitOptions,
  channelEnd,
  passage,
  promised,
} from "@outlive/core/building"
import { ChannelWords } from "./channel-words.js"
import { type Local, enterLocal, leaveLocal } from "./local.js"
import { SyncHandle } from "./sync-handle.js"
import { type WaitPlace, type Waited, boundsOf, limitOf, waitAsync, waitSync } from "./waiting.js"

/** What became of a message. "closed": it was not sent, and no other will be. */
export type SendOutcome = "sent" | "closed"

/** How many threads died in the middle of a send, or of a receive: their messages were not sent, or are there still. */
export interface ChannelDeaths {
  readonly sending: number
  readonly receiving: number
}

/** What travels in words: a `Message` as it was given, on its way into the channel. */
export abstract class ChannelHandle<Message, Draft> extends SyncHandle {
  protected readonly ring: ChannelWords
  readonly #receivers: ReceivingEnd

  /** @internal Takes over a reference. */
  protected constructor(key: typeof MADE, thread: Seat, address: number) {
    super(key, thread, address)
    this.ring = new ChannelWords(thread)
    this.#receivers = new ReceivingEnd(this, this.ring.word(address + channelEnd.other))
  }

  /** How many words it takes. */
  protected abstract wordsIn(draft: Draft): number
  protected abstract write(end: number, place: number, draft: Draft): void
  /** What lies there: the message, once its words are the receiver's. */
  protected abstract read(end: number, place: number): { readonly words: number; take(): Message }

  /** Whether it was closed. What was sent before can be received still. @throws FenceError STALE; HeapError DETACHED */
  get isClosed(): boolean {
    return (this.ring.word(this.usable + channelEnd.position) & channelEnd.Closed) !== 0
  }

  /** How many threads died in the middle of a send, or of a receive, and were reclaimed. May be late. @throws FenceError STALE; HeapError DETACHED */
  get deaths(): ChannelDeaths {
    const { usable, ring } = this
    const out = ring.word(usable + channelEnd.other)
    return { sending: ring.word(usable + channelEnd.broken), receiving: ring.word(out + channelEnd.broken) }
  }

  /**
   * Ends the sending, of everybody: whether it was open. Who waits to send, and whoever sends later, is told "closed"; what was
   * sent before can be received, and then receivers are told "closed". @throws FenceError STALE; HeapError DETACHED
   */
  close(): boolean {
    return this.thread.engine.closeChannel(this.usable) === 1
  }

  protected trySendDraft(draft: Draft): SendOutcome | "full" {
    const { thread, usable } = this
    const words = this.wordsIn(draft)
    return this.#send(usable, draft, words, thread.engine.beginSend(thread.record, usable, words)) ?? "full"
  }

  protected sendDraftSync(draft: Draft, options: WaitOptions | undefined): SendOutcome | "timed-out" {
    const limit = limitOf(options)
    const first = this.trySendDraft(draft)
    return first === "full" ? waitSync<SendOutcome | "timed-out">(this, this.#sending(draft), limit) : first
  }

  /** `keep`: the draft for a message that is sent later, when what was given may be another by then. */
  protected sendDraft(
    draft: Draft,
    keep: (draft: Draft) => Draft,
    options: AsyncWaitOptions | undefined,
  ): Promise<SendOutcome | "timed-out"> {
    return promised(() => {
      const bounds = boundsOf(options)
      const first = this.trySendDraft(draft)
      if (first !== "full") return Promise.resolve(first)
      return waitAsync<SendOutcome | "timed-out">(this, this.#sending(keep(draft)), bounds)
    })
  }

  /** Receives the oldest message if there is one now. "empty": also while another thread is receiving. @throws FenceError STALE; HeapError DETACHED */
  tryReceive(): Message | "closed" | "empty" {
    const { thread, usable } = this
    return this.#receive(usable, thread.engine.beginReceive(thread.record, usable)) ?? "empty"
  }

  /** Receives the oldest message, and sleeps until there is one. @throws TypeError, RangeError for a time-out that is none; FenceError STALE; HeapError DETACHED */
  receiveSync(): Message | "closed"
  receiveSync(options: WaitOptions): Message | "closed" | "timed-out"
  receiveSync(options?: WaitOptions): Message | "closed" | "timed-out" {
    const limit = limitOf(options)
    const first = this.tryReceive()
    if (first !== "empty") return first as Message | "closed"
    return waitSync<Message | "closed" | "timed-out">(this.#receivers, this.#receiving(), limit)
  }

  /** The same as a promise. Rejects with the abort's reason, or what the other throws. */
  receive(options?: UntimedWaitOptions): Promise<Message | "closed">
  receive(options: AsyncWaitOptions): Promise<Message | "closed" | "timed-out">
  receive(options?: AsyncWaitOptions): Promise<Message | "closed" | "timed-out"> {
    return promised(() => {
      const bounds = boundsOf(options)
      const first = this.tryReceive()
      if (first !== "empty") return Promise.resolve(first as Message | "closed")
      return waitAsync<Message | "closed" | "timed-out">(this.#receivers, this.#receiving(), bounds)
    })
  }

  /** Receives until the channel is closed and empty. Throws what `receive` rejects with. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void> {
    for (;;) {
      const message = await this.receive()
      if (message === "closed") return
      yield message
    }
  }

  protected override ended(): void {
    this.#receivers.leave()
  }

  #sending(draft: Draft): Waited<SendOutcome | "timed-out"> {
    const { thread, address } = this
    const { engine } = thread
    const words = this.wordsIn(draft)
    return {
      attempt: (map) => this.#send(address, draft, words, engine.awaitSend(thread.record, address, words, map)),
      spin: () => this.#send(address, draft, words, engine.spinSend(thread.record, address, words)),
      late: () => "timed-out",
      lane: words,
    }
  }

  #send(address: number, draft: Draft, words: number, place: number): SendOutcome | undefined {
    if (place === passage.No) return undefined
    if (place === passage.Closed) return "closed"
    const { engine, record } = this.thread
    let written = 0
    let isSent = false
    try {
      this.write(address, place, draft)
      written = words
    } finally {
      isSent = engine.endSend(record, address, written) === 1
    }
    return isSent ? "sent" : "closed"
  }

  #receiving(): Waited<Message | "closed" | "timed-out"> {
    const { thread, address } = this
    const { engine } = thread
    return {
      attempt: (map) => this.#receive(address, engine.awaitReceive(thread.record, address, map)),
      spin: () => this.#receive(address, engine.spinReceive(thread.record, address)),
      late: () => "timed-out",
      lane: 0,
    }
  }

  #receive(address: number, place: number): Message | "closed" | undefined {
    if (place === passage.No) return undefined
    if (place === passage.Closed) return "closed"
    const { engine, record } = this.thread
    let read = 0
    let found: { readonly words: number; take(): Message }
    try {
      found = this.read(this.#receivers.address, place)
      read = found.words
    } finally {
      engine.endReceive(record, address, read)
    }
    return found.take()
  }
}

/** Where receivers wait. */
class ReceivingEnd implements WaitPlace {
  readonly thread: Seat
  readonly local: Local
  readonly address: number
  readonly #channel: SyncHandle

  constructor(channel: SyncHandle, address: number) {
    this.thread = channel.thread
    this.address = address
    this.#channel = channel
    this.local = enterLocal(channel.thread, address)
  }

  keep(): number {
    this.#channel.keep()
    return this.address
  }

  endUse(): void {
    this.#channel.endUse()
  }

  leave(): void {
    leaveLocal(this.thread, this.address, this.local)
  }
}
