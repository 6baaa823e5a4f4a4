/** A driver's code for each of its fence types, in one thread. */
import type { Stage } from "@outlive/workers"
import { Board, type Serving } from "./board.js"
import { Desk, type Tokens } from "./desk.js"
import { type Driver, type FenceType, howFor } from "./fence-type.js"
import { Layered } from "./layered.js"
import { howOf } from "./variation.js"

export interface Bound {
  readonly type: FenceType
  readonly desk: Desk
  readonly code: Driver
}

export interface Company {
  readonly board: Board
  readonly all: readonly Bound[]
  /** A cell of this thread's own. */
  readonly ownCell: number
}

/** @param serving whom the rounds of this thread are counted for, if others wait for what it does */
export function bindAll(types: readonly FenceType[], stage: Stage<Tokens>, serving?: Serving): Company {
  const board = new Board(types.length, stage.tokens.board)
  board.join(stage.index, stage.thread.record)
  const how = howOf(stage.settings)
  let firstCell = stage.settings.slots
  let peer = types.length
  const all = types.map((type, index) => {
    const desk = new Desk({
      stage,
      board,
      words: board.wordsOf(index),
      layer: board.layerOf(index),
      definition: stage.modules[index]!,
      peer: type.peer && stage.modules[peer++]!,
      how: howFor(type, how),
      firstCell,
      number: index + 1,
      serving,
    })
    firstCell += type.cells
    const code = type.bind(desk)
    return { type, desk, code: how.lifetime === "layered" ? new Layered(code, desk) : code }
  })
  return { board, all, ownCell: firstCell + stage.index }
}
