/** What a traced race has recorded, as the heap tells it. */
export interface RaceEvent {
  /** Counted over all threads: where numbers are missing, a ring had no room any more. */
  readonly order: number
  readonly thread: string
  readonly event: string
  readonly a: number
  readonly b: number
  /** Nanoseconds since 1970. */
  readonly atNs: bigint
}

/** A line of the format of Chrome's traces, which Perfetto opens; `ts` and `dur` in microseconds. */
export interface TraceLine {
  readonly ph: "X" | "i" | "b" | "e" | "n" | "s" | "f" | "M"
  readonly name: string
  readonly cat?: string
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly id?: string
  readonly bp?: "e"
  readonly s?: "t"
  readonly args?: Readonly<Record<string, unknown>>
}

export interface ChromeTrace {
  readonly traceEvents: readonly TraceLine[]
  readonly displayTimeUnit: "ns"
  readonly otherData: Readonly<Record<string, string | number>>
}

/** Something that lasts, on one thread; in nanoseconds since the first event. */
export interface Span {
  readonly thread: string
  readonly name: string
  readonly kind: "lock" | "lock wait" | "section" | "grace period" | "fence wait" | "sleep" | "moment"
  readonly from: number
  readonly to: number
  readonly args: Readonly<Record<string, unknown>>
}

/** From who caused it to whom it woke. */
export interface Arrow {
  readonly name: string
  readonly from: { readonly thread: string; readonly at: number }
  readonly to: { readonly thread: string; readonly at: number }
}
