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

/** Where there is one: it compares 16 kB in 1.2 µs, a loop over the words in 30. */
const compareBytes = (globalThis as { Buffer?: { compare(a: Uint8Array, b: Uint8Array): number } }).Buffer?.compare

export class Memory {
  readonly shared: SharedArrayBuffer
  readonly sharedWords: Int32Array
  readonly words: Int32Array
  readonly #bytes: Uint8Array
  /** Both as bytes, without the word that nobody reaches. */
  readonly #compared: readonly [Uint8Array, Uint8Array]
  /** The words that have a twin in `shared`. */
  readonly #reachable: Int32Array
  readonly #views: readonly IntegerView[]
  /** Hash of all words, kept up with every write; two halves, so that 64 bits must collide. */
  hash = 0
  hash2 = 0
  logWord = new Int32Array(1024)
  logOld = new Int32Array(1024)
  logNew = new Int32Array(1024)
  logged = 0

  constructor(bytes: number) {
    if (!Number.isInteger(bytes) || bytes <= 0 || bytes % 4 !== 0)
      throw new RangeError(`Cannot explore a memory of ${bytes} bytes: a multiple of 4 is needed`)
    // Of our own there may be a word more, which nobody reaches: cells of 64 bits are pairs of words.
    const size = (bytes + 7) & ~7
    this.shared = new SharedArrayBuffer(bytes)
    this.sharedWords = new Int32Array(this.shared)
    const own = new ArrayBuffer(size)
    this.words = new Int32Array(own)
    this.#reachable = this.words.subarray(0, bytes >> 2)
    this.#bytes = new Uint8Array(own)
    this.#compared = [new Uint8Array(own, 0, bytes), new Uint8Array(this.shared)]
    this.#views = INTEGER_VIEWS.map((type) => new type(own))
  }

  /** The first word in which `shared` is not what the operations left; -1 if none: only plain writes make one. */
  firstDifference(): number {
    if (compareBytes?.(...this.#compared) === 0) return -1
    const { words, sharedWords } = this
    for (let word = 0; word < sharedWords.length; word++) if (words[word] !== sharedWords[word]) return word
    return -1
  }

  /** What the shared memory holds now is what every execution begins with. */
  begin(): void {
    this.words.set(this.sharedWords)
    this.logged = 0
  }

  /** Changes a word and logs it. */
  write(word: number, value: number): void {
    const old = this.words[word]!
    if (old === value) return
    this.words[word] = value
    this.#log(word, old, value)
  }

  #log(word: number, old: number, value: number): void {
    const at = this.logged++
    if (at === this.logWord.length) this.#grow()
    this.logWord[at] = word
    this.logOld[at] = old
    this.logNew[at] = value
    this.hash = (this.hash + mix(word, value) - mix(word, old)) | 0
    this.hash2 = (this.hash2 + mix2(word, value) - mix2(word, old)) | 0
  }

  #grow(): void {
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
    return this.#bytes[offset]!
  }

  /** Executes one operation of Atomics; returns what it returns. */
  execute(operation: number, type: number, offset: number, a: Value, b: Value): Value {
    if (type !== INT32) return this.#executeOnView(operation, type, offset, a, b)
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
  #executeOnView(operation: number, type: number, offset: number, a: Value, b: Value): Value {
    const word = (offset >> 3) << 1
    const low = this.words[word]!
    const high = this.words[word + 1]!
    const view = this.#views[type]! as Int32Array
    const result = callNative(operation, view, offset / view.BYTES_PER_ELEMENT, a as number, b as number) as Value
    if (this.words[word] !== low) this.#log(word, low, this.words[word]!)
    if (this.words[word + 1] !== high) this.#log(word + 1, high, this.words[word + 1]!)
    return result
  }

  /** Whether the cell holds this value, as compareExchange and wait compare. */
  holds(type: number, offset: number, value: Value): boolean {
    if (type === INT32) return this.words[offset >> 2] === ((value as number) | 0)
    const view = this.#views[type]!
    const index = offset / view.BYTES_PER_ELEMENT
    // Through a typed array of one element, so that the value is truncated as the platform truncates it.
    const one = new INTEGER_VIEWS[type]!(1)
    one[0] = value as never
    return view[index] === one[0]
  }

  /** The cell's value in the search's own memory. */
  value(type: number, offset: number): Value {
    const view = this.#views[type]!
    return view[offset / view.BYTES_PER_ELEMENT]!
  }

  /** Brings what the model's code sees up to date. */
  publish(): void {
    this.sharedWords.set(this.#reachable)
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
