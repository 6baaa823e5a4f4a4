/** What a model is, what can be asked of its exploration, and what is answered. Types only. */

/** A place in the memory, by byte offset; `bytes` defaults to 4, `count` (of neighbors, named `name[0]`, …) to 1. */
export type Cell = number | { readonly at: number; readonly bytes?: number; readonly count?: number }

export type OutcomeVerdict = "acceptable" | "forbidden" | "interesting"

export type ViewConstructor =
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Uint8ClampedArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | DataViewConstructor

/** What `setup` gets beside the memory. All of it may be used inside of threads, too. */
export interface Tools {
  /**
   * A view whose plain reads and writes are seen, so that races between them are found. (A plain *write* through an
   * ordinary view is seen as well, by what it changed; a plain read through one is not.)
   */
  view<C extends ViewConstructor>(type: C, byteOffset?: number, length?: number): InstanceType<C>
  /** From here on the bytes may be used; registering bytes that are registered already is refused. */
  registerAllocation(byteOffset: number, bytes: number): void
  /** From here on whoever touches the bytes is reported ("use-after-free"); a second time is a "double-free". */
  registerFree(byteOffset: number, bytes: number): void
}

/** What has not yet happened, or not all of it, when it is given back. */
type Unfinished = PromiseLike<unknown> | Iterator<unknown> | AsyncIterator<unknown>

/** What a function gives back that has done what it does. */
export type Finished =
  | void
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | symbol
  | (object & { readonly then?: never; readonly next?: never })

/** Makes a type into one that nothing is assignable to, if what it stands for comes later. */
type Synchronous<R> = unknown extends R
  ? unknown
  : [Extract<R, Unfinished>] extends [never]
    ? unknown
    : "Cannot be explored: it is asynchronous, or a generator"

/** `S`: what threads are given, the memory itself without `setup`. `R`: what they give back. */
export interface Model<S = SharedArrayBuffer, R = unknown> {
  readonly name?: string
  /**
   * Bytes of the shared memory that `setup` is given, a multiple of 4. Made once; zeroed and set up before each execution.
   * Without it there are only buffers that `setup` and the threads make for themselves.
   */
  readonly memory?: number
  /**
   * Whose plain reads and writes are seen, other than through `tools.view`: those of buffers that are not `memory` ("own",
   * the default), or all.
   */
  readonly observe?: "own" | "all"
  /** Names for byte offsets, for reports. */
  readonly cells?: Readonly<Record<string, Cell>>
  /** Makes the views and may write initial values. Called once per exploration; without it, threads get the memory. */
  readonly setup?: (memory: SharedArrayBuffer, tools: Tools) => S & Synchronous<S>
  /**
   * The threads: ordinary synchronous functions. They are run again and again, so all they may change is the shared
   * memory and their own local variables. What one returns is its result.
   */
  readonly threads: readonly ((state: S) => Finished | (R & Synchronous<R>))[]
  readonly threadNames?: readonly string[]
  /** Groups of identical threads, by index: of orders that differ only in who is who, one is explored. */
  readonly symmetric?: readonly (readonly number[])[]
  /** Called after each complete execution; throwing makes the verdict "assertion". */
  readonly check?: (state: S, results: readonly unknown[]) => Finished
  /** Names how an execution ended; counted in `Result.outcomes`. */
  readonly outcome?: (state: S, results: readonly unknown[]) => string
  /** What is thought of each outcome; a "forbidden" one that happens is a failure. */
  readonly outcomes?: Readonly<Record<string, OutcomeVerdict | readonly [verdict: OutcomeVerdict, why: string]>>
  /** Called after each complete execution; a string says what leaked. */
  readonly leaks?: (state: S) => string | undefined
  /** Names of cells where races are meant: no failures, but their orders are explored. */
  readonly allowedRaces?: readonly string[]
}

/** A model whose functions may be asynchronous: what they give back is awaited. */
export interface AsyncModel<S = SharedArrayBuffer, R = unknown> extends Omit<
  Model<S, R>,
  "setup" | "threads" | "check" | "outcome" | "leaks"
> {
  /** As in `Model`; what it awaits must not need input or output. */
  readonly setup?: (memory: SharedArrayBuffer, tools: Tools) => S | PromiseLike<S>
  /**
   * The threads, each with an event loop of its own. One has ended when its promise is settled: what it has left running
   * then is not run on.
   */
  readonly threads: readonly ((state: S) => R | PromiseLike<R>)[]
  readonly check?: (state: S, results: readonly unknown[]) => unknown
  readonly outcome?: (state: S, results: readonly unknown[]) => string | PromiseLike<string>
  readonly leaks?: (state: S) => string | undefined | PromiseLike<string | undefined>
}

export type Strategy = "exhaustive" | "preemption-bounded" | "random" | "pct" | "naive"

export interface Options {
  /**
   * - `exhaustive` (default): one execution of every class of equivalent ones (source-DPOR with sleep sets).
   * - `preemption-bounded`: all orders with at most 0, 1, … `maxPreemptions` preemptions.
   * - `random`: a uniform choice at each step, `executions` times. `pct`: random priorities with `depth` changes.
   * - `naive`: every order, without any reduction.
   */
  readonly strategy?: Strategy
  /** For `preemption-bounded`, default 2; `naive` keeps to it if it is given. */
  readonly maxPreemptions?: number
  /** At most so many executions (of all workers together), those included that are cut off (of `random` and `pct` also those that `assume` drops). Default: no bound for searches, 10,000 for `random` and `pct`. */
  readonly executions?: number
  /**
   * Stop after so many milliseconds, however many workers there are. The execution at hand is run to its end first; one of more than 1,000 operations, or than `maxSteps`, is given up
   * instead: it does not count, and `resume` begins it again.
   */
  readonly timeMs?: number
  readonly seed?: number
  /** For `pct`: how many ordering constraints a bug needs; default 3. */
  readonly depth?: number
  /** `automatic` (default) finds loops that only read; `off` leaves it to `relax()`. */
  readonly spins?: "automatic" | "off"
  /** Whether data races are looked for; default true. If not, plain accesses that race are explored in both orders. */
  readonly races?: boolean
  /** Whether `Result.sites` tells what was come to; default false. Costs tens of microseconds for each operation that is come to anew. */
  readonly coverage?: boolean
  /** Whether a failing schedule is reduced to the fewest switches; default true. */
  readonly shrink?: boolean
  /** An execution of more operations than this is cut off (and the search is not exhaustive); default 10,000. */
  readonly maxSteps?: number
  /**
   * Only the executions that begin like this, by threads' numbers; those of all beginnings of a length are all there are. Not for
   * `random` and `pct`, nor for `naive` with a bound.
   */
  readonly beginning?: readonly number[]
  /**
   * Goes on where an earlier search of the same model was ended (`Pass.rest`, `onCheckpoint`): all counts are those of both
   * together, and `executions` and `timeMs` those of this one. For `exhaustive` and `naive`.
   */
  readonly resume?: Checkpoint
  /** Told every five seconds where the search is, for whoever may be killed. */
  readonly onCheckpoint?: (rest: Checkpoint) => void
  /** Told how far the search is, about ten times a second. Who returns false ends it, as if its time were over. */
  readonly onProgress?: (soFar: Progress) => boolean | void
  /** For tests of the explorer only: each leaves something out, which makes the search unsound. */
  readonly faults?: Faults
}

/** What tests of the explorer leave out, to see that they would notice. */
export interface Faults {
  /** Initials of a sequence are computed without looking at what comes before them. */
  readonly dropInitialsCheck?: boolean
  /** Results of 64 bits are remembered by their low halves. */
  readonly forgetHighWords?: boolean
  /** The order in which things arrive at an asynchronous thread is taken to make no difference. */
  readonly forgetArrivals?: boolean
  /** The order of plain accesses is taken to make no difference, also where their races are no failures. */
  readonly ignorePlainOrders?: boolean
  /** What threads access plainly before their first operations is taken to happen at the very start, in their order. */
  readonly ignorePlainStarts?: boolean
}

/** How far a search is. */
export interface Progress {
  readonly executions: number
  readonly blocked: number
  readonly ms: number
  /**
   * An estimate of how many executions there will be in all, blocked ones included, as if every branch that is left were like
   * those that lie behind: at best right in its order of magnitude. Only of `exhaustive` and `naive`.
   */
  readonly estimate?: number
}

/** Where a search was ended, as data that JSON can hold. Only `Options.resume` reads it. */
export interface Checkpoint {
  readonly version: 1
  /** Tells whether it is of the same model and the same search. */
  readonly search: string
  readonly place: {
    readonly schedule: readonly number[]
    readonly toTry: readonly number[]
    readonly sleep: readonly number[]
    readonly plain?: true
  }
  readonly executions: number
  readonly blocked: number
  readonly truncated: number
  readonly steps: number
  readonly ms: number
  readonly outcomes: readonly (readonly [string, number])[]
  readonly cutLooks: readonly (readonly [string, string])[]
  readonly unseen: readonly (readonly [string, string])[]
  readonly unshared: readonly string[]
  readonly assumes: boolean
}

export type FailureVerdict =
  | "assertion"
  | "data-race"
  | "use-after-free"
  | "double-free"
  | "deadlock"
  | "lost-wakeup"
  | "livelock"
  | "nondeterminism"
  | "leak"
  | "forbidden-outcome"

/** One row of a trace. */
export interface Step {
  readonly thread: number
  /** The method of Atomics, or `read`, `write` (plain), `start`, `wake`, `allocate`, `free`, `return`, `throw`. */
  readonly operation: string
  /** Byte offset; -1 if the step touches no memory. */
  readonly offset: number
  readonly bytes: number
  /** Name of the cell, or its offset. */
  readonly cell: string
  readonly before?: number | bigint
  readonly after?: number | bigint
  /** What the operation gave back. */
  readonly result?: unknown
  /** `file:line` of the caller. */
  readonly at: string
  /** True if another thread ran before, although this or that one could have gone on. */
  readonly switched: boolean
}

/** A place of the code with an operation, over all executions: what never happens there was not tried. */
export interface Site {
  /** `file:line`. */
  readonly at: string
  /** The method of Atomics, as in `Step`. */
  readonly operation: string
  /**
   * What it did, of what it can do. `compareExchange`: "exchange", "fail"; `wait`: "sleep", "find another value", "wake", and with a
   * time-out "time out"; `waitAsync`: "be told later", "find another value"; `notify`: "wake somebody", "find nobody"; others: nothing.
   */
  readonly did: readonly string[]
  readonly never: readonly string[]
}

interface Counts {
  readonly model: string
  readonly threadNames: readonly string[]
  /** Complete executions. */
  readonly executions: number
  /** Executions that were given up because all of their continuations are covered by others. */
  readonly blocked: number
  /** Operations executed, over all executions. */
  readonly steps: number
  readonly ms: number
  readonly outcomes: ReadonlyMap<string, number>
  /** With `coverage`: by file and line. After `resume`, those that were come to since then. */
  readonly sites?: readonly Site[]
  readonly strategy: Strategy
  readonly seed: number
}

/** Why not every order was covered. */
export interface CutShort {
  /**
   * - `executions`, `time`: the budget of that name was used up; `stopped`: somebody ended the search.
   * - `steps`: executions were longer than `maxSteps`.
   * - `looks`: a thread looked again and again at what did not change, and would have stopped by itself.
   * - `unseen`: a thread read shared memory in a way in which races are not found, or not all orders of plain accesses were tried.
   * - `unshared`: what `setup` gave to the threads has changed while they ran, outside of shared memory.
   * - `sample`: the strategy takes some orders only, or a single one was asked for.
   * - `assumed`: what threads assume held in no execution.
   */
  readonly by: "executions" | "time" | "stopped" | "steps" | "looks" | "unseen" | "unshared" | "sample" | "assumed"
  /** A sentence. */
  readonly message: string
}

export interface Pass extends Counts {
  readonly verdict: "pass"
  /** True if every order (under the strategy's bound) was covered: if nothing was cut short. */
  readonly exhaustive: boolean
  readonly cutShort: readonly CutShort[]
  /** Executions cut off at `maxSteps`. */
  readonly truncated: number
  /** Where a search goes on that was ended by a budget or from outside: for `Options.resume`. */
  readonly rest?: Checkpoint
  /** With `rest`: an estimate of how many executions there are in all, as in `Progress`. */
  readonly estimate?: number
  /** Outcomes that the model declares, and that no execution came to. */
  readonly neverSeen?: readonly string[]
}

export interface Failure extends Counts {
  readonly verdict: FailureVerdict
  readonly message: string
  /** Feeds `replay`. With `+` in front, threads' plain starts are among its steps. */
  readonly schedule: string
  readonly trace: readonly Step[]
  readonly error?: unknown
  /** For a data race: the two places, as indices into `trace`. */
  readonly racing?: readonly [number, number]
  /** Preemptions in the schedule, after shrinking. */
  readonly switches: number
}

export type Result = Pass | Failure
