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

  // Of the view:
  private viewType = 0
  private viewOffset = 0
  private viewLength = 0
  private elementBytes = 0

  /** The calls from here on are on this view. `base`: where the bytes of its buffer lie among all. */
  look(base: number, view: IntegerView): void {
    this.viewType = typeNumber(view)
    this.viewOffset = base + view.byteOffset
    this.viewLength = view.length
    this.elementBytes = view.BYTES_PER_ELEMENT
  }

  /** False if it is so wrong that the platform has to say it. Throws what coercion throws. */
  read(operation: number, index: unknown, a: unknown, b: unknown, timeoutMs: unknown): boolean {
    // Before coercion, which may call code of the model.
    const [type, offset, length, bytes] = [this.viewType, this.viewOffset, this.viewLength, this.elementBytes]
    const at = index === undefined ? 0 : integerOf(index)
    if (type < 0 || at < 0 || at >= length) return false
    const waits = operation === WAIT || operation === WAIT_ASYNC
    if ((waits || operation === NOTIFY) && type !== INT32 && type !== BIG_INT64) return false
    this.type = type
    this.start = offset + at * bytes
    this.end = this.start + bytes
    this.finite = waits && timeoutMs !== undefined && +(timeoutMs as number) < Infinity
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
