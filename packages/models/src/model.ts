/** A model of a part of the engine: what its threads do, and what must hold when they have. */
import { type Finished, type Model, type Options, explore } from "@outlive/explore"
import type { EngineFactory, LifetimeName, LifetimeSwitches } from "@outlive/core/engine-js"
import { Arena, type ArenaOptions, arenaBytes } from "./arena.js"
import { namesIn } from "./names.js"

/** One question about the engine, put to every order of its threads' steps. */
export interface EngineModel {
  readonly name: string
  /** What must hold, in a sentence. */
  readonly claim: string
  /** Ids of docs/INVARIANTS.md. */
  readonly invariants: readonly string[]
  /** Every order, or those with at most so many preemptions where all take too long. */
  readonly search: "exhaustive" | "preemption-bounded"
  readonly mostPreemptions: number
  /** The model itself, over the real engine or a twin of it. */
  build(factory?: EngineFactory): Model<Arena>
  /** The same question under another lifetime; its name says so: `signal-enable@unlocked`. */
  under?(lifetime: LifetimeName | LifetimeSwitches): EngineModel
}

/** What a model says of itself, and its parts. */
export interface EngineModelParts {
  readonly name: string
  readonly claim: string
  readonly invariants: readonly string[]
  readonly search?: EngineModel["search"]
  /** Default three. */
  readonly mostPreemptions?: number
  readonly arena: ArenaOptions
  /** Before the threads start, once. What it leaves in cells, the threads find there. */
  readonly prepare?: (arena: Arena) => void
  readonly threads: readonly ((arena: Arena, record: number) => Finished)[]
  readonly check?: (arena: Arena, results: readonly unknown[]) => Finished
  readonly symmetric?: readonly (readonly number[])[]
  readonly outcome?: (arena: Arena, results: readonly unknown[]) => string
}

const MOST_PREEMPTIONS = 3

export function engineModel(parts: EngineModelParts): EngineModel {
  const { name, claim, invariants, search = "exhaustive", mostPreemptions = MOST_PREEMPTIONS } = parts
  return {
    name,
    claim,
    invariants,
    search,
    mostPreemptions,
    under: (lifetime) => engineModel({ ...parts, name: `${name}@${lifetime}`, arena: { ...parts.arena, lifetime } }),
    build(factory) {
      const bytes = arenaBytes(parts.arena, factory)
      return {
        name,
        memory: bytes,
        cells: namesIn(new Arena(new SharedArrayBuffer(bytes), parts.arena, factory)),
        setup(memory) {
          const arena = new Arena(memory, parts.arena, factory)
          parts.prepare?.(arena)
          for (const record of arena.threads) arena.engine.offline(record)
          return arena
        },
        threads: parts.threads.map((body, i) => (arena: Arena) => {
          const answer = body(arena, arena.threads[i]!)
          // Where a thread ends, its turn of the event loop does.
          arena.engine.offline(arena.threads[i]!)
          return answer
        }),
        ...(parts.check ? { check: parts.check } : {}),
        ...(parts.symmetric ? { symmetric: parts.symmetric } : {}),
        ...(parts.outcome ? { outcome: parts.outcome } : {}),
      }
    },
  }
}

/** How a model says that it can be explored. */
export function searchOf({ search, mostPreemptions }: EngineModel): Options {
  const bound = search === "exhaustive" ? {} : { maxPreemptions: mostPreemptions }
  return { strategy: search, ...bound, races: false }
}

/** Explores a model so. */
export function exploreModel(model: EngineModel, options: Options = {}, factory?: EngineFactory) {
  return explore(model.build(factory), { ...searchOf(model), ...options })
}

/** Throws what a check found. */
export function must(holds: boolean, message: string): void {
  if (!holds) throw new Error(message)
}
