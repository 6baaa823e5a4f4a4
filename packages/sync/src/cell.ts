/** A value that all threads read without a lock, and any of them replaces. */
import {
  MADE,
  type Seat,
  type SharedObjectToken,
  assertSeat,
  callable,
  given,
  objectTypes,
  optionsOf,
  overBy,
  synchronous,
  versions,
} from "@outlive/core/building"
import { type Bytes, bytesOf, isUint8Array } from "./bytes.js"
import { type Codec, JSON_TEXT } from "./codec.js"
import { endlessUpdate } from "./errors.js"
import { SyncHandle, openSync } from "./sync-handle.js"
import { blocksFor, mostBytesIn, readVersion, writeVersion } from "./version-words.js"

/** How values become bytes. */
export interface CellOptions<T, From = T> {
  /** Default: JSON. All threads need the same. */
  readonly codec?: Codec<T, From>
}

/** A version as it was found. */
interface Found {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly first: number
  readonly generation: number
}

/** Whatever is there is replaced. */
const ANY = 0

/** So often in a row a function that updates a cell may have replaced its value itself. */
const MOST_OWN = 8

/**
 * A value that threads read while others replace it (read, copy, update). A reader copies the version that it finds, whole, takes no
 * lock and keeps nobody waiting; versions that nobody reads any more are given back after a grace period. What a writer that died had
 * not published was never there.
 * @example
 * using settings = Cell.create(thread, { volume: 3 })
 * worker.postMessage(settings.share()) // the worker: Cell.open(thread, token).get().volume
 * settings.update((value) => ({ ...value, volume: value.volume + 1 }))
 */
export class Cell<T, From = T> extends SyncHandle {
  readonly #codec: Codec<T, From>
  /** No version has more bytes: as many as all the heap's blocks. */
  readonly #most: number

  private constructor(key: typeof MADE, thread: Seat, address: number, codec: Codec<T, From>) {
    super(key, thread, address)
    this.#codec = codec
    this.#most = mostBytesIn(thread)
  }

  protected override get what(): string {
    return "cell"
  }

  /** One with this value in it. @throws TypeError; what the codec throws; HeapError FULL (an object, and a block of `lists` for each 44 bytes), DETACHED */
  static create<T, From>(thread: Seat, value: From, options: Required<CellOptions<T, From>>): Cell<T, From>
  static create<T>(thread: Seat, value: T, options?: CellOptions<T>): Cell<T>
  static create<T>(thread: Seat, value: T, options: CellOptions<T> = {}): Cell<T> {
    assertSeat(thread)
    const codec = codecIn(options)
    const draft = encoded(codec, value)
    assertFits(thread, draft, mostBytesIn(thread))
    const { engine, heap } = thread
    const create = () => {
      const first = engine.createVersion(thread.record, draft.length)
      if (first === 0) return 0
      writeVersion(thread, first, draft)
      const object = engine.createVersions(thread.record, first)
      if (object === 0) thread.told(thread.ask.discardVersion(thread.record))
      return object
    }
    const address = thread.make(
      () =>
        heap.accounts().objects.free === 0
          ? heap.fullError("objects")
          : heap.fullError("lists", blocksFor(draft.length)),
      create,
    )
    return new Cell(MADE, thread, address, codec)
  }

  /** The cell that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open<T, From = T>(
    thread: Seat,
    token: SharedObjectToken<Cell<unknown>>,
    options: CellOptions<T, From> = {},
  ): Cell<T, From> {
    const codec = codecIn(options)
    return new Cell(MADE, thread, openSync(thread, token, "cell", objectTypes.Versions), codec)
  }

  /** The value, as it was at some moment during the call. @throws what the codec throws; FenceError STALE; HeapError DETACHED */
  get(): T {
    return this.#codec.decode(this.#find().bytes)
  }

  /** Calls a function with the bytes of the value, without decoding them; they are a copy. @throws TypeError; what the function throws; as `get` */
  read<R>(body: (bytes: Uint8Array<ArrayBuffer>) => R): R {
    callable("what reads a cell", body)
    return body(this.#find().bytes)
  }

  /** Replaces the value, whatever it is. @throws what the codec throws; HeapError FULL, DETACHED: the value stays; FenceError STALE */
  set(value: From): void {
    this.#publish(encoded(this.#codec, value), ANY, ANY)
  }

  /**
   * Replaces the value by what a function makes of it, and returns that. When another thread replaces it meanwhile the function is called
   * again, with the new one. @throws TypeError for an async function; OopsError SELF_DEADLOCK for one that itself replaces the value at
   * every call; what the function throws; as `set`
   */
  update(body: (value: T) => From): From {
    synchronous("what updates a cell", body)
    for (let own = 0; ;) {
      const { replaced } = this.local
      const { bytes, first, generation } = this.#find()
      const value = overBy("what updates a cell", body(this.#codec.decode(bytes))) as From
      if (this.#publish(encoded(this.#codec, value), first, generation)) return value
      // Another thread comes to the end of its update by that; what the function does itself, it does again.
      own = this.local.replaced === replaced ? 0 : own + 1
      if (own === MOST_OWN) throw endlessUpdate(this.thread, this.address)
    }
  }

  #find(): Found {
    const { thread, usable } = this
    const { engine, record, heap } = thread
    engine.readLock(record)
    try {
      const first = engine.readCell(usable + versions.current)
      return { bytes: readVersion(thread, first, this.#most), first, generation: heap.word(first) }
    } finally {
      engine.readUnlock(record)
    }
  }

  #publish(draft: Bytes, expected: number, generation: number): boolean {
    const { thread } = this
    const { ask, engine, record } = thread
    // Before the version is made: nothing comes between that and its publication.
    const object = this.use()
    try {
      assertFits(thread, draft, this.#most)
      const first = thread.make(
        () => thread.heap.fullError("lists", blocksFor(draft.length)),
        () => engine.createVersion(record, draft.length),
      )
      writeVersion(thread, first, draft)
      const isDone = thread.told(ask.publishVersion(record, object, first, expected, generation)) === 1
      if (isDone) this.local.replaced++
      else thread.told(ask.discardVersion(record))
      return isDone
    } finally {
      this.endUse()
    }
  }
}

/** What can never fit takes no block from anybody while it is found to be so. @throws HeapError FULL */
function assertFits({ heap }: Seat, { length }: Bytes, most: number): void {
  if (length > most) throw heap.fullError("lists", blocksFor(length))
}

function codecIn<T, From>(options: CellOptions<T, From>): Codec<T, From> {
  const codec = given(optionsOf("a cell", options).codec, JSON_TEXT as Codec<T, From>)
  const { encode, decode } = optionsOf("codec", codec)
  callable("encode", encode)
  callable("decode", decode)
  return codec
}

/** @throws TypeError when the codec makes no bytes */
function encoded<From>(codec: Codec<unknown, From>, value: From): Bytes {
  const bytes = codec.encode(value)
  if (isUint8Array(bytes)) return bytesOf("keep", bytes)
  throw new TypeError("Cannot keep a value: its codec's encode() returned no Uint8Array")
}
