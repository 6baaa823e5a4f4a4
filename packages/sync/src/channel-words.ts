/** Bytes in the words of a channel: blocks of twelve words, chained into a circle. */
import { type Seat, channelEnd, slots } from "@outlive/core/building"
import { wordsOf } from "./bytes.js"

const WORD = 4
/** Behind the last word of a block. */
const BLOCK_END = slots.first + WORD * slots.Capacity
/** So many bytes take longer to copy one by one than a view takes to make. */
const WORTH_A_VIEW = 96

/** How many words a message takes: its length, and its bytes. */
export const wordsFor = (bytes: number): number => 1 + Math.ceil(bytes / WORD)

/** Reads or writes from where an end stands; the caller has that end. */
export class ChannelWords {
  readonly #words: Int32Array
  readonly #bytes: Uint8Array

  constructor({ words }: Seat) {
    this.#words = words
    this.#bytes = new Uint8Array(words.buffer)
  }

  word(address: number): number {
    return this.#words[address >> 2]!
  }

  setWord(address: number, value: number): void {
    this.#words[address >> 2] = value
  }

  /** Writes a message: its length at `place`, and behind it its bytes. */
  write(end: number, place: number, message: Uint8Array, length: number): void {
    this.setWord(place, length)
    // Words are copied four times as fast as bytes; a view on them costs as much as copying some bytes.
    const source = length >= WORTH_A_VIEW ? wordsOf(message, length) : undefined
    const words = this.#words
    const bytes = this.#bytes
    let block = this.word(end + channelEnd.block)
    let at = place + WORD
    for (let done = 0; done < length;) {
      if (at === block + BLOCK_END) {
        block = words[(block + slots.next) >> 2]!
        at = block + slots.first
      }
      const count = Math.min(length - done, block + BLOCK_END - at)
      let copied = 0
      if (source)
        for (; copied + WORD <= count; copied += WORD) words[(at + copied) >> 2] = source[(done + copied) >> 2]!
      for (; copied < count; copied++) bytes[at + copied] = message[done + copied]!
      at += count
      done += count
    }
  }

  /** The message at `place`, of this length. */
  read(end: number, place: number, length: number): Uint8Array<ArrayBuffer> {
    const message = new Uint8Array(length)
    const target = length >= WORTH_A_VIEW ? new Int32Array(message.buffer, 0, length >> 2) : undefined
    const words = this.#words
    const bytes = this.#bytes
    let block = this.word(end + channelEnd.block)
    let at = place + WORD
    for (let done = 0; done < length;) {
      if (at === block + BLOCK_END) {
        block = words[(block + slots.next) >> 2]!
        at = block + slots.first
      }
      const count = Math.min(length - done, block + BLOCK_END - at)
      let copied = 0
      if (target)
        for (; copied + WORD <= count; copied += WORD) target[(done + copied) >> 2] = words[(at + copied) >> 2]!
      for (; copied < count; copied++) message[done + copied] = bytes[at + copied]!
      at += count
      done += count
    }
    return message
  }
}
