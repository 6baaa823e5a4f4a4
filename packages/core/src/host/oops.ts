/** Oopses and warnings in words. */
import { Oops, Op, Warning } from "../../built/layout.js"
import { OopsError } from "../errors.js"

/** What an oops says, of the three words that come with it. */
export type Words = (a: number, b: number, c: number) => string
export type OopsTable = Readonly<Record<number, readonly [code: string, words: Words]>>

export const hex = (n: number) => `0x${(n >>> 0).toString(16)}`

/** Those that any build can find. */
const OOPSES: OopsTable = {
  [Oops.UseAfterFree]: [
    "USE_AFTER_FREE",
    (a, b, c) =>
      a === 0
        ? "A record is used at address 0"
        : `Record ${hex(a)} is used after thread ${c} freed it (generation ${b})`,
  ],
  [Oops.DoubleFree]: [
    "DOUBLE_FREE",
    (a, b) => `Record ${hex(a)} is freed twice, or taken while in use (generation ${b})`,
  ],
  [Oops.SelfDeadlock]: ["SELF_DEADLOCK", (a, b) => `Thread ${b} locks ${hex(a)}, which it holds`],
  [Oops.ForeignUnlock]: ["FOREIGN_UNLOCK", (a, b, c) => `Thread ${b} unlocks ${hex(a)}, which thread ${c} holds`],
  [Oops.LockNotHeld]: ["LOCK_NOT_HELD", (a, b) => `Thread ${b} does not hold lock ${hex(a)}`],
  [Oops.SynchronizeInsideSection]: [
    "SYNCHRONIZE_INSIDE_SECTION",
    () => "A thread waits for a grace period in its own read section",
  ],
  [Oops.DeadText]: [
    "DEAD_TEXT",
    (a, b, c) =>
      `${c === Op.Deferred ? "A function is called of" : `Fence ${hex(a)} leads into the text of`} a module that is gone (text ${hex(b)})`,
  ],
  [Oops.DeadLock]: [
    "DEAD_LOCK",
    (a, b) =>
      a === 0
        ? `Shared lock ${hex(b)} is used, of a module that is gone`
        : `Fence ${hex(a)} is guarded by a lock of a module that is gone`,
  ],
  [Oops.DeadTimeline]: ["DEAD_TIMELINE", (a) => `Fence ${hex(a)} leads to a timeline of a module that is gone`],
  [Oops.ModuleUnderflow]: [
    "MODULE_UNDERFLOW",
    (a, b) => `A reference to module ${hex(a)} is dropped that nobody held (count was ${b})`,
  ],
  [Oops.OwnerDead]: ["EOWNERDEAD", (a, b) => `Lock ${hex(a)} is held by thread ${b}, which died, and was reclaimed`],
  [Oops.ReclaimHeldUp]: [
    "RECLAIM_HELD_UP",
    (a, b) => `Clearing up waits for lock ${hex(a)} of thread ${b}: if that died, reclaim it first`,
  ],
  [Oops.SlabNotEmpty]: [
    "SLAB_NOT_EMPTY",
    (a, b) => `Module ${hex(a)} takes its slab away with ${b} fences in use. Those that nobody holds go by barrier()`,
  ],
  [Oops.ReturnIntoDeadText]: [
    "RETURN_INTO_DEAD_TEXT",
    (a, b) => `A function called for ${hex(a)} came back into the text of a module that is gone (text ${hex(b)})`,
  ],
  [Oops.BrokenList]: ["BROKEN_LIST", (a) => `A list at ${hex(a)} never ends, or leads astray: the heap is damaged`],
  [Oops.NoFamily]: [
    "NO_FAMILY",
    (a) => `${hex(a)} is, or leads to, what this heap does not carry: the heap is damaged`,
  ],
  [Oops.NoLock]: ["NO_LOCK", (a, b) => `Lock ${hex(a)} holds ${hex(b)}, which no thread put there`],
}

/** Those that only checked builds find, or that only families can come to (`oops-beyond.ts`). */
let beyond: OopsTable = {}
let warningsBeyond: WarningTable = {}

export function provideOopses(table: OopsTable, warnings: WarningTable): void {
  beyond = table
  warningsBeyond = warnings
}

/** Makes the error for an oops in a thread. */
export function oopsError(thread: string, code: number, a: number, b: number, c: number): OopsError {
  const [name, words] = OOPSES[code] ?? beyond[code] ?? [`OOPS_${code}`, () => `Oops ${code} at ${hex(a)}`]
  return new OopsError(name, words(a, b, c), thread, a, [b, c])
}

/** An oops in the host's part of the work: a name that cannot be read, a function number that means nothing. */
export function hostOops(thread: string, code: string, message: string, record: number): OopsError {
  return new OopsError(code, message, thread, record, [0, 0])
}

/** A thread is about to sleep until another seat of the same JavaScript thread gives something back. */
export function ownThreadOops(thread: string, holder: string, what: string, record: number): OopsError {
  const message = `Thread "${thread}" waits for ${what}, which is thread "${holder}"'s: both are seats of one JavaScript thread`
  return hostOops(thread, "SELF_DEADLOCK", message, record)
}

/** A fence that was made for the length of a call, and that somebody else still holds when that returns. */
export function scopeOops(thread: string, fence: number, what: string, others: number): OopsError {
  return hostOops(
    thread,
    "SCOPE_OUTLIVED",
    `Fence ${what} ends with its scope, and is held (references: ${others})`,
    fence,
  )
}

/** What is wrong and survivable. */
export interface OutliveWarning {
  readonly kind:
    | "released-pending"
    | "different-contexts"
    | "container-reserved"
    | "rcu-stall"
    | "lost-reference"
    | "seat-kept"
    | "stuck-fence"
  readonly message: string
  /** Name of the thread concerned. */
  readonly thread: string
}

export type WarningTable = Readonly<Record<number, readonly [kind: OutliveWarning["kind"], words: Words]>>

const WARNINGS: WarningTable = {
  [Warning.ReleasedPending]: [
    "released-pending",
    (a) => `Fence ${hex(a)} was released with callbacks waiting: signaled with EDEADLK`,
  ],
  [Warning.DifferentContexts]: [
    "different-contexts",
    (a, b) => `Fences ${hex(a)} and ${hex(b)} are of different contexts: neither is later`,
  ],
}

export function engineWarning(thread: string, code: number, a: number, b: number): OutliveWarning {
  const [kind, words] = (WARNINGS[code] ?? warningsBeyond[code])!
  return { kind, thread, message: words(a, b, 0) }
}
