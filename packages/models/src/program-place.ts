/** What a thread of a program has at hand in an arena. */
import type { Engine } from "@outlive/core/engine-js"
import type { AnyProgram, Place } from "@outlive/programs"
import type { Arena, ArenaOptions } from "./arena.js"

/** The thread that prepares and checks. */
export const NOBODY = -1

export interface Turns {
  readonly threads: number
  readonly turns: number
}

/** An arena that is large enough. */
export function optionsFor({ needs = {} }: AnyProgram, { threads, turns }: Turns, spins = 0): ArenaOptions {
  const { fences = 0, callbacks = 0, cells } = needs
  return {
    threads,
    spins,
    fences: Math.max(2, typeof fences === "function" ? fences(threads, turns) : fences),
    callbacks: Math.max(2, callbacks),
    ...(cells === undefined ? {} : { cells: Math.max(8, cells) }),
  }
}

function made(create: () => number): number {
  const address = create()
  if (address === 0) throw new RangeError("There is no room: the program must say that it needs more, in needs")
  return address
}

/** `engine`: in place of the arena's own. */
export function placeIn(arena: Arena, index: number, mostTurns: number, engine: Engine = arena.engine): Place {
  const record = arena.threads[Math.max(0, index)]!
  return {
    engine,
    words: arena.words,
    record,
    index,
    mostTurns,
    timeline: arena.timeline,
    cell(at) {
      if (at >= 0 && at < arena.cells) return arena.cell(at)
      throw new RangeError(`There is no cell ${at}: the program needs ${arena.cells}, as it says in needs.cells`)
    },
    // Steps that an explorer sees, and engines that die too.
    read: (address) => engine.readCell(address),
    write: (address, value) => engine.writeCell(address, value),
    fence: () => made(() => engine.createFence(record, arena.timeline)),
    made,
  }
}
