/**
 * A thread of a program dies at one of its accesses to shared memory, in every order of its steps and those of the others: as
 * a holder, as a waiter, on the way in and out. Somebody clears up after it, and goes on in its place. The others get on, or
 * are told (an oops, `EOWNERDEAD`); that one of them waits for ever is what is looked for.
 */
import { type Engine, layout } from "@outlive/core/engine-js"
import { type AnyProgram, type End, type Size, dealt } from "@outlive/programs"
import { type Arena, ModelOops } from "./arena.js"
import { type EngineModel, engineModel } from "./model.js"
import { type Done, boundedBy, nameOf, takeTurns } from "./program-model.js"
import { NOBODY, optionsFor, placeIn } from "./program-place.js"

const { Oops, Thread: ThreadRecord } = layout

/** Who dies, and before which of its accesses, counted from 1. */
export interface Dying {
  readonly thread: number
  readonly access: number
}

class Death extends Error {
  override readonly name = "Death"
}

/** What a thread came to, and how far. */
interface Fate extends Done {
  readonly fate: "ended" | "died" | "told"
  /** Who went on in its place. */
  readonly heir?: Fate
}

const OPERATIONS = ["load", "store", "add", "sub", "and", "or", "xor", "exchange", "compareExchange"] as const
const LONGEST_PARK_MS = 100

/** As a model of this death is called. */
export const nameOfDeath = (program: AnyProgram, size: Size, { thread, access }: Dying) =>
  `${nameOf(program, size)}-dies-${thread}-${access}`

/** One death: `outcomes` of its exploration say what the threads came to, `died` among them if the thread came so far. */
export function deathModel(program: AnyProgram, size: Size, dying: Dying): EngineModel {
  const { threads, turns, preemptions = 1 } = size
  const parts = dealt(program, threads)
  const stages = new WeakMap<Arena, Stage>()
  return engineModel({
    name: nameOfDeath(program, size, dying),
    claim: `A thread dies, and the others get on, or are told. ${program.claim}`,
    invariants: [...(program.invariants ?? []), "T2"],
    ...boundedBy(preemptions),
    // One more turn is taken by who goes on in its place, and a seat by it.
    arena: { ...optionsFor(program, { threads, turns: turns + 1 }), threads: threads + 1 },
    prepare: (arena) => void stages.set(arena, stageIn(arena, program, size, dying)),
    threads: [
      ...parts.map((part, i) => (arena: Arena) => {
        const { state, engine, life, generation } = stages.get(arena)!
        const done = { turns: 0, sum: 0 }
        const play = (index: number, own: Engine, times: number, so: Done): Fate =>
          orTold(arena, index, so, () => takeTurns(part, placeIn(arena, index, turns + 1, own), state, times, so))
        if (i !== dying.thread) return play(i, engine, turns, done)
        life.left = dying.access
        try {
          return play(i, life.engine, turns, done)
        } catch (error) {
          if (!(error instanceof Death)) throw error
          arena.engine.reclaim(arena.threads[threads]!, arena.threads[i]!, generation)
          const heir = part.follows ? {} : { heir: play(threads, engine, 1, { turns: 0, sum: 0 }) }
          // Who has cleared up is done: it is in nobody's way.
          arena.engine.offline(arena.threads[threads]!)
          return { fate: "died", ...done, ...heir } satisfies Fate
        }
      }),
      () => undefined,
    ],
    outcome: (_, fates) =>
      (fates.slice(0, threads) as Fate[])
        .map(({ fate, heir }, i) => `${parts[i]!.name} ${fate}${heir ? `, its heir ${heir.fate}` : ""}`)
        .join("; "),
    check(arena, fates) {
      const ends = (fates.slice(0, threads) as Fate[]).flatMap(({ heir, ...own }, i): End[] =>
        [own, ...(heir ? [heir] : [])].map(({ fate, turns: taken, sum }) => ({
          part: parts[i]!.name,
          turns: taken,
          sum,
          died: fate !== "ended",
        })),
      )
      program.check?.(placeIn(arena, NOBODY, turns), stages.get(arena)!.state, ends)
    },
  })
}

interface Stage {
  readonly state: unknown
  readonly engine: Engine
  /** The engine of the one that dies, and how many accesses it has left. */
  readonly life: { left: number; engine: Engine }
  /** Of its seat. */
  readonly generation: number
}

function stageIn(arena: Arena, program: AnyProgram, { threads, turns }: Size, dying: Dying): Stage {
  const life = { left: 0 } as Stage["life"]
  // Nobody sleeps for ever where a thread may die.
  const park = (address: number, value: number) => void Atomics.wait(arena.words, address >> 2, value, LONGEST_PARK_MS)
  life.engine = arena.otherwise(
    mortalAtomics(() => {
      if (--life.left <= 0) throw new Death("It dies here")
    }),
    park,
  )
  return {
    state: program.prepare?.(placeIn(arena, NOBODY, turns + 1), threads),
    engine: arena.otherwise(Atomics, park),
    life,
    generation: arena.word(arena.threads[dying.thread]! + ThreadRecord.generation),
  }
}

function mortalAtomics(before: () => void): typeof Atomics {
  const each = OPERATIONS.map((name) => {
    const value = (...access: unknown[]) => {
      before()
      return (Atomics[name] as (...all: unknown[]) => number)(...access)
    }
    return [name, { value }] as const
  })
  return Object.create(Atomics, Object.fromEntries(each)) as typeof Atomics
}

/** Does it, unless an oops tells that somebody is dead. */
function orTold(arena: Arena, index: number, done: Done, act: () => void): Fate {
  try {
    act()
    return { fate: "ended", ...done }
  } catch (error) {
    if (!(error instanceof ModelOops) || error.code !== Oops.OwnerDead) throw error
    arena.engine.recover(arena.threads[index]!)
    return { fate: "told", ...done }
  }
}
