/**
 * The model's memory, twice: `words`, where the search executes operations, and `shared`, which threads and checks see.
 *
 * Every change goes to a log, so any earlier state is a walk along the log away: going back to a branch point costs what
 * was written since, not the size of the memory. `shared` is brought up to date only when code of the model runs.
 */
import {
  ADD,
  AND,
  COMPARE_EXCHANGE,
  EXCHANGE,
  INT32,
  INTEGER_VIEWS,
  LOAD,
  OR,
  STORE,
  SUB,
  XOR,
} from "../platform/operation.js"
import type { IntegerView, Value } from "../platform/operation.js"
import { callNative } from "../platform/native.js"
import { OwnBuffer } from "./own-buffer.js"

/** Where there is one: it compares 16 kB in 1.2 µs, a loop over the words in 30. */
const compareBytes = (globalThis as { Buffer?: { compare(a: Uint8Array, b: Uint8Array): number } }).Buffer?.compare
/** So many words are compared and copied sooner by a loop: a call into the platform takes as long. */
const FEW_WORDS = 64

/** Few: most explorations of a generated scenario are short, and this is zeroed for each. */
const FIRST_LOGGED = 128

/** Offsets are 32-bit integers, and every state is looked at as a whole. */
const MOST_BYTES = 2 ** 28

export class Memory {
  readonly shared: SharedArrayBuffer
  readonly sharedWords: Int32Array
  /** With the words of the buffers that the model's code has made for itself behind those of `shared`. */
  words!: Int32Array
  private bytes!: Uint8Array
  /** `words` and `shared` as bytes, without the word that nobody reaches. */
  private compared!: readonly [Uint8Array, Uint8Array]
  /** The words that have a twin in `shared`. */
  private reachable!: Int32Array
  /** Made for the first operation of another width than 32 bits. */
  private views: readonly IntegerView[] | undefined = undefined
  /** Buffers that are not the model's `memory`, in the order in which they were first seen. */
  readonly own: OwnBuffer[] = []
  private readonly bases = new Map<ArrayBufferLike, number>()
  /** Hash of all words, kept up with every write; two halves, so that 64 bits must collide. */
  hash = 0
  hash2 = 0
  logWord: Int32Array
  logOld: Int32Array
  logNew: Int32Array
  logged = 0

  /** Without `bytes`, there are only buffers that the model's code makes for itself. */
  constructor(bytes: number | undefined) {
    if (bytes !== undefined && (!Number.isInteger(bytes) || bytes <= 0 || bytes % 4 !== 0))
      throw new RangeError(`Cannot explore a memory of ${bytes} bytes: a multiple of 4 is needed`)
    if (bytes !== undefined && bytes > MOST_BYTES)
      throw new RangeError(`Cannot explore a memory of ${bytes} bytes: at most ${MOST_BYTES}, and dozens are enough`)
    const log = new Int32Array(3 * FIRST_LOGGED)
    this.logWord = log.subarray(0, FIRST_LOGGED)
    this.logOld = log.subarray(FIRST_LOGGED, 2 * FIRST_LOGGED)
    this.logNew = log.subarray(2 * FIRST_LOGGED)
    this.shared = new SharedArrayBuffer(bytes ?? 0)
    this.sharedWords = new Int32Array(this.shared)
    this.bases.set(this.shared, 0)
    this.lay(this.shared.byteLength)
  }

  /** Room for so many bytes; what there was stays. */
  private lay(bytes: number): void {
    // There may be a word more, which nobody reaches: cells of 64 bits are pairs of words.
    const own = new ArrayBuffer((bytes + 7) & ~7)
    const words = new Int32Array(own)
    if (this.words !== undefined) words.set(this.words)
    this.words = words
    this.reachable = this.words.subarray(0, this.sharedWords.length)
    this.bytes = new Uint8Array(own)
    this.compared = [new Uint8Array(own, 0, this.shared.byteLength), new Uint8Array(this.shared)]
    for (const buffer of this.own) buffer.compareWith(own)
    this.views = undefined
  }

  /** The first word in which what threads see is not what the operations left; -1 if none: only plain writes make one. */
  firstDifference(): number {
    const { words, sharedWords } = this
    const [ours, seen] = this.compared
    if (sharedWords.length <= FEW_WORDS || compareBytes?.(ours, seen) !== 0)
      for (let word = 0; word < sharedWords.length; word++) if (words[word] !== sharedWords[word]) return word
    for (const buffer of this.own) {
      const word = buffer.isAs(compareBytes) ? -1 : buffer.firstDifference(words, 0)
      if (word >= 0) return word
    }
    return -1
  }

  /** What the shared memory holds now is what every execution begins with. */
  begin(): void {
    this.words.set(this.sharedWords)
    for (const own of this.own) own.read(this.words)
    this.logged = 0
  }

  /** A buffer that the model's code has made becomes part of the memory: what it holds now is what it began with. */
  adopt(buffer: SharedArrayBuffer, place: string): OwnBuffer {
    const namesakes = this.own.filter((other) => other.place === place).length
    const made = new OwnBuffer(buffer, this.words.length, place, namesakes)
    this.own.push(made)
    this.bases.set(buffer, made.base)
    this.lay(made.base + made.bytes)
    made.read(this.words)
    return made
  }

  /** Where the bytes of a buffer lie among all; -1 if it is none of the model's. */
  baseOf(buffer: ArrayBufferLike): number {
    return buffer === (this.shared as ArrayBufferLike) ? 0 : (this.bases.get(buffer) ?? -1)
  }

  /** The buffer that holds the byte at this offset; undefined if the model's `memory` does. */
  ownAt(offset: number): OwnBuffer | undefined {
    return this.own.findLast(({ base }) => base <= offset)
  }

  /** The name of a byte of an own buffer; undefined if it is the model's `memory`. */
  nameOf(offset: number): string | undefined {
    const own = this.ownAt(offset)
    return own && `${own.name}@${offset - own.base}`
  }

  /** Sets a word of what threads see. */
  show(word: number, value: number): void {
    if (word < this.sharedWords.length) this.sharedWords[word] = value
    else this.ownAt(word * 4)?.show(word, value)
  }

  /** Changes a word and logs it. */
  write(word: number, value: number): void {
    const old = this.words[word]!
    if (old === value) return
    this.words[word] = value
    this.log(word, old, value)
  }

  private log(word: number, old: number, value: number): void {
    const at = this.logged++
    if (at === this.logWord.length) this.grow()
    this.logWord[at] = word
    this.logOld[at] = old
    this.logNew[at] = value
    this.hash = (this.hash + mix(word, value) - mix(word, old)) | 0
    this.hash2 = (this.hash2 + mix2(word, value) - mix2(word, old)) | 0
  }

  private grow(): void {
    const grow = (from: Int32Array) => {
      const to = new Int32Array(from.length * 2)
      to.set(from)
      return to
    }
    this.logWord = grow(this.logWord)
    this.logOld = grow(this.logOld)
    this.logNew = grow(this.logNew)
  }

  /** Takes back all changes after the first `logged`. */
  undo(logged: number): void {
    for (let at = this.logged - 1; at >= logged; at--) {
      const word = this.logWord[at]!
      const old = this.logOld[at]!
      this.hash = (this.hash + mix(word, old) - mix(word, this.logNew[at]!)) | 0
      this.hash2 = (this.hash2 + mix2(word, old) - mix2(word, this.logNew[at]!)) | 0
      this.words[word] = old
    }
    this.logged = logged
  }

  /** What a word held when the log was `logged` long. */
  wordAt(word: number, logged: number): number {
    for (let at = logged; at < this.logged; at++) if (this.logWord[at] === word) return this.logOld[at]!
    return this.words[word]!
  }

  /** A byte of the memory, for what is smaller than a word. */
  byte(offset: number): number {
    return this.bytes[offset]!
  }

  /** Executes one operation of Atomics; returns what it returns. */
  execute(operation: number, type: number, offset: number, a: Value, b: Value): Value {
    if (type !== INT32) return this.executeOnView(operation, type, offset, a, b)
    const word = offset >> 2
    const old = this.words[word]!
    switch (operation) {
      case LOAD:
        return old
      case STORE:
        this.write(word, (a as number) | 0)
        return a
      case ADD:
        this.write(word, (old + (a as number)) | 0)
        return old
      case SUB:
        this.write(word, (old - (a as number)) | 0)
        return old
      case AND:
        this.write(word, old & (a as number))
        return old
      case OR:
        this.write(word, old | (a as number))
        return old
      case XOR:
        this.write(word, old ^ (a as number))
        return old
      case EXCHANGE:
        this.write(word, (a as number) | 0)
        return old
      case COMPARE_EXCHANGE:
        if (old === ((a as number) | 0)) this.write(word, (b as number) | 0)
        return old
      default:
        throw new Error(`No operation ${operation}`)
    }
  }

  /** Every other width: the platform's own operation, then a look at what it changed. */
  private executeOnView(operation: number, type: number, offset: number, a: Value, b: Value): Value {
    const word = (offset >> 3) << 1
    const low = this.words[word]!
    const high = this.words[word + 1]!
    const view = this.view(type) as Int32Array
    const result = callNative(operation, view, offset / view.BYTES_PER_ELEMENT, a as number, b as number) as Value
    if (this.words[word] !== low) this.log(word, low, this.words[word]!)
    if (this.words[word + 1] !== high) this.log(word + 1, high, this.words[word + 1]!)
    return result
  }

  /** Whether the cell holds this value, as compareExchange and wait compare. */
  holds(type: number, offset: number, value: Value): boolean {
    if (type === INT32) return this.words[offset >> 2] === ((value as number) | 0)
    const view = this.view(type)
    const index = offset / view.BYTES_PER_ELEMENT
    // Through a typed array of one element, so that the value is truncated as the platform truncates it.
    const one = new INTEGER_VIEWS[type]!(1)
    one[0] = value as never
    return view[index] === one[0]
  }

  /** The cell's value in the search's own memory. */
  value(type: number, offset: number): Value {
    const view = this.view(type)
    return view[offset / view.BYTES_PER_ELEMENT]!
  }

  private view(type: number): IntegerView {
    this.views ??= INTEGER_VIEWS.map((view) => new view(this.words.buffer as ArrayBuffer))
    return this.views[type]!
  }

  /** Brings what the model's code sees up to date. */
  publish(): void {
    const { words, sharedWords } = this
    if (sharedWords.length > FEW_WORDS) sharedWords.set(this.reachable)
    else for (let word = 0; word < sharedWords.length; word++) sharedWords[word] = words[word]!
    for (const own of this.own) own.write(this.words)
  }
}

function mix(word: number, value: number): number {
  let x = Math.imul(value ^ Math.imul(word + 1, 0x9e3779b1), 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return x ^ (x >>> 16)
}

function mix2(word: number, value: number): number {
  let x = Math.imul((value + 0x7f4a7c15) ^ Math.imul(word + 0x165667b1, 0x27d4eb2f), 0x2c1b3c6d)
  x ^= x >>> 12
  x = Math.imul(x, 0x297a2d39)
  return x ^ (x >>> 15)
}
