/** Syncobjs under numbers, as a device hands them out: calls take several at once, check them all, and then act. */
import { dispose } from "../dispose.js"
import { show, wideNumber } from "../entrance/numbers.js"
import { given, listOf, optionsOf } from "../entrance/words.js"
import { errnoError, runAll } from "../errors.js"
import { assertSeat } from "../seat/assert-seat.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { promised } from "../waiting/promise.js"
import type { FenceCallback } from "../fence/fence.js"
import type { SharedObjectToken } from "./shared-object.js"
import type { SyncFile } from "./sync-file.js"
import { Syncobj } from "./syncobj.js"
import { INSPECT } from "../seat/shown.js"

/** What a wait may be told, as bits: the kernel's, and `abortOnError`, which is proposed there. */
export const SyncobjFlags = { all: 1, forSubmit: 2, available: 4, deadline: 8, abortOnError: 16 } as const
/** `available` is for points: a wait for syncobjs as such has never known it. */
const PLACE_FLAGS = SyncobjFlags.all | SyncobjFlags.forSubmit | SyncobjFlags.deadline | SyncobjFlags.abortOnError
const POINT_FLAGS = PLACE_FLAGS | SyncobjFlags.available
/** So long a transfer waits for a submission, as in the kernel. */
const TRANSFER_MS = 5_000

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

  /** @internal A line, for people. */
  [INSPECT](): string {
    return `SyncobjTable (thread "${this.thread.name}")`
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

  /** Completes all of them (or a point of each), or none. @throws FenceError EINVAL for no numbers, ENOENT; RangeError; HeapError FULL */
  signal(handles: readonly number[], points: readonly bigint[] = []): void {
    const wanted = pointsOf(points)
    this.#some(handles, "signal").forEach((syncobj, i) => syncobj.signal(wanted[i] ?? 0n))
  }

  /** The last points of all of them. @throws FenceError EINVAL for no numbers, ENOENT */
  query(handles: readonly number[], options: { readonly lastSubmitted?: boolean } = {}): bigint[] {
    return this.#some(handles, "query").map((syncobj) => syncobj.query(options))
  }

  /**
   * For each, the error with which what stands for it (or for a point of it) has failed: 0 for none. A query with
   * QUERY_FLAGS_ERROR, as proposed for the kernel. @throws FenceError EINVAL for no numbers, or where nothing was submitted; ENOENT
   */
  queryErrors(handles: readonly number[], points: readonly bigint[] = []): number[] {
    const wanted = pointsOf(points)
    return this.#some(handles, "query").map((syncobj, i) => syncobj.error(wanted[i] ?? 0n))
  }

  /** What another thread needs to open a syncobj: `handle_to_fd`. @throws FenceError ENOENT */
  share(handle: number): SharedObjectToken {
    return this.get(handle).share()
  }

  /** A number for the syncobj that another thread has shared: `fd_to_handle`. @throws TypeError, FenceError STALE, FOREIGN */
  open(token: SharedObjectToken): number {
    return this.adopt(Syncobj.open(this.thread, token))
  }

  /** A snapshot of what stands for it, or for a point of it. @throws FenceError ENOENT, EINVAL where nothing was submitted; HeapError FULL */
  exportSyncFile(handle: number, point = 0n): SyncFile {
    return this.get(handle).exportSyncFile(point)
  }

  /** Puts what a sync file holds in the place, or at a point. @throws FenceError ENOENT; HeapError FULL */
  importSyncFile(handle: number, file: SyncFile, point = 0n): void {
    this.get(handle).importSyncFile(file, point)
  }

  /** Lets one (or a point of it) stand for what another (or a point of it) stands for. @throws FenceError EINVAL, ENOENT, ETIME; HeapError FULL */
  transfer(transfer: SyncobjTransfer): void {
    const { source, destination, points, options } = this.#transferOf(transfer)
    destination.transferFrom(source, points, options)
  }

  /** The same as a promise. */
  transferAsync(transfer: SyncobjTransfer & { readonly signal?: AbortSignal }): Promise<void> {
    return promised(() => {
      const { source, destination, points, options } = this.#transferOf(transfer)
      return destination.transferFromAsync(source, points, { ...options, ...pick(transfer, "signal") })
    })
  }

  /**
   * Calls a function once, when what stands for it (or a point of it) is complete, or with `available` as soon as something is
   * submitted: the kernel's eventfd. @throws FenceError ENOENT, EINVAL for other flags; TypeError; HeapError FULL
   */
  registerEvent(handle: number, body: () => void, event: SyncobjEvent = {}): FenceCallback {
    const { flags = 0 } = optionsOf("an event", event)
    checkFlags("register an event", flags, SyncobjFlags.available)
    const available = flags !== 0
    return this.get(handle).addCallback(body, { available, ...pick(event, "point"), ...pick(event, "deadlineNs") })
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

  [dispose](): void {
    this.close()
  }

  #some(handles: readonly number[], what: string): Syncobj[] {
    const some = listOf("handles", handles)
    if (some.length === 0) throw errnoError("EINVAL", `Cannot ${what} no syncobjs`)
    return some.map((handle) => this.get(handle))
  }

  /** Flags first, then numbers, as in the kernel. */
  #points(handles: readonly number[], options: SyncobjTableWait) {
    const { flags = 0, points } = optionsOf("a wait", options)
    const all = listOf("handles", handles)
    const wanted = pointsOf(given(points, []))
    checkFlags("wait", flags, points === undefined ? PLACE_FLAGS : POINT_FLAGS)
    return all.map((handle, i) => ({ syncobj: this.get(handle), point: wanted[i] ?? 0n }))
  }

  #transferOf(transfer: SyncobjTransfer) {
    const { flags = 0, timeoutMs = TRANSFER_MS, from, to } = optionsOf("a transfer", transfer)
    const destination = this.get(optionsOf("where a transfer goes to", to).handle)
    const source = this.get(optionsOf("where a transfer comes from", from).handle)
    checkFlags("transfer", flags, SyncobjFlags.forSubmit)
    return {
      source,
      destination,
      points: { from: given(from.point, 0n), to: given(to.point, 0n) },
      options: { forSubmit: flags !== 0, timeoutMs },
    }
  }
}

/** A syncobj by its number, or a point of its timeline. */
export interface SyncobjPlace {
  readonly handle: number
  /** 0, or none, for the place itself. */
  readonly point?: bigint
}

/** What is transferred. */
export interface SyncobjTransfer {
  readonly from: SyncobjPlace
  readonly to: SyncobjPlace
  /** `SyncobjFlags.forSubmit`, or none. */
  readonly flags?: number
  /** How long to wait for a submission. Default: 5 s, as in the kernel. */
  readonly timeoutMs?: number
}

/** When an event comes. */
export interface SyncobjEvent {
  readonly point?: bigint
  /** `SyncobjFlags.available`, or none. */
  readonly flags?: number
  /** Told to the issuer of what is found, in nanoseconds since 1970. */
  readonly deadlineNs?: bigint
}

/** What to wait for. */
export interface SyncobjTableWait {
  /** Of `SyncobjFlags`. */
  readonly flags?: number
  /** A point for each; 0 for the place itself. With points it is a wait for timelines, which knows `available`. */
  readonly points?: readonly bigint[]
  /** Default: forever. 0 asks once. */
  readonly timeoutMs?: number
  /** With the flag `deadline`: told to the issuers of what is found, in nanoseconds since 1970. */
  readonly deadlineNs?: bigint
  /** For promises: when it aborts, the promise rejects with its reason. */
  readonly signal?: AbortSignal
}

function waitOptions({ flags = 0, timeoutMs = Infinity, deadlineNs = 0n, signal }: SyncobjTableWait) {
  return {
    all: (flags & SyncobjFlags.all) !== 0,
    forSubmit: (flags & SyncobjFlags.forSubmit) !== 0,
    available: (flags & SyncobjFlags.available) !== 0,
    abortOnError: (flags & SyncobjFlags.abortOnError) !== 0,
    timeoutMs,
    ...(flags & SyncobjFlags.deadline ? { deadlineNs } : {}),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** @throws FenceError EINVAL for what is no number, and for bits that are not known */
function checkFlags(what: string, flags: number, known: number): void {
  if (!Number.isInteger(flags) || flags < 0 || flags > 0xffffffff)
    throw errnoError("EINVAL", `Cannot ${what} with flags ${show(flags)}: a number of 32 bits is needed`)
  if ((flags & ~known) !== 0)
    throw errnoError("EINVAL", `Cannot ${what} with flags 0x${(flags >>> 0).toString(16)}: not all of them are known`)
}

/** @throws TypeError, RangeError for what are no points */
function pointsOf(points: readonly bigint[]): readonly bigint[] {
  return listOf("points", points).map((point) => wideNumber("a point", point))
}

/** An option, if it was given. */
function pick<T, K extends keyof T>(from: T, key: K): { [P in K]?: NonNullable<T[P]> } {
  const value = from[key]
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: NonNullable<T[P]> }
}
