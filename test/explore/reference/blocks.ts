/**
 * How a program can end if its plain accesses have no steps of their own: each takes place together with the operation before it, and
 * those before a thread's first operation are a step. Every order, one by one, without any reduction.
 */
import { outcomeOf } from "./enumerate.js"
import type { Program } from "./language.js"
import { canStep, hasEnded, initialState, step } from "./machine.js"
import type { State } from "./machine.js"

/** "stuck" if somebody waits and nobody can step. */
export function outcomesOfBlocks(program: Program): ReadonlySet<string> {
  const outcomes = new Set<string>()
  const threads = program.threads.map((_, thread) => thread)

  function visit(state: State): void {
    const enabled = threads.filter((thread) => canStep(program, state, thread))
    for (const thread of enabled) visit(stepBlock(program, state, thread))
    if (enabled.length > 0) return
    const registers = state.threads.map((thread) => thread.registers)
    const ended = threads.every((thread) => hasEnded(program, state, thread))
    outcomes.add(ended ? outcomeOf(state.memory, registers) : "stuck")
  }
  visit(initialState(program))
  return outcomes
}

function stepBlock(program: Program, state: State, thread: number): State {
  let [next] = step(program, state, thread)
  while (isPlainNext(program, next, thread)) [next] = step(program, next, thread)
  return next
}

function isPlainNext({ threads }: Program, state: State, thread: number): boolean {
  const instruction = threads[thread]![state.threads[thread]!.at]
  return instruction !== undefined && "plain" in instruction && instruction.plain === true
}
