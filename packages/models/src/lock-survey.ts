/** What a lock is like: looked at and explored, not claimed. */
import { type Engine, type EngineFactory, type EngineHost, layout } from "@outlive/core/engine-js"
import { Arena, arenaBytes } from "./arena.js"
import { LOCK_PROOFS, overtaking } from "./lock-proofs.js"
import { exploreModel } from "./model.js"
import { SURVEYED } from "./surveyed.js"

const { Size, Thread: ThreadWords } = layout

/** What is seen by looking. */
export interface LockLook {
  /** Words that the lock itself takes, and words of a thread's record for one such lock. */
  readonly words: number
  readonly wordsOfThread: number
  /** Whether a waiter sleeps. */
  readonly parks: boolean
  /** Whether it can be tried, and a try is refused while it is held. */
  readonly tries: boolean
  /** What becomes of it when its holder has died and was reclaimed, or one that waited for it. */
  readonly deadHolder: AfterDeath
  readonly deadWaiter: AfterDeath
}

/** And by exploring. */
export interface LockSurvey extends LockLook {
  /** No order was found in which two are inside, or one waits for ever, of those that are looked at (`SURVEYED`). */
  readonly excludes: boolean
  /** How often, at most, those who came later had the lock before one that waited; of as many times as they tried. */
  readonly overtaken: number
  readonly triedToOvertake: number
}

/** Others have the lock again; or each is told, by an oops; or they wait, and nobody says so. */
export type AfterDeath = "recovers" | "told" | "hangs"

const ROUNDS = 2
const OTHERS = 2
/** Each would be a tenth of a second. */
const MOST_PARKS = 50

/** Takes a second or two, mostly for the orders in which one could be overtaken. */
export function surveyLock(factory: EngineFactory): LockSurvey {
  const waits = exploreModel(overtaking(OTHERS + 1, ROUNDS), { ...SURVEYED, timeMs: 60_000 }, factory)
  return {
    excludes: LOCK_PROOFS.every((proof) => exploreModel(proof, SURVEYED, factory).verdict === "pass"),
    overtaken: Math.max(0, ...[...waits.outcomes.keys()].map(Number)),
    triedToOvertake: OTHERS * ROUNDS,
    ...lookAtLock(factory),
  }
}

/** Takes no time. */
export function lookAtLock(factory: EngineFactory): LockLook {
  return {
    ...lookAtWords(factory),
    tries: canBeTried(factory),
    deadHolder: afterDeath(factory, "holder"),
    deadWaiter: afterDeath(factory, "waiter"),
  }
}

/** Thrown where a thread would begin to wait: it goes no further. */
class Waits extends Error {
  override readonly name = "Waits"
  readonly byParking: boolean
  constructor(byParking: boolean) {
    super(byParking ? "It sleeps" : "It looks again")
    this.byParking = byParking
  }
}

const OPTIONS = { threads: 4 }

function arenaOf(factory: EngineFactory): Arena {
  return new Arena(new SharedArrayBuffer(arenaBytes(OPTIONS, factory)), OPTIONS, factory)
}

/** An engine over an arena whose threads stop where they would wait for too long, and that notes where it writes. */
function stopping(
  arena: Arena,
  factory: EngineFactory,
  written = new Set<number>(),
  waitsOn: () => boolean = () => false,
): Engine {
  const note =
    (operation: (...parameters: number[]) => number) =>
    (view: Int32Array, index: number, ...rest: number[]) => {
      written.add(index << 2)
      return (operation as (...parameters: unknown[]) => number)(view, index, ...rest)
    }
  const atomics = Object.create(Atomics, {
    pause: { value: () => stop(false) },
    ...Object.fromEntries(
      (["store", "add", "sub", "or", "exchange", "compareExchange"] as const).map((name) => [
        name,
        { value: note(Atomics[name] as never) },
      ]),
    ),
  }) as typeof Atomics
  const stop = (byParking: boolean): void => {
    if (!waitsOn()) throw new Waits(byParking)
  }
  const nothing = () => 0
  const host = { call: nothing, warn: nothing, now: nothing, place: nothing, stall: nothing }
  const harsh = { ...host, park: () => stop(true), oops: (code: number) => oopsed(code) } as unknown as EngineHost
  const memory = { buffer: arena.words.buffer } as unknown as WebAssembly.Memory
  return factory(memory, harsh, atomics).exports as unknown as Engine
}

class Oopsed extends Error {
  override readonly name = "Oopsed"
  readonly code: number
  constructor(code: number) {
    super(`Oops ${code}`)
    this.code = code
  }
}

function oopsed(code: number): never {
  throw new Oopsed(code)
}

/** Takes the lock, and lets another come to where it would wait. */
function lookAtWords(factory: EngineFactory) {
  const arena = arenaOf(factory)
  const written = new Set<number>()
  const engine = stopping(arena, factory, written)
  const [holder, waiter] = arena.threads as [number, number]
  engine.lock(holder, arena.cell(0))
  const parks = waitOf(engine, waiter, arena.cell(0))?.byParking ?? false
  const inSeat = (seat: number) =>
    [...written].filter((at) => at >= seat + ThreadWords.locks && at < seat + ThreadWords.locksEnd).length
  const first = arena.threads[0]!
  const outside = [...written].filter((at) => at < first || at >= first + OPTIONS.threads * Size.Thread)
  return { words: outside.length, wordsOfThread: Math.max(inSeat(holder), inSeat(waiter)), parks }
}

/** How a thread waits for a lock; undefined if it does not. */
function waitOf(engine: Engine, thread: number, word: number): Waits | undefined {
  try {
    engine.lock(thread, word)
    return undefined
  } catch (error) {
    if (error instanceof Waits) return error
    throw error
  }
}

function canBeTried(factory: EngineFactory): boolean {
  const arena = arenaOf(factory)
  const engine = stopping(arena, factory)
  const [one, two] = arena.threads as [number, number]
  const word = arena.cell(0)
  if (engine.tryLock(one, word) !== 1 || engine.tryLock(two, word) !== 0) return false
  engine.unlock(one, word)
  return engine.tryLock(two, word) === 1
}

/** What a third thread meets after one of two has died. */
function afterDeath(factory: EngineFactory, who: "holder" | "waiter"): AfterDeath {
  const arena = arenaOf(factory)
  const engine = stopping(arena, factory)
  const [holder, waiter, third, last] = arena.threads as [number, number, number, number]
  const word = arena.cell(0)
  const dead = who === "holder" ? holder : waiter
  engine.lock(holder, word)
  if (who === "waiter") waitOf(engine, waiter, word)
  arena.engine.reclaim(third, dead, arena.word(dead + ThreadWords.generation))
  // To give such a lock back can be a wait for the next one, which is dead.
  if (who === "waiter") stopsAt(() => engine.unlock(holder, word))
  if (!stopsAt(() => engine.lock(third, word))) return "recovers"
  return isTold(arena, factory, last, word) ? "told" : "hangs"
}

/** Whether something that was begun waits. */
function stopsAt(begin: () => void): boolean {
  try {
    begin()
    return false
  } catch (error) {
    if (error instanceof Waits) return true
    throw error
  }
}

/** Whether a thread that goes on waiting, for some seconds as it were, is told that somebody has died. */
function isTold(arena: Arena, factory: EngineFactory, thread: number, word: number): boolean {
  let left = MOST_PARKS
  const patient = stopping(arena, factory, new Set(), () => left-- > 0)
  try {
    patient.lock(thread, word)
    return false
  } catch (error) {
    return error instanceof Oopsed && error.code === layout.Oops.OwnerDead
  }
}
