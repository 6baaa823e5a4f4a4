/**
 * A bounded queue of several producers and consumers after Vyukov: each slot has a number that says whose turn it is. And
 * changes of it that are wrong.
 */
const [HEAD, TAIL, SLOTS] = [0, 1, 2]

/** Words of a queue with so many places: a turn and a value each. */
export class Queue {
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
export class ClaimsInTwoSteps extends Queue {
  protected override claim(end: number, ticket: number): boolean {
    if (Atomics.load(this.words, end) !== ticket) return false
    Atomics.store(this.words, end, ticket + 1)
    return true
  }
}

/** The slot is told before it is filled. */
export class TellsTooEarly extends Queue {
  protected override fill(ticket: number, value: number): boolean {
    Atomics.store(this.words, this.turnOf(ticket), ticket + 1)
    Atomics.store(this.words, this.turnOf(ticket) + 1, value)
    return true
  }
}

/** Full or empty is told by the two ends alone, while a slot is on its way: right for the slots, wrong for the callers. */
export class LooksAtTheEndsOnly extends Queue {
  override put(value: number): boolean {
    const tail = Atomics.load(this.words, TAIL)
    if (tail - Atomics.load(this.words, HEAD) < this.places) return super.put(value)
    return false
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
