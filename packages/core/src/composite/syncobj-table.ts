/** Syncobjs under numbers, as a device hands them out: calls take several at once, check them all, and then act. */
import { show } from "../entrance/numbers.js"
import { listOf, optionsOf } from "../entrance/words.js"
import { errnoError, runAll } from "../errors.js"
import { assertSeat } from "../seat/assert-seat.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { promised } from "../waiting/promise.js"
import { Syncobj } from "./syncobj.js"

/** What a wait may be told, as bits. */
export const SyncobjFlags = { all: 1, forSubmit: 2, available: 4 } as const
const KNOWN_FLAGS = SyncobjFlags.all | SyncobjFlags.forSubmit | SyncobjFlags.available

/**
 * The kernel's ioctl interface: a number for each syncobj, errno names for whatever is refused, and nothing changed then.
 * @example
 * const table = new SyncobjTable(thread)
 * const done = table.create()
 * table.waitSync([done], { flags: SyncobjFlags.forSubmit, timeoutMs: 100 })
 */
export class SyncobjTable {
  readonly thread: Seat
  readonly #objects = new Map<number, Syncobj>()
  #next = 1

  constructor(thread: Seat) {
    this.thread = assertSeat(thread)
  }

  /** A new one: its number. @throws HeapError FULL */
  create(options: { readonly signaled?: boolean } = {}): number {
    return this.adopt(Syncobj.create(this.thread, options))
  }

  /** Takes over a handle: its number. */
  adopt(syncobj: Syncobj): number {
    addressIn(this.thread, syncobj, "syncobj", Syncobj)
    this.#objects.set(this.#next, syncobj)
    return this.#next++
  }

  /** @throws FenceError EINVAL for a number that none has */
  destroy(handle: number): void {
    const syncobj = this.#objects.get(handle)
    if (!syncobj) throw errnoError("EINVAL", `Cannot destroy syncobj ${show(handle)}: there is none`)
    this.#objects.delete(handle)
    syncobj.drop()
  }

  /** The syncobj under a number; the table keeps the handle. @throws FenceError ENOENT */
  get(handle: number): Syncobj {
    const syncobj = this.#objects.get(handle)
    if (!syncobj) throw errnoError("ENOENT", `Cannot find syncobj ${show(handle)}: there is none`)
    return syncobj
  }

  /** Empties all of them, or none. @throws FenceError EINVAL for no numbers, ENOENT */
  reset(handles: readonly number[]): void {
    for (const syncobj of this.#some(handles, "reset")) syncobj.reset()
  }

  /** Completes all of them (or a point of each), or none. @throws FenceError EINVAL for no numbers, ENOENT; HeapError FULL */
  signal(handles: readonly number[], points: readonly bigint[] = []): void {
    listOf("points", points)
    this.#some(handles, "signal").forEach((syncobj, i) => syncobj.signal(points[i] ?? 0n))
  }

  /** The last points of all of them. @throws FenceError EINVAL for no numbers, ENOENT */
  query(handles: readonly number[], options: { readonly lastSubmitted?: boolean } = {}): bigint[] {
    return this.#some(handles, "query").map((syncobj) => syncobj.query(options))
  }

  /** Index of the first that is there. Of no numbers, 0. @throws FenceError EINVAL, ENOENT, ETIME */
  waitSync(handles: readonly number[], options: SyncobjTableWait = {}): number {
    return Syncobj.waitSync(this.#points(handles, options), waitOptions(options))
  }

  /** The same as a promise. */
  wait(handles: readonly number[], options: SyncobjTableWait = {}): Promise<number> {
    return promised(() => Syncobj.wait(this.#points(handles, options), waitOptions(options)))
  }

  /** Drops every handle. */
  close(): void {
    const syncobjs = [...this.#objects.values()]
    this.#objects.clear()
    runAll(syncobjs.map((syncobj) => () => syncobj.drop()))
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #some(handles: readonly number[], what: string): Syncobj[] {
    if (listOf("handles", handles).length === 0) throw errnoError("EINVAL", `Cannot ${what} no syncobjs`)
    return handles.map((handle) => this.get(handle))
  }

  #points(handles: readonly number[], options: SyncobjTableWait) {
    const { flags = 0, points = [] } = optionsOf("a wait", options)
    listOf("handles", handles)
    listOf("points", points)
    if (!Number.isInteger(flags))
      throw errnoError("EINVAL", `Cannot wait with flags ${show(flags)}: a number is needed`)
    if ((flags & ~KNOWN_FLAGS) !== 0)
      throw errnoError("EINVAL", `Cannot wait with flags 0x${(flags >>> 0).toString(16)}: not all of them are known`)
    return handles.map((handle, i) => ({ syncobj: this.get(handle), point: points[i] ?? 0n }))
  }
}

/** What to wait for. */
export interface SyncobjTableWait {
  /** Of `SyncobjFlags`. */
  readonly flags?: number
  /** A point for each; 0, or none, for the place itself. */
  readonly points?: readonly bigint[]
  /** Default: forever. 0 asks once. */
  readonly timeoutMs?: number
}

function waitOptions({ flags = 0, timeoutMs = Infinity }: SyncobjTableWait) {
  return {
    all: (flags & SyncobjFlags.all) !== 0,
    forSubmit: (flags & SyncobjFlags.forSubmit) !== 0,
    available: (flags & SyncobjFlags.available) !== 0,
    timeoutMs,
  }
}
