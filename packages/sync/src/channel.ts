/** Bytes from thread to thread: a bounded ring of messages. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type SharedObjectToken,
  type UntimedWaitOptions,
  type WaitOptions,
  hostOops,
  optionsOf,
  slots,
  wholeNumber,
} from "@outlive/core/building"
import { type Bytes, bytesOf, copied } from "./bytes.js"
import { ChannelHandle, type SendOutcome } from "./channel-handle.js"
import { wordsFor } from "./channel-words.js"
import { createRing, openRing } from "./channel-object.js"

/** How much a channel holds. */
export interface ChannelOptions {
  /** Bytes of all messages that have been sent and not been received; each takes four more, and is rounded up to four. Default 4,096. */
  readonly bytes?: number
}

const DEFAULT_BYTES = 4096
const MOST_BYTES = 0x2000_0000
/** In `ChannelEnd.carries`. */
const BYTES = 0
const LENGTH_BYTES = 4
const BLOCK_BYTES = 4 * slots.Capacity

/**
 * Messages of bytes between any number of senders and receivers. Each is received by one, whole, in the order in which they were sent.
 * A thread that dies in the middle of sending has sent nothing; one that dies in the middle of receiving leaves the message
 * there. Bounded: what there is no room for waits.
 * @example
 * using channel = Channel.create(thread, { bytes: 65_536 })
 * worker.postMessage(channel.share()) // the worker does channel.send(bytes), and channel.close()
 * for await (const bytes of channel) console.log(bytes.length)
 */
export class Channel extends ChannelHandle<Uint8Array<ArrayBuffer>, Bytes> {
  /** The longest message, in bytes: the whole ring but its length. */
  readonly mostBytes: number

  private constructor(key: typeof MADE, thread: Seat, address: number, words: number) {
    super(key, thread, address)
    this.mostBytes = words * 4 - LENGTH_BYTES
  }

  protected override get what(): string {
    return "channel"
  }

  /** An open one, empty. @throws TypeError, RangeError; HeapError FULL (two `objects`, and a block of `lists` for each 48 bytes), UNSUPPORTED, DETACHED */
  static create(thread: Seat, options: ChannelOptions = {}): Channel {
    const { bytes = DEFAULT_BYTES } = optionsOf("a channel", options)
    wholeNumber("the bytes of a channel", bytes, LENGTH_BYTES, MOST_BYTES)
    const blocks = Math.ceil(bytes / BLOCK_BYTES)
    return new Channel(MADE, thread, createRing(thread, blocks, BYTES), blocks * slots.Capacity)
  }

  /** The channel that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Channel>): Channel {
    const { address, words } = openRing(thread, token, "channel", BYTES)
    return new Channel(MADE, thread, address, words)
  }

  /** Sends bytes if there is room now. "full": also while another thread is sending. @throws TypeError; RangeError for more than `mostBytes`; FenceError STALE; HeapError DETACHED */
  trySend(bytes: ArrayBufferView): SendOutcome | "full" {
    return this.trySendDraft(this.#draft(bytes))
  }

  /** Sends bytes, and sleeps until there is room. @throws as `trySend`, and for a time-out that is none */
  sendSync(bytes: ArrayBufferView): SendOutcome
  sendSync(bytes: ArrayBufferView, options: WaitOptions): SendOutcome | "timed-out"
  sendSync(bytes: ArrayBufferView, options?: WaitOptions): SendOutcome | "timed-out" {
    return this.sendDraftSync(this.#draft(bytes), options)
  }

  /** The same as a promise; the bytes are those of now. Rejects with the abort's reason, or what the other throws. */
  send(bytes: ArrayBufferView, options?: UntimedWaitOptions): Promise<SendOutcome>
  send(bytes: ArrayBufferView, options: AsyncWaitOptions): Promise<SendOutcome | "timed-out">
  async send(bytes: ArrayBufferView, options?: AsyncWaitOptions): Promise<SendOutcome | "timed-out"> {
    return this.sendDraft(this.#draft(bytes), copied, options)
  }

  protected override wordsIn({ length }: Bytes): number {
    return wordsFor(length)
  }

  protected override write(end: number, place: number, { bytes, length }: Bytes): void {
    this.ring.write(end, place, bytes, length)
  }

  protected override read(end: number, place: number): { words: number; take(): Uint8Array<ArrayBuffer> } {
    const length = this.ring.word(place)
    if (length < 0 || length > this.mostBytes)
      throw hostOops(
        this.thread.name,
        "BROKEN_LIST",
        `A message in channel 0x${this.address.toString(16)} says that it has ${length} bytes, of at most ${this.mostBytes}: the heap is damaged`,
        place,
      )
    const message = this.ring.read(end, place, length)
    return { words: wordsFor(message.length), take: () => message }
  }

  #draft(bytes: ArrayBufferView): Bytes {
    const draft = bytesOf("send", bytes)
    const { length } = draft
    if (length > this.mostBytes)
      throw new RangeError(`Cannot send ${length} bytes: at most ${this.mostBytes} fit into this channel`)
    return draft
  }
}
