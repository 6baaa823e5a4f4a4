/** Who sleeps on which cell, and who was woken but has not gone on yet. First come, first woken. */

const AWAKE = 0
const QUEUED = 1
const NOTIFIED = 2

export class Sleepers {
  private readonly state: Uint8Array
  /** The byte offset of the cell. */
  private readonly cell: Int32Array
  /** The depth at which it went to sleep. */
  private readonly since: Int32Array
  /** The depth of the notify. */
  private readonly wokenBy: Int32Array

  constructor(threads: number) {
    this.state = new Uint8Array(threads)
    this.cell = new Int32Array(threads)
    this.since = new Int32Array(threads)
    this.wokenBy = new Int32Array(threads)
  }

  isQueued(thread: number): boolean {
    return this.state[thread] === QUEUED
  }

  /** The depth of the notify that woke a thread; -1 if none has yet. */
  wakerOf(thread: number): number {
    return this.state[thread] === NOTIFIED ? this.wokenBy[thread]! : -1
  }

  sleepsSince(thread: number): number {
    return this.since[thread]!
  }

  /** The thread that has slept on the cell for longest; -1 if none does. */
  firstOn(cell: number): number {
    let first = -1
    for (let thread = 0; thread < this.state.length; thread++) {
      if (this.state[thread] !== QUEUED || this.cell[thread] !== cell) continue
      if (first < 0 || this.since[thread]! < this.since[first]!) first = thread
    }
    return first
  }

  sleep(thread: number, cell: number, depth: number): void {
    this.state[thread] = QUEUED
    this.cell[thread] = cell
    this.since[thread] = depth
  }

  /** Wakes up to `most` threads; they are the bits of what it returns. */
  notify(cell: number, most: number, depth: number): number {
    let mask = 0
    for (let left = most; left > 0; left--) {
      const thread = this.firstOn(cell)
      if (thread < 0) break
      this.state[thread] = NOTIFIED
      this.wokenBy[thread] = depth
      mask |= 1 << thread
    }
    return mask
  }

  /** Goes on, woken or by itself. */
  leave(thread: number): void {
    this.state[thread] = AWAKE
  }

  undoNotify(mask: number): void {
    for (let left = mask; left !== 0; left &= left - 1) this.state[31 - Math.clz32(left & -left)] = QUEUED
  }

  /** Takes back that it went on: `wokenBy` is -1 if by timeout. */
  undoLeave(thread: number, cell: number, since: number, wokenBy: number): void {
    this.cell[thread] = cell
    this.state[thread] = wokenBy < 0 ? QUEUED : NOTIFIED
    this.wokenBy[thread] = wokenBy
    this.since[thread] = since
  }
}
