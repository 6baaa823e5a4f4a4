/** A call of one of Atomics' functions as the operation it asks for: arguments coerced as the platform would. */
import { BIG_INT64, COMPARE_EXCHANGE, INT32, LOAD, NOTIFY, STORE, WAIT, WAIT_ASYNC, typeNumber } from "./operation.js"
import type { IntegerView, Value } from "./operation.js"

/** One is used again and again: nothing is allocated for a call. */
export class Call {
  type = 0
  /** Byte offsets of the cell. */
  start = 0
  end = 0
  a: Value = 0
  b: Value = 0
  /** Of a wait: whether it can time out. */
  finite = false

  /**
   * False if it is so wrong that the platform has to say it. Throws what coercion throws. `base`: where the bytes of the
   * view's buffer lie among all.
   */
  read(
    base: number,
    operation: number,
    view: IntegerView,
    index: unknown,
    a: unknown,
    b: unknown,
    timeoutMs: unknown,
  ): boolean {
    const type = typeNumber(view)
    const at = index === undefined ? 0 : integerOf(index)
    if (type < 0 || at < 0 || at >= view.length) return false
    if (
      (operation === WAIT || operation === NOTIFY || operation === WAIT_ASYNC) &&
      type !== INT32 &&
      type !== BIG_INT64
    )
      return false
    const bytes = view.BYTES_PER_ELEMENT
    this.type = type
    this.start = base + view.byteOffset + at * bytes
    this.end = this.start + bytes
    this.finite =
      (operation === WAIT || operation === WAIT_ASYNC) && timeoutMs !== undefined && +(timeoutMs as number) < Infinity
    if (operation === NOTIFY) this.a = a === undefined ? Infinity : Math.max(0, integerOf(a))
    else this.a = operation === LOAD ? 0 : coerce(a, type, operation)
    this.b = operation === COMPARE_EXCHANGE ? coerce(b, type, operation) : 0
    return true
  }
}

/** Throws a TypeError for what is a BigInt or a symbol, as the platform does. */
function integerOf(value: unknown): number {
  return Math.trunc(+(value as number)) || 0
}

/** Truncated for comparing, but `store` gives back the whole integer. */
function coerce(value: unknown, type: number, operation: number): Value {
  // Both throw a TypeError for what is of the other kind, as the platform does.
  if (type >= BIG_INT64) {
    const narrow = BigInt.asIntN(64, value as bigint)
    return operation === STORE ? (value as bigint) : narrow
  }
  const integer = integerOf(value)
  return operation === STORE ? integer : integer | 0
}
