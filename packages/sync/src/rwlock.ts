/** Many readers, or one writer. */
import {
  MADE,
  type AsyncWaitOptions,
  type Seat,
  type SharedObjectToken,
  type UntimedWaitOptions,
  type WaitOptions,
  hostOops,
  objectTypes,
  ownThreadOops,
} from "@outlive/core/building"
import { assertAnswered } from "./errors.js"
import { Guard } from "./guard.js"
import { type Local, readerBeside } from "./local.js"
import { SyncHandle, createSync, openSync } from "./sync-handle.js"
import type { Waited } from "./waiting.js"
import { DIED, FREE, NO, OWNER_DIED, PARKED, WORD, YES } from "./words.js"

/** Lanes of promises (`Waited.lane`). */
const READERS = 0
const WRITERS = 1

/** Reads, for one task. Tasks of one thread read at the same time. */
export class ReadGuard extends Guard<RwLock> {
  protected override get what(): string {
    return "rwlock"
  }

  protected override take({ thread, local }: RwLock, address: number): number {
    // A writer that has come goes first: else the tasks of this thread could keep it waiting for ever.
    if (local.readers > 0) return this.#join(local, thread.engine.readCell(address + WORD), false)
    const answer = thread.engine.takeRead(thread.record, address)
    if (answer !== NO) local.readers = 1
    return answer
  }

  /** Here a writer that has come does not go first: it may wait for another reader of this very thread. */
  protected override takePatiently(lock: RwLock, address: number): number {
    const { thread, local } = lock
    if (local.readers === 0) return this.take(lock, address)
    return this.#join(local, thread.engine.readCell(address + WORD), true)
  }

  protected override waited(lock: RwLock, address: number, maySleep: boolean): Waited<number> {
    const { thread, local } = lock
    const { engine } = thread
    const attempt = (map: number): number | undefined => {
      if (local.readers > 0) return this.#joinOrHang(lock, address, map)
      const answer = engine.awaitRead(thread.record, address, map)
      if (answer !== NO) return ((local.readers = 1), answer)
      if (maySleep) assertAnswered(lock, address, "rwlock")
      return undefined
    }
    return { attempt, late: () => NO, lane: READERS }
  }

  protected override give({ thread, local }: RwLock, address: number): void {
    if (--local.readers === 0) thread.engine.giveRead(thread.record, address)
  }

  /** This thread reads already: one more. */
  #join(local: Local, word: number, evenIfAwaited: boolean): number {
    if (!evenIfAwaited && word !== FREE && word !== DIED) return NO
    local.readers++
    return word === DIED ? OWNER_DIED : YES
  }

  #joinOrHang({ thread, local }: RwLock, address: number, map: number): number | undefined {
    const { engine } = thread
    for (;;) {
      const seen = engine.readCell(address + WORD)
      const answer = this.#join(local, seen, false)
      if (answer !== NO) return answer
      if (engine.hangUp(thread.record, address, seen, PARKED, map) === 1) return undefined
    }
  }
}

/** Writes, for one task: nobody else reads or writes. */
export class WriteGuard extends Guard<RwLock> {
  protected override get what(): string {
    return "rwlock"
  }
  /** Readers are waited for, and the word is had already: how it was taken. */
  private taken: number

  /** @internal */
  constructor(lock: RwLock) {
    super(lock)
    this.taken = NO
  }

  protected override take({ thread }: RwLock, address: number): number {
    const { engine, record } = thread
    const answer = engine.takeOwned(record, address)
    if (answer === NO || engine.awaitDrain(address) === 1) return answer
    giveAsFound(thread, address, answer)
    return NO
  }

  protected override takePatiently({ thread, local }: RwLock, address: number): number {
    // It would wait for itself: `waited` says so.
    if (local.readers > 0) return NO
    const { engine, record } = thread
    this.taken = engine.spinOwned(record, address)
    if (this.taken === NO || engine.beginDrain(address, 1) === 0) return NO
    return this.#got()
  }

  protected override waited(lock: RwLock, address: number, maySleep: boolean): Waited<number> {
    return maySleep ? this.#sleeping(lock, address) : promisedWriter(lock, address)
  }

  #sleeping(lock: RwLock, address: number): Waited<number> {
    const { thread } = lock
    const { engine } = thread
    if (lock.local.readers > 0)
      throw hostOops(
        thread.name,
        "SELF_DEADLOCK",
        `Thread "${thread.name}" would sleep for rwlock 0x${address.toString(16)}, which it reads itself`,
        address,
      )
    const giveUp = () => {
      if (this.taken !== NO) giveAsFound(thread, address, this.#got())
    }
    return {
      attempt: (map) => {
        const hadIt = this.taken !== NO
        if (!hadIt) this.taken = engine.awaitOwned(thread.record, address, map)
        if (this.taken === NO) assertAnswered(lock, address, "rwlock")
        else if ((hadIt ? engine.awaitDrain(address) : engine.beginDrain(address, 0)) === 1) return this.#got()
        else assertNoReaderBeside(thread, address)
        return undefined
      },
      late() {
        giveUp()
        return NO
      },
      abandon: giveUp,
    }
  }

  protected override give({ thread }: RwLock, address: number): void {
    thread.engine.giveOwned(thread.record, address, FREE, 1)
  }

  #got(): number {
    const answer = this.taken
    this.taken = NO
    return answer
  }
}

/**
 * A promise to write. The word is had by all of this thread's promises that wait to write, and the first of them that finds no reader
 * writes: so it does not matter which of them looks, and they can be in one lane.
 */
function promisedWriter({ thread, local }: RwLock, address: number): Waited<number> {
  const { engine } = thread
  const got = (): number => {
    const answer = local.writing
    local.writing = NO
    return answer
  }
  local.writers++
  const giveUp = () => {
    if (--local.writers === 0 && local.writing !== NO) giveAsFound(thread, address, got())
  }
  return {
    attempt(map) {
      const hadIt = local.writing !== NO
      if (!hadIt) local.writing = engine.awaitOwned(thread.record, address, map)
      if (local.writing === NO) return undefined
      if ((hadIt ? engine.awaitDrain(address) : engine.beginDrain(address, 0)) === 0) return undefined
      local.writers--
      return got()
    },
    late() {
      giveUp()
      return NO
    },
    abandon: giveUp,
    lane: WRITERS,
  }
}

/** @throws OopsError SELF_DEADLOCK when another seat of this JavaScript thread reads, which cannot leave while that sleeps */
function assertNoReaderBeside(thread: Seat, address: number): void {
  const reader = readerBeside(thread, address)
  if (reader !== undefined)
    throw ownThreadOops(thread.name, reader.name, `the end of a read of rwlock 0x${address.toString(16)}`, address)
}

/** Gives the word back as it was found. */
function giveAsFound({ engine, record }: Seat, address: number, answer: number): void {
  engine.giveOwned(record, address, answer === OWNER_DIED ? DIED : FREE, 1)
}

/**
 * A lock that many threads read under, or one writes. A writer that has come goes first: readers that come later wait for it, so
 * a promise for reading must not be made by a task that reads already. When a writer dies and was reclaimed, readers are told
 * until the next writer has been (`ownerDied`); a reader that dies is as one that has left.
 * @example
 * using lock = RwLock.create(thread)
 * {
 *   using reading = lock.readSync()
 *   // others may read, nobody writes
 * }
 */
export class RwLock extends SyncHandle {
  protected override get what(): string {
    return "rwlock"
  }

  /** A free one. @throws HeapError FULL, UNSUPPORTED, DETACHED */
  static create(thread: Seat): RwLock {
    return new RwLock(MADE, thread, createSync(thread, objectTypes.RwLock, 0, 0))
  }

  /** The lock that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<RwLock>): RwLock {
    return new RwLock(MADE, thread, openSync(thread, token, "rwlock", objectTypes.RwLock))
  }

  /** A guard that does not read yet, and can be used again and again. */
  reader(): ReadGuard {
    return new ReadGuard(this)
  }

  /** A guard that does not write yet, and can be used again and again. */
  writer(): WriteGuard {
    return new WriteGuard(this)
  }

  /** Reads if there is no writer. @throws FenceError STALE; HeapError DETACHED */
  tryRead(): ReadGuard | undefined {
    const guard = this.reader()
    return guard.tryLock() ? guard : undefined
  }

  /** Reads, and sleeps until it can; undefined when the time was up. @throws OopsError SELF_DEADLOCK when this thread writes, or a promise of its to write waits for readers, in whichever of its attachments; FenceError STALE; HeapError DETACHED; RangeError */
  readSync(): ReadGuard
  readSync(options: WaitOptions): ReadGuard | undefined
  readSync(options?: WaitOptions): ReadGuard | undefined {
    const guard = this.reader()
    return guard.lockSync(options) ? guard : undefined
  }

  /**
   * The same as a promise. No SELF_DEADLOCK: in a task that writes itself it waits for ever, and in one that reads, if a writer has come.
   * Rejects with the abort's reason, or what the other throws.
   */
  read(options?: UntimedWaitOptions): Promise<ReadGuard>
  read(options: AsyncWaitOptions): Promise<ReadGuard | undefined>
  read(options?: AsyncWaitOptions): Promise<ReadGuard | undefined> {
    const guard = this.reader()
    return guard.lockFor(options, guard, undefined)
  }

  /** Writes if nobody reads or writes. @throws FenceError STALE; HeapError DETACHED */
  tryWrite(): WriteGuard | undefined {
    const guard = this.writer()
    return guard.tryLock() ? guard : undefined
  }

  /** Writes, and sleeps until it can; undefined when the time was up. @throws OopsError SELF_DEADLOCK when this thread reads or writes, or a promise of its to write waits for readers, in whichever of its attachments; FenceError STALE; HeapError DETACHED; RangeError */
  writeSync(): WriteGuard
  writeSync(options: WaitOptions): WriteGuard | undefined
  writeSync(options?: WaitOptions): WriteGuard | undefined {
    const guard = this.writer()
    return guard.lockSync(options) ? guard : undefined
  }

  /**
   * The same as a promise; also after the readers and writers of this thread. No SELF_DEADLOCK: in a task that reads or writes itself it
   * waits for ever. Rejects with the abort's reason, or what the other throws.
   */
  write(options?: UntimedWaitOptions): Promise<WriteGuard>
  write(options: AsyncWaitOptions): Promise<WriteGuard | undefined>
  write(options?: AsyncWaitOptions): Promise<WriteGuard | undefined> {
    const guard = this.writer()
    return guard.lockFor(options, guard, undefined)
  }
}
