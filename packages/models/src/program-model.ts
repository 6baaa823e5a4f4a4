/** A program as a model: so many threads take so many turns each, in every order of their steps. */
import { layout } from "@outlive/core/engine-js"
import { type AnyProgram, type End, type Part, type Place, type Size, dealt, must } from "@outlive/programs"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel } from "./model.js"
import { NOBODY, optionsFor, placeIn } from "./program-place.js"

const { Kind } = layout

interface Named {
  /** Default: the program's name and its size. */
  readonly name?: string
  /** Locks spin for so many rounds before they sleep. Default 0. */
  readonly spins?: number
}

/** As a model of this size is called. */
export const nameOf = ({ name }: AnyProgram, { threads, turns }: Size) => `${name}-${threads}x${turns}`

export function programModel(
  program: AnyProgram,
  size: Size,
  { name = nameOf(program, size), spins }: Named = {},
): EngineModel {
  const { threads, turns, preemptions } = size
  const parts = dealt(program, threads)
  const states = new WeakMap<Arena, unknown>()
  return engineModel({
    name,
    claim: program.claim,
    invariants: program.invariants ?? [],
    ...boundedBy(preemptions),
    arena: optionsFor(program, size, spins),
    prepare: (arena) => void states.set(arena, program.prepare?.(placeIn(arena, NOBODY, turns), threads)),
    threads: parts.map((part, i) => (arena: Arena) => {
      const place = placeIn(arena, i, turns)
      const done = { turns: 0, sum: 0 }
      takeTurns(part, place, states.get(arena), turns, done)
      return done.sum
    }),
    ...(program.symmetric ? { symmetric: alike(parts) } : {}),
    ...(parts.some(({ sides }) => sides) ? { outcome: (_, sums) => outcomeOf(parts, turns, sums) } : {}),
    check: (arena, sums) => {
      const ends = parts.map(({ name: part }, i): End => ({ part, turns, sum: Number(sums[i]), died: false }))
      const place = placeIn(arena, NOBODY, turns)
      program.check?.(place, states.get(arena), ends)
      program.close?.(place, states.get(arena))
      arena.engine.barrier(place.record)
      const kept = arena.engine.countInUse(Kind.Fence)
      must(kept === 0, kept === 1 ? "1 fence was not given back" : `${kept} fences were not given back`)
    },
  })
}

export function boundedBy(preemptions: number | undefined) {
  return preemptions === undefined ? {} : { search: "preemption-bounded" as const, mostPreemptions: preemptions }
}

/** How far a thread has come. */
export interface Done {
  turns: number
  sum: number
}

/** All its turns, and its end; `done` says how far it has come should it be broken off. */
export function takeTurns(part: Part<unknown>, place: Place, state: unknown, turns: number, done: Done): void {
  const turn = part.play(place, state)
  for (; done.turns < turns; done.turns++) done.sum += turn() ?? 0
  part.end?.(place, state, turns)
}

/** Threads with the same part. */
function alike(parts: readonly Part<unknown>[]): number[][] {
  return [...new Set(parts)].map((part) => parts.flatMap((each, i) => (each === part ? [i] : [])))
}

/** By the name of its answer, a thread that took one turn; else by the sum of all. */
function outcomeOf(parts: readonly Part<unknown>[], turns: number, sums: readonly unknown[]): string {
  const words = parts.flatMap(({ sides }, i) =>
    sides ? [turns === 1 ? sides[Number(sums[i])]! : String(sums[i])] : [],
  )
  return words.join(", ")
}
