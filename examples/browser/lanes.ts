/** What has happened, in memory that all threads share: a counter for each kind of event, and the latest events of each thread. */

/** Who takes part: four workers, and the page itself. */
export const LANES = ["issuer", "waiter", "namer", "unloader", "page"] as const
export type LaneName = (typeof LANES)[number]

export const KINDS = ["created", "signaled", "waited", "named", "unloaded", "oops"] as const
export type Kind = (typeof KINDS)[number]

export interface Happened {
  readonly lane: number
  readonly kind: Kind
  /** The number that the issuer gave the fence; 0 where there is none. */
  readonly fence: number
  /** Milliseconds since the race began. */
  readonly at: number
}

/** How many events of a lane are kept, and the words of each: kind, fence, time. */
const [KEPT, WORDS] = [256, 3]
/** Of a lane: counters, the number of events, events. */
const LANE_WORDS = KINDS.length + 1 + KEPT * WORDS
/** Words that are everybody's, in front of the lanes. */
const SHARED = { stop: 0, pauseMs: 1, bursts: 2 } as const
const HEAD = Object.keys(SHARED).length

export class Lanes {
  readonly words: Int32Array<SharedArrayBuffer>
  /** In milliseconds since 1970: clocks of threads begin at different times. */
  readonly beganAt: number
  /** Of each lane, how many events `news` has told. */
  readonly #told: number[] = LANES.map(() => 0)

  constructor(words?: Int32Array<SharedArrayBuffer>, beganAt = now()) {
    this.words = words ?? new Int32Array(new SharedArrayBuffer(4 * (HEAD + LANES.length * LANE_WORDS)))
    this.beganAt = beganAt
  }

  get(word: keyof typeof SHARED): number {
    return Atomics.load(this.words, SHARED[word])
  }

  set(word: keyof typeof SHARED, value: number): void {
    Atomics.store(this.words, SHARED[word], value)
    Atomics.notify(this.words, SHARED[word])
  }

  /** Sleeps for the pause that the page asks for, or until the page stops the race. Only workers may. */
  pause(): void {
    const ms = this.get("pauseMs")
    if (ms > 0) Atomics.wait(this.words, SHARED.stop, 0, ms)
  }

  /** Of one lane: only its thread calls this. */
  record(name: LaneName, kind: Kind, fence = 0): void {
    const lane = at(name)
    const counters = HEAD + lane * LANE_WORDS
    Atomics.add(this.words, counters + KINDS.indexOf(kind), 1)
    const count = Atomics.load(this.words, counters + KINDS.length)
    const event = counters + KINDS.length + 1 + (count % KEPT) * WORDS
    this.words.set([KINDS.indexOf(kind), fence, Math.round(this.elapsedMs)], event)
    // Publishes the event.
    Atomics.store(this.words, counters + KINDS.length, count + 1)
  }

  /** How often it has happened to that thread. */
  count(name: LaneName, kind: Kind): number {
    return Atomics.load(this.words, HEAD + at(name) * LANE_WORDS + KINDS.indexOf(kind))
  }

  /** Milliseconds since the race began. */
  get elapsedMs(): number {
    return now() - this.beganAt
  }

  /** What has happened since it was last asked. Of a lane that was faster than the page only the latest; one of them may be torn. */
  *news(): Generator<Happened> {
    for (let lane = 0; lane < LANES.length; lane++) {
      const counters = HEAD + lane * LANE_WORDS
      const count = Atomics.load(this.words, counters + KINDS.length)
      for (let i = Math.max(this.#told[lane]!, count - KEPT); i < count; i++) {
        const event = counters + KINDS.length + 1 + (i % KEPT) * WORDS
        const [kind, fence, when] = this.words.subarray(event, event + WORDS)
        yield { lane, kind: KINDS[kind!]!, fence: fence!, at: when! }
      }
      this.#told[lane] = count
    }
  }
}

const at = (name: LaneName): number => LANES.indexOf(name)
const now = (): number => performance.timeOrigin + performance.now()
