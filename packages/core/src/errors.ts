/** Every error class of the package; each error has a `code` that programs can test. */

/** What is common to all: a message for people, a code for programs. Each class says its name itself, for minifiers give classes other names. */
export class OutliveError extends Error {
  /** A word in capitals that does not change between versions. */
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * A heap, or a thread's attachment to it, that cannot be used so. Codes: FULL, MISMATCH, NO_THREAD, DETACHED, CLOSED,
 * HELD (a lock, a section or an operation is open), TIMED_OUT, UNSUPPORTED, NOT_IMPORTED (a page has no such build of the engine).
 */
export class HeapError extends OutliveError {
  override readonly name: string = "HeapError"
}

/** A module that cannot be used or unloaded. Codes: NOT_LIVE, IN_USE, PENDING, NOT_LINKED, MISMATCH, TIMED_OUT. */
export class ModuleError extends OutliveError {
  override readonly name: string = "ModuleError"
}

/** A fence that cannot be used so, or that completed with an error. Codes: STALE, FOREIGN, ALREADY_SIGNALED, or an errno's name. */
export class FenceError extends OutliveError {
  override readonly name: string = "FenceError"
  /** The negative error number, when the fence completed with one. */
  readonly errno: number | undefined
  constructor(code: string, message: string, errno?: number) {
    super(code, message)
    this.errno = errno
  }
}

/**
 * A broken invariant: our kernel oops. `code` names it; the numbers are the records concerned.
 * In a kernel the machine would be lost; here the operation is, and the thread's read sections end.
 */
export class OopsError extends OutliveError {
  override readonly name: string = "OopsError"
  /** Name of the thread in which it happened. */
  readonly thread: string
  /** The record concerned, usually a fence's address. */
  readonly record: number
  /** Two details, whose meaning depends on the code. */
  readonly details: readonly [number, number]
  constructor(code: string, message: string, thread: string, record: number, details: readonly [number, number]) {
    super(code, message)
    this.thread = thread
    this.record = record
    this.details = details
  }
}

/** Linux error numbers that fences complete with, by name. */
const ERRNO_NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  3: "ESRCH",
  4: "EINTR",
  5: "EIO",
  11: "EAGAIN",
  12: "ENOMEM",
  16: "EBUSY",
  19: "ENODEV",
  22: "EINVAL",
  35: "EDEADLK",
  62: "ETIME",
  71: "EPROTO",
  110: "ETIMEDOUT",
  125: "ECANCELED",
  114: "EALREADY",
  130: "EOWNERDEAD",
  512: "ERESTARTSYS",
}

/** Linux error numbers by name, for what refuses as the kernel does. */
const ERRNOS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(ERRNO_NAMES).map(([number, name]) => [name, -Number(number)]),
)

/** The error that a kernel function would return this number for: `code` is its name, `errno` the negative number. */
export function errnoError(name: string, message: string): FenceError {
  return new FenceError(name, message, ERRNOS[name])
}

/** Name of a (negative) error number: "EIO" for -5. @throws RangeError for what is no whole number */
export function errnoName(errno: number): string {
  if (!Number.isInteger(errno))
    throw new RangeError(
      `Cannot name error ${typeof errno === "number" ? errno : `of type ${typeof errno}`}: a whole number is needed`,
    )
  return ERRNO_NAMES[-errno] ?? `E${-errno}`
}

/** So many of several errors stand in the message of the one for all; all of them are in its `errors`. */
const MOST_TOLD = 3

/** One error for several: itself when there is one, else an AggregateError with all of them, in the order they came. */
export function combined(errors: readonly unknown[]): unknown {
  if (errors.length === 1) return errors[0]
  const messages = errors.slice(0, MOST_TOLD).map((error) => (error instanceof Error ? error.message : String(error)))
  const rest = errors.length > MOST_TOLD ? ` and ${errors.length - MOST_TOLD} more` : ""
  return new AggregateError(errors, `${errors.length} errors: ${messages.join("; ")}${rest}`)
}

/** Runs something, and something afterwards in any case. Of two exceptions both are told. */
export function withCleanup<T>(body: () => T, cleanup: () => void): T {
  let result: T
  try {
    result = body()
  } catch (error) {
    try {
      cleanup()
    } catch (late) {
      throw combined([error, late])
    }
    throw error
  }
  cleanup()
  return result
}

/** The same, where the body has thrown this already: for hot paths, on which a function to call would cost. */
export function throwAfter(error: unknown, cleanup: () => void): never {
  return withCleanup(() => {
    throw error
  }, cleanup)
}

/** Runs all of these, whatever one of them throws; throws what they threw. */
export function runAll(bodies: Iterable<() => void>): void {
  const errors: unknown[] = []
  for (const body of bodies) {
    try {
      body()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw combined(errors)
}

/** Lets an exception surface as one that nobody caught, where there is nobody to catch it: a user's callback threw it. */
export function surface(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void }
  if (reportError) reportError(error)
  else
    queueMicrotask(() => {
      throw error
    })
}
