/**
 * A second oracle, for accesses of every width: programs of a few atomic operations on a few bytes, all of whose
 * interleavings are run one by one, each from its start. Nothing is remembered from one to the next, and nothing is
 * shared with the explorer or with the other oracle: memory is bytes, values are the integers that they stand for.
 */

/** By name of the typed array: how wide, and whether the highest bit is a sign. */
export const WIDTHS = {
  Int8: [1, true],
  Uint8: [1, false],
  Int16: [2, true],
  Uint16: [2, false],
  Int32: [4, true],
  Uint32: [4, false],
  BigInt64: [8, true],
  BigUint64: [8, false],
} as const
export type Width = keyof typeof WIDTHS

/** A cell: `at` is a byte offset. */
export interface Place {
  readonly width: Width
  readonly at: number
}

export type Change = "add" | "sub" | "and" | "or" | "xor" | "exchange"

/** Each instruction's result is what the platform's operation gives back; the thread keeps them all. */
export type Instruction =
  | ({ readonly do: "load" } & Place)
  | ({ readonly do: "store" | Change; readonly value: bigint } & Place)
  | ({ readonly do: "compareExchange"; readonly expected: bigint; readonly value: bigint } & Place)
  | ({ readonly do: "wait"; readonly expected: bigint; readonly times: boolean } & Place)
  | ({ readonly do: "notify"; readonly count: number } & Place)
  /** Leaves out the next `by` instructions unless the last result was this. */
  | { readonly do: "unless"; readonly result: Result; readonly by: number }

export type Result = bigint | "ok" | "not-equal" | "timed-out"

export interface Program {
  readonly bytes: number
  readonly threads: readonly (readonly Instruction[])[]
}

export interface Enumeration {
  readonly outcomes: ReadonlySet<string>
  readonly interleavings: number
  readonly complete: boolean
}

const STUCK = "stuck"

/** Runs every interleaving: the next is the last one with its last choice that can be another changed. */
export function enumerateWide(program: Program, most: number): Enumeration {
  const outcomes = new Set<string>()
  let choices: number[] = []
  let interleavings = 0
  do {
    const run = new Run(program)
    const widths: number[] = []
    for (let step = 0; ; step++) {
      const able = run.able()
      if (able.length === 0) break
      choices[step] ??= 0
      widths[step] = able.length
      run.step(able[choices[step]!]!)
    }
    outcomes.add(run.outcome())
    if (++interleavings > most) return { outcomes, interleavings, complete: false }
    let last = widths.length - 1
    while (last >= 0 && choices[last]! + 1 >= widths[last]!) last--
    choices = last < 0 ? [] : [...choices.slice(0, last), choices[last]! + 1]
  } while (choices.length > 0)
  return { outcomes, interleavings, complete: true }
}

export function outcomeOfWide(bytes: Iterable<number>, results: readonly (readonly Result[])[]): string {
  return [[...bytes].join(" "), ...results.map((of) => of.join(" "))].join(" | ")
}

/** One interleaving, from its start. */
class Run {
  readonly #threads: Program["threads"]
  readonly #bytes: number[]
  readonly #at: number[]
  readonly #results: Result[][]
  /** Who sleeps, by byte offset, first come first; and who was woken. */
  readonly #queues = new Map<number, number[]>()
  readonly #woken = new Set<number>()

  constructor({ bytes, threads }: Program) {
    this.#threads = threads
    this.#bytes = Array.from({ length: bytes }, () => 0)
    this.#at = threads.map(() => 0)
    this.#results = threads.map(() => [])
  }

  /** The threads that can take a step. */
  able(): number[] {
    return this.#threads.flatMap((_, thread) => {
      const next = this.#next(thread)
      if (next === undefined) return []
      const isStuck = next.do === "wait" && this.#sleeps(thread) && !next.times
      return isStuck ? [] : [thread]
    })
  }

  outcome(): string {
    const ended = this.#threads.every((_, thread) => this.#next(thread) === undefined)
    return ended ? outcomeOfWide(this.#bytes, this.#results) : STUCK
  }

  /** What the thread does next, after those instructions that nobody sees. */
  #next(thread: number): Exclude<Instruction, { do: "unless" }> | undefined {
    for (;;) {
      const next = this.#threads[thread]![this.#at[thread]!]
      if (next?.do !== "unless") return next
      this.#at[thread]! += this.#results[thread]!.at(-1) === next.result ? 1 : 1 + next.by
    }
  }

  #sleeps(thread: number): boolean {
    return [...this.#queues.values()].some((queue) => queue.includes(thread))
  }

  step(thread: number): void {
    const next = this.#next(thread)!
    const result = next.do === "wait" ? this.#wait(thread, next) : this.#perform(next)
    if (result === undefined) return
    this.#results[thread]!.push(result)
    this.#at[thread]!++
  }

  /** Nothing, while it falls asleep. */
  #wait(thread: number, { at, width, expected }: Place & { readonly expected: bigint }): Result | undefined {
    if (this.#woken.delete(thread)) return "ok"
    const queue = this.#queues.get(at) ?? []
    this.#queues.set(at, queue)
    if (queue.includes(thread)) {
      queue.splice(queue.indexOf(thread), 1)
      return "timed-out"
    }
    if (this.#read(width, at) !== valueIn(width, expected)) return "not-equal"
    queue.push(thread)
    return undefined
  }

  #perform(next: Exclude<Instruction, { do: "unless" | "wait" }>): Result {
    const { do: operation, width, at } = next
    if (operation === "notify") {
      const woken = (this.#queues.get(at) ?? []).splice(0, next.count)
      for (const thread of woken) this.#woken.add(thread)
      return BigInt(woken.length)
    }
    const old = this.#read(width, at)
    if (operation === "load") return old
    if (operation === "compareExchange") {
      if (old === valueIn(width, next.expected)) this.#write(width, at, next.value)
      return old
    }
    this.#write(width, at, changed(operation, old, next.value))
    // A store gives back what it was given, not what was stored.
    return operation === "store" ? next.value : old
  }

  #read(width: Width, at: number): bigint {
    let value = 0n
    for (let byte = WIDTHS[width][0] - 1; byte >= 0; byte--) value = value * 256n + BigInt(this.#bytes[at + byte]!)
    return valueIn(width, value)
  }

  #write(width: Width, at: number, value: bigint): void {
    const bytes = WIDTHS[width][0]
    let left = ((value % 256n ** BigInt(bytes)) + 256n ** BigInt(bytes)) % 256n ** BigInt(bytes)
    for (let byte = 0; byte < bytes; byte++, left /= 256n) this.#bytes[at + byte] = Number(left % 256n)
  }
}

function changed(operation: "store" | Change, old: bigint, value: bigint): bigint {
  switch (operation) {
    case "add":
      return old + value
    case "sub":
      return old - value
    case "and":
      return old & value
    case "or":
      return old | value
    case "xor":
      return old ^ value
    default:
      return value
  }
}

/** The number that a cell of this width holds after this one was stored into it. */
export function valueIn(width: Width, value: bigint): bigint {
  const [bytes, signed] = WIDTHS[width]
  const size = 256n ** BigInt(bytes)
  const rest = ((value % size) + size) % size
  return signed && rest >= size / 2n ? rest - size : rest
}
