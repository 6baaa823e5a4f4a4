/** Queues of several producers and consumers, and changes of them that are wrong. */

const [HEAD, TAIL, SLOTS] = [0, 1, 2]

/**
 * A bounded queue after Vyukov: each slot has a number that says whose turn it is. Not linearizable: whoever takes finds it
 * empty while an earlier put is on its way, although a later one has returned.
 */
export class BoundedQueue {
  protected readonly words: Int32Array
  protected readonly places: number

  constructor(places: number) {
    this.places = places
    this.words = new Int32Array(new SharedArrayBuffer((SLOTS + 2 * places) * 4))
    for (let place = 0; place < places; place++) this.words[this.turnOf(place)] = place
  }

  protected turnOf(ticket: number): number {
    return SLOTS + 2 * (ticket % this.places)
  }

  /** False if it is full. */
  put(value: number): boolean {
    for (;;) {
      const ticket = Atomics.load(this.words, TAIL)
      const ahead = Atomics.load(this.words, this.turnOf(ticket)) - ticket
      if (ahead < 0) return false
      if (ahead === 0 && this.claim(TAIL, ticket)) return this.fill(ticket, value)
    }
  }

  /** Undefined if it is empty. */
  take(): number | undefined {
    for (;;) {
      const ticket = Atomics.load(this.words, HEAD)
      const ahead = Atomics.load(this.words, this.turnOf(ticket)) - (ticket + 1)
      if (ahead < 0) return undefined
      if (ahead > 0 || !this.claim(HEAD, ticket)) continue
      const value = this.words[this.turnOf(ticket) + 1]!
      Atomics.store(this.words, this.turnOf(ticket), ticket + this.places)
      return value
    }
  }

  protected claim(end: number, ticket: number): boolean {
    return Atomics.compareExchange(this.words, end, ticket, ticket + 1) === ticket
  }

  protected fill(ticket: number, value: number): boolean {
    this.words[this.turnOf(ticket) + 1] = value
    Atomics.store(this.words, this.turnOf(ticket), ticket + 1)
    return true
  }
}

/** Two may claim the same ticket. */
export class ClaimsInTwoSteps extends BoundedQueue {
  protected override claim(end: number, ticket: number): boolean {
    if (Atomics.load(this.words, end) !== ticket) return false
    Atomics.store(this.words, end, ticket + 1)
    return true
  }
}

/** The slot is told before it is filled. */
export class TellsTooEarly extends BoundedQueue {
  protected override fill(ticket: number, value: number): boolean {
    Atomics.store(this.words, this.turnOf(ticket), ticket + 1)
    Atomics.store(this.words, this.turnOf(ticket) + 1, value)
    return true
  }
}

/** A node that is not there: the list's end. */
const NONE = 0
const [FIRST, LAST, FRESH, NODES] = [0, 1, 2, 4]

/** A list with a node ahead of its first value, after Michael and Scott (1996). Nodes are taken once and never come back. */
export class ListQueue {
  protected readonly words: Int32Array

  constructor(nodes: number) {
    this.words = new Int32Array(new SharedArrayBuffer((NODES + 2 * (nodes + 1)) * 4))
    this.words.set([NODES, NODES, NODES + 2])
  }

  put(value: number): boolean {
    const node = Atomics.add(this.words, FRESH, 2)
    this.words[node + 1] = value
    for (;;) {
      const last = Atomics.load(this.words, LAST)
      const next = Atomics.load(this.words, last)
      if (next === NONE && this.link(last, node)) {
        Atomics.compareExchange(this.words, LAST, last, node)
        return true
      }
      // Somebody has linked a node, and not yet said that it is the last.
      if (next !== NONE) Atomics.compareExchange(this.words, LAST, last, next)
    }
  }

  take(): number | undefined {
    for (;;) {
      const first = Atomics.load(this.words, FIRST)
      const last = Atomics.load(this.words, LAST)
      const next = Atomics.load(this.words, first)
      if (next === NONE) return undefined
      if (first === last) Atomics.compareExchange(this.words, LAST, last, next)
      else if (Atomics.compareExchange(this.words, FIRST, first, next) === first) return this.words[next + 1]
    }
  }

  protected link(last: number, node: number): boolean {
    return Atomics.compareExchange(this.words, last, NONE, node) === NONE
  }
}

/** Of two that link a node, one may be lost. */
export class LinksByStore extends ListQueue {
  protected override link(last: number, node: number): boolean {
    Atomics.store(this.words, last, node)
    return true
  }
}

/** What any of them is to be like. */
export function sequentialQueue(places: number) {
  const values: number[] = []
  return {
    put: (value: number) => values.length < places && values.push(value) > 0,
    take: () => values.shift(),
  }
}
