/** The visible operations, by number (they are compared and switched over in the innermost loops), and their classes. */

export const LOAD = 0
export const STORE = 1
export const ADD = 2
export const SUB = 3
export const AND = 4
export const OR = 5
export const XOR = 6
export const EXCHANGE = 7
export const COMPARE_EXCHANGE = 8
export const WAIT = 9
export const NOTIFY = 10
/** The second half of a wait that went to sleep. */
export const WAKE = 11
export const ALLOCATE = 12
export const FREE = 13
/** The thread has returned or thrown: nothing is pending. */
export const END = 14
/** Of an asynchronous thread: asks to be told; has nothing to do until something arrives, and takes it. */
export const WAIT_ASYNC = 15
export const RESUME = 16
export const SET_TIMER = 17
export const CLEAR_TIMER = 18
/** A thread's clock brings the timer that is due. */
export const EXPIRE = 19
/** Posts a message to a port; from now on what is posted to a port arrives at the thread. */
export const POST = 20
export const LISTEN = 21
/** The thread's code runs to its first operation: a step where it accesses memory plainly on the way, and plain races are no failure. */
export const START = 22

export const OPERATION_NAMES: readonly string[] = [
  "load",
  "store",
  "add",
  "sub",
  "and",
  "or",
  "xor",
  "exchange",
  "compareExchange",
  "wait",
  "notify",
  "wake",
  "allocate",
  "free",
  "end",
  "waitAsync",
  "resume",
  "setTimer",
  "clearTimer",
  "expire",
  "post",
  "listen",
  "start",
]

/** What a step does to others, as bits. One that fails to exchange is a read. */
export const READS = 1
export const WRITES = 2
/** Goes to sleep: joins the queue of its cell. */
export const ENQUEUES = 4
/** Wakes somebody. */
export const NOTIFIES = 8
/** A notify that finds nobody. */
export const NOTIFIES_NONE = 16
/** Wakes by timeout: leaves the queue. */
export const TIMES_OUT = 32
/** Arrives at a thread; changes, or looks at, its timers. Whose: from bit 9 on. */
export const ARRIVES = 64
export const TICKS = 128
/** Posts to a port, or listens on it. Which: from bit 14 on. */
export const POSTS = 256
export const OWNER_SHIFT = 9
export const PORT_SHIFT = 14
export const OWNER_MASK = (1 << (PORT_SHIFT - OWNER_SHIFT)) - 1
export const ACCESSES = READS | WRITES
export const QUEUES = ENQUEUES | NOTIFIES | NOTIFIES_NONE | TIMES_OUT

/** Element types of the views that Atomics accepts, by number. */
export const INT32 = 4
export const BIG_INT64 = 6
export const INTEGER_VIEWS = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
] as const
export type IntegerView = InstanceType<(typeof INTEGER_VIEWS)[number]>
export type Value = number | bigint

const TYPE_NUMBERS = new Map<string, number>(INTEGER_VIEWS.map((type, number) => [type.name, number]))

/** Number of a view's element type; -1 if Atomics refuses it. By name, because a test runner may have realms of its own. */
export function typeNumber(view: IntegerView): number {
  if (view instanceof INTEGER_VIEWS[INT32]) return INT32
  return TYPE_NUMBERS.get((view as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag]) ?? -1
}
