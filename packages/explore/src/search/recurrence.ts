/**
 * Whether an execution that does not end goes round in a circle: the memory is as it was before, and each thread has had its turn since.
 *
 * What threads keep to themselves is not seen. So a circle is no proof that nothing ends, and none (a counter of attempts grows) is no
 * proof that something does: it is told, for whoever has to find out which it is.
 */

/** So many states are remembered, of the first that there were. */
const MOST = 200_000

export interface Circle {
  /** Steps after which the memory was the same. */
  readonly from: number
  readonly to: number
}

export class Recurrence {
  private readonly firstAt = new Map<number, { readonly round: number; readonly depth: number }>()
  /** The last that was seen. */
  circle: Circle | undefined = undefined

  /** The memory before a step, by both halves of its hash. In each round every thread that can step does. */
  note(hash: number, hash2: number, round: number, depth: number): void {
    const key = (hash >>> 0) * 0x20_0000 + (hash2 >>> 11)
    const first = this.firstAt.get(key)
    if (first === undefined) {
      if (this.firstAt.size < MOST) this.firstAt.set(key, { round, depth })
      // A whole round lies between.
    } else if (round >= first.round + 2) this.circle = { from: first.depth, to: depth }
  }
}
