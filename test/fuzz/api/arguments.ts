/** Makers of arguments: most often what is meant, sometimes what is not. */
import type { Thread } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import type { Random } from "../random.js"
import { Aborted, Thrown, odd } from "./odd.js"
import type { Stage, Thing } from "./stage.js"

/** Thread records begin behind the header. */
const FIRST_SEAT = layout.Size.Header

/** What a maker may use. */
export interface Call {
  readonly stage: Stage
  readonly random: Random
  /** How deep in functions that were given to calls. */
  readonly depth: number
  /** The thread that holds a lock or is in a read section: nothing may be done that waits for it. */
  readonly holding: Thread | undefined
  /** Makes a few calls more, from within a function. */
  nested(focus?: object): void
}

export type Make = (call: Call) => unknown

/** Now and then something else altogether. */
export function mostly(make: Make, oddPercent = 8): Make {
  return (call) => (call.random.chance(oddPercent) ? odd(call.random) : make(call))
}

export const maybe = (make: Make): Make => mostly((call) => (call.random.chance(40) ? undefined : make(call)))
export const of = <T>(...values: readonly T[]): Make => mostly(({ random }) => random.pick(values))

/** Something of a type: most often ours and of a thread of the home heap, sometimes in whatever state. */
export function thingOf(call: Call, type: string, thread?: Thread): Thing | undefined {
  const all = call.stage.of(type)
  if (all.length === 0) return undefined
  const wanted = thread ?? call.holding
  if (call.holding === undefined && call.random.chance(12)) return call.random.pick(all)
  const good = all.filter((thing) => thing.isOurs && (wanted === undefined || thing.thread === wanted))
  const pool = good.length > 0 ? good : call.holding === undefined ? all : []
  // The later ones more often: what was just made is in the state that is meant.
  return pool.length === 0
    ? undefined
    : pool[pool.length - 1 - Math.min(call.random.below(pool.length), call.random.below(pool.length))]
}

const thing =
  (type: string): Make =>
  (call) =>
    thingOf(call, type)?.value

export const fence = mostly(thing("Fence"), 4)

/** Less than so many of a type, now and then something odd among them, or a hole. */
function several(call: Call, type: string, below: number): unknown[] {
  const list: unknown[] = []
  list.length = call.random.below(below)
  for (let i = 0; i < list.length; i++)
    if (call.random.chance(95)) list[i] = thing(type)(call)
    else if (call.random.chance(60)) list[i] = odd(call.random)
  return list
}

export const fences = mostly((call) => several(call, "Fence", 5))
export const some = (type: string): Make => mostly((call) => several(call, type, 4))
export const a = (type: string): Make => mostly(thing(type), 5)
export const thread = mostly(
  (call) => call.holding ?? (call.random.chance(80) ? call.stage.threads[0] : thing("Thread")(call)),
  4,
)

export const name = of("a", "b", "timeline", "ü", "a".repeat(56), "a".repeat(57))
export const errno = of(-1, -5, -110, -4095, -4096, 0, 5)
export const ns = of(0n, 1n, 1_700_000_000_000_000_000n, 2n ** 63n, -1n)
export const seqno = of(0n, 1n, 2n, 3n, 5n, 2n ** 31n, 2n ** 32n, 2n ** 64n - 1n)
export const point = of(0n, 1n, 2n, 3n, 7n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n)
export const count = of(0, 1, 2, 3, 5, 12, 13, 40, 2 ** 31, 2 ** 32 - 1)
export const cell = of(0, 1, 2, 3, 7, 8, -1)
export const usage = of(0, 1, 2, 3, 4)
export const access = of("read", "write", "read-write", "append")
export const duplicates = of("ignore", "refuse", "twice")
export const cookie = of(0, 1)
export const flag = of(true, false)
/** A word: a number, or the token of a record or a lock that somebody has, or of one that has gone. */
export const word = mostly((call) => {
  const { random, stage } = call
  const tokens = [...stage.of("IssuerRecord"), ...stage.of("SharedLock")].map(
    ({ value }) => (value as { token: number }).token,
  )
  if (tokens.length > 0 && random.chance(60)) return random.pick(tokens)
  return random.pick([0, 1, -1, 64, 4097, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, random.word()])
})
export const wordOfRecord = of(0, 1, 2, 11, 12, -1)
export const timelineLock = mostly((call) =>
  call.random.chance(40) ? thing("SharedLock")(call) : of("inline", "external", "external", "own")(call),
)
export const text: Make = (call) => name(call)
export const stamp = maybe((call) => ({ atNs: ns(call), ...(call.random.chance(30) ? { error: errno(call) } : {}) }))

/** Time limits that block for a moment at most. */
const SHORT = [0, 0, 0.2, 1, -1, NaN, -Infinity, null, "1", "x", 1n, {}, Symbol("ms")]
export const shortWait: Make = ({ random }) => {
  const options: Record<string, unknown> = { timeoutMs: random.pick(SHORT) }
  if (random.chance(20)) options[random.pick(["signal", "all", "forSubmit", "extra"])] = odd(random)
  return options
}
const LONG = [0, 1, 3, undefined, Infinity, 2 ** 31, 2 ** 40, -1, NaN, null, "1"]
export const signal: Make = (call) => {
  const { random, stage } = call
  if (random.chance(10)) return odd(random)
  if (random.chance(5)) return AbortSignal.abort(new Aborted())
  if (random.chance(5)) return { aborted: false }
  if (stage.controllers.length === 0 || random.chance(40)) stage.controllers.push(new AbortController())
  const controller = random.pick(stage.controllers)
  return random.chance(5) ? controller : controller.signal
}
const longOptions = (call: Call): Record<string, unknown> => ({
  ...(call.random.chance(70) ? { timeoutMs: call.random.pick(LONG) } : {}),
  ...(call.random.chance(60) ? { signal: signal(call) } : {}),
})
export const longWait = mostly(longOptions)

const syncobjWait = (call: Call): Record<string, unknown> => ({
  ...(call.random.chance(40) ? { forSubmit: flag(call) } : {}),
  ...(call.random.chance(30) ? { all: flag(call) } : {}),
  ...(call.random.chance(30) ? { available: flag(call) } : {}),
  ...(call.random.chance(30) ? { deadlineNs: ns(call) } : {}),
  ...(call.random.chance(40) ? { point: point(call) } : {}),
})
export const syncobjWaitSync: Make = (call) => ({ ...syncobjWait(call), ...(shortWait(call) as object) })
export const syncobjWaitAsync = mostly((call) => ({ ...syncobjWait(call), ...longOptions(call) }))
export const syncobjPoints = mostly((call) =>
  Array.from({ length: call.random.below(4) }, () =>
    mostly(
      (inner) => ({ syncobj: a("Syncobj")(inner), ...(inner.random.chance(50) ? { point: point(inner) } : {}) }),
      4,
    )(call),
  ),
)
export const handles = mostly((call) => Array.from({ length: call.random.below(4) }, () => of(1, 2, 3, 99)(call)))
export const points = maybe((call) => Array.from({ length: call.random.below(4) }, () => point(call)))
export const tableWaitSync: Make = (call) => ({
  ...(call.random.chance(60) ? { flags: of(0, 1, 2, 3, 4, 7, 8)(call) } : {}),
  ...(call.random.chance(40) ? { points: points(call) } : {}),
  ...(shortWait(call) as object),
})
export const tableWaitAsync = mostly((call) => ({
  ...(tableWaitSync(call) as object),
  timeoutMs: call.random.pick([0, 1, 3, -1, NaN]),
}))

/** A function for a call: does nothing, throws, makes calls of its own, or is none that is meant. */
export const body = (focus = false): Make =>
  mostly((call) => {
    const { random } = call
    const kind = random.below(10)
    if (kind === 0) return () => odd(random)
    if (kind === 1)
      return () => {
        throw new Thrown()
      }
    if (kind === 2) return async () => {}
    if (kind < 7)
      return (...parameters: unknown[]) =>
        call.nested(focus && typeof parameters[0] === "object" ? (parameters[0] as object) : undefined)
    return () => {}
  })

export const token = (kind: string): Make =>
  mostly((call) => {
    const { random, stage } = call
    const tokens = stage
      .of("Token")
      .map((t) => t.value as { kind: string; heap: number; address: number; generation: number })
    const fitting = tokens.filter((t) => t.kind === kind)
    const real =
      fitting.length > 0 && random.chance(85)
        ? random.pick(fitting)
        : tokens.length > 0
          ? random.pick(tokens)
          : undefined
    if (real !== undefined && random.chance(50)) return real
    // Forged: real in one part, made up in the other.
    const address = random.pick([
      real?.address ?? 0,
      0,
      4,
      60,
      64,
      -64,
      layout.Header.stub,
      random.word(),
      random.below(60_000) & ~63,
      NaN,
      1e20,
      "64",
      undefined,
    ])
    const generation = random.pick([real?.generation ?? 1, 1, 3, 0, -1, random.word(), undefined])
    return { kind, heap: random.chance(90) ? (real?.heap ?? stage.identity) : random.word(), address, generation }
  })

/** Names of functions that some of the modules have. */
export const functionName = of("run", "other", "free", "constructor", "no such")
/** Of a work, of another record, or of none. */
export const recordToken = mostly(({ random, stage }) => {
  const works = stage.of("Work").map(({ value }) => (value as { token: number }).token)
  return works.length > 0 && random.chance(85) ? random.pick(works) : random.pick([0, 1, 64, 65, -1, random.word()])
})
export const serving: Make = maybe((call) => ({
  ...(call.random.chance(40) ? { module: thing("Module")(call) } : {}),
  ...(call.random.chance(60) ? { timeoutMs: call.random.pick([0, 0.2, 1, -1, NaN, null, "1"]) } : {}),
}))

export const definition = mostly(({ random, stage }) =>
  random.chance(90) ? random.pick(stage.definitions) : { name: odd(random), driverName: odd(random), ops: odd(random) },
)
export const threadInfo: Make = (call) => {
  const { random } = call
  // Whoever is reclaimed alive finds itself thrown out.
  const mayDie = call.holding === undefined && random.chance(3)
  const infos = call.stage.of("ThreadInfo").filter((info) => mayDie || !isLiving(call, info))
  if (infos.length > 0 && random.chance(40)) return random.pick(infos).value
  if (random.chance(30)) return odd(random)
  const id = random.pick([
    0,
    4,
    64,
    FIRST_SEAT,
    FIRST_SEAT + layout.Size.Thread * 4,
    FIRST_SEAT + 1,
    -256,
    random.word(),
    random.below(60_000) & ~3,
  ])
  return random.chance(50) ? id : { name: "forged", heap: call.stage.identity, id, owner: random.below(5) }
}

/** Of a thread that sits there: to reclaim that is to say that it is dead. */
function isLiving(call: Call, info: Thing): boolean {
  const { id } = info.value as { id: number }
  return (
    call.stage.home.threads().some((seat) => seat.id === id) ||
    call.stage.foreign.threads().some((seat) => seat.id === id)
  )
}

/** The hardware's own fence. One that waits for the job itself would never come, and keeps both for ever. */
function hardwareFence({ random, stage }: Call): unknown {
  const issued = stage
    .of("Fence")
    .filter(({ origin, isOurs }) => isOurs && /^(Timeline\.fence|SoftTimeline\.point)$/.test(origin))
  return issued.length === 0 ? undefined : random.pick(issued).value
}

export const hardware = mostly((call) => {
  const { random } = call
  const run = mostly((inner) => {
    const kind = inner.random.below(8)
    if (kind === 0)
      return () => {
        throw new Thrown()
      }
    if (kind === 1) return () => odd(inner.random)
    if (kind === 2) return async () => {}
    return (job: { finished?: object }) => {
      if (typeof job === "object" && job?.finished) inner.stage.add(job.finished, false)
      inner.nested(job?.finished)
      return kind < 5 ? undefined : hardwareFence(inner)
    }
  })(call)
  return {
    run,
    ...(random.chance(50)
      ? { onTimeout: random.pick([() => "reset", () => "no-hang", () => odd(random), body()(call)]) }
      : {}),
  }
})
export const until: Make = ({ random }) => {
  if (random.chance(10)) {
    const value = odd(random)
    if (typeof value !== "function") return value
  }
  let n = 0
  return () => ++n >= 2
}
/** What `serve` ends with: sooner or later it is aborted. */
export const servingSignal: Make = (call) => {
  if (call.random.chance(10)) return odd(call.random)
  call.stage.controllers.push(new AbortController())
  return call.stage.controllers.at(-1)!.signal
}

export const jobOptions = maybe((call) => ({
  ...(call.random.chance(50) ? { data: count(call) } : {}),
  ...(call.random.chance(50) ? { credits: count(call) } : {}),
  ...(call.random.chance(50) ? { dependencies: fences(call) } : {}),
  ...(call.random.chance(30) ? { dontPipeline: flag(call) } : {}),
}))

const place = mostly(
  (call) => ({ handle: of(1, 2, 3, 99)(call), ...(call.random.chance(50) ? { point: point(call) } : {}) }),
  4,
)
/** What a table's transfer is told; `wait` says how long it may take. */
export const transfer = (wait: Make): Make =>
  mostly(
    (call) => ({
      ...(wait(call) as object),
      from: place(call),
      to: place(call),
      ...(call.random.chance(40) ? { flags: of(0, 2, 3, 4)(call) } : {}),
    }),
    4,
  )
export const handle = of(1, 2, 3, 99)
export const waiting: Make = longOptions

export const object = (makers: Readonly<Record<string, Make>>): Make =>
  maybe((call) =>
    Object.fromEntries(
      Object.entries(makers)
        .filter(() => call.random.chance(60))
        .map(([key, make]) => [key, make(call)]),
    ),
  )
