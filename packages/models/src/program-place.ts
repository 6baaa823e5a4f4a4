/** What a thread of a program has at hand in an arena. */
import type { Engine } from "@outlive/core/engine-js"
import { type AnyProgram, type Place, roomFor } from "@outlive/programs"
import type { Arena, ArenaOptions } from "./arena.js"

/** Who prepares and checks, in the last seat: where a thread is to die there is one more, and that is no thread's. */
export const NOBODY = -1

export interface Turns {
  readonly threads: number
  readonly turns: number
}

/** An arena that is large enough. */
export function optionsFor(program: AnyProgram, { threads, turns }: Turns, spins = 0): ArenaOptions {
  const { cells, fences, callbacks } = roomFor(program, threads, turns)
  return { threads, spins, cells, fences: Math.max(2, fences), callbacks: Math.max(2, callbacks) }
}

function made(create: () => number): number {
  const address = create()
  if (address === 0) throw new RangeError("There is no room: the program must say that it needs more, in needs")
  return address
}

/** `engine`: in place of the arena's own. */
export function placeIn(arena: Arena, index: number, mostTurns: number, engine: Engine = arena.engine): Place {
  const record = arena.threads.at(index)!
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
