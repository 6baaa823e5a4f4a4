/** Bytes in the words of a channel: blocks of twelve words, chained into a circle. */
import { type Seat, channelEnd, slots } from "@outlive/core/building"

const BLOCK_BYTES = 4 * slots.Capacity
const WORD = 4

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
    const target = this.#bytes
    let done = 0
    this.#each(end, place, length, (at, count) => {
      for (let i = 0; i < count; i++) target[at + i] = message[done + i]!
      done += count
    })
  }

  /** The message at `place`, of this length. */
  read(end: number, place: number, length: number): Uint8Array {
    const message = new Uint8Array(length)
    const source = this.#bytes
    let done = 0
    this.#each(end, place, length, (at, count) => {
      for (let i = 0; i < count; i++) message[done + i] = source[at + i]!
      done += count
    })
    return message
  }

  /** Each part of a message that lies in one block, behind its length. */
  #each(end: number, place: number, length: number, body: (at: number, count: number) => void): void {
    let block = this.word(end + channelEnd.block)
    let at = place + WORD
    for (let left = length; left > 0;) {
      let room = block + slots.first + BLOCK_BYTES - at
      if (room === 0) {
        block = this.word(block + slots.next)
        at = block + slots.first
        room = BLOCK_BYTES
      }
      const count = Math.min(left, room)
      body(at, count)
      at += count
      left -= count
    }
  }
}
