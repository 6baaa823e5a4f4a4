/** A buffer that the model's code made for itself, as a part of the memory that is explored. */

export class OwnBuffer {
  readonly buffer: SharedArrayBuffer
  /** Its place among the bytes of all buffers, a multiple of 8. */
  readonly base: number
  readonly bytes: number
  /** `file:line` where it was made, or first used. */
  readonly place: string
  /** For reports. */
  readonly name: string
  private readonly first: number
  private readonly words: Int32Array
  /** As in the memory, and as seen; undefined if it can grow. */
  private compared: readonly [Uint8Array, Uint8Array] | undefined = undefined
  /** Of the last word, if it is not whole. */
  private readonly rest: Uint8Array

  constructor(buffer: SharedArrayBuffer, firstWord: number, place: string, namesakes: number) {
    this.buffer = buffer
    this.first = firstWord
    this.base = firstWord * 4
    this.bytes = buffer.growable ? buffer.maxByteLength : buffer.byteLength
    this.place = place
    const file = place.replace(/^.*[\\/]/, "")
    this.name = `${file === "" ? "buffer" : file}${namesakes === 0 ? "" : `#${namesakes + 1}`}`
    const whole = this.bytes >> 2
    // One that can grow is seen as far as it has grown.
    this.words = buffer.growable ? new Int32Array(buffer) : new Int32Array(buffer, 0, whole)
    this.rest = buffer.growable ? new Uint8Array(0) : new Uint8Array(buffer, whole * 4)
  }

  /** The words of all are here from now on. */
  compareWith(memory: ArrayBuffer): void {
    if (this.buffer.growable) return
    this.compared = [new Uint8Array(memory, this.base, this.bytes), new Uint8Array(this.buffer)]
  }

  /** Whether a comparison, if there is one, finds what is seen as it is in the memory. */
  isAs(compare: ((a: Uint8Array, b: Uint8Array) => number) | undefined): boolean {
    return this.compared !== undefined && compare?.(this.compared[0], this.compared[1]) === 0
  }

  /** Into the words of all. */
  read(words: Int32Array): void {
    words.set(this.words, this.first)
    if (this.rest.length > 0) words[this.first + this.words.length] = this.restAsWord()
  }

  write(words: Int32Array): void {
    this.words.set(words.subarray(this.first, this.first + this.words.length))
    if (this.rest.length > 0) this.setRest(words[this.first + this.words.length]!)
  }

  show(word: number, value: number): void {
    const at = word - this.first
    if (at < this.words.length) this.words[at] = value
    else this.setRest(value)
  }

  /** The first word, from one on, that is not as in the words of all; -1 if there is none. */
  firstDifference(words: Int32Array, from: number): number {
    for (let at = Math.max(0, from - this.first); at < this.words.length; at++)
      if (this.words[at] !== words[this.first + at]) return this.first + at
    const last = this.first + this.words.length
    return this.rest.length > 0 && from <= last && this.restAsWord() !== words[last] ? last : -1
  }

  /** What threads see of a word. */
  seen(word: number): number {
    const at = word - this.first
    return at < this.words.length ? this.words[at]! : this.restAsWord()
  }

  private restAsWord(): number {
    return this.rest.reduce((word, byte, at) => word | (byte << (8 * at)), 0)
  }

  private setRest(word: number): void {
    for (let at = 0; at < this.rest.length; at++) this.rest[at] = word >> (8 * at)
  }
}
