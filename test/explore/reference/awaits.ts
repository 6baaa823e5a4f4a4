/**
 * A third oracle, for waits `until` something holds: all states that can be reached are visited once each, a look in vain being
 * a step that leads back to where the thread was. It shares nothing with the explorer, which never takes such a step.
 */

/** A wait ends when the cells it looks up, one after the other, hold these. */
export type Instruction =
  | { readonly do: "load" | "add"; readonly cell: number }
  | { readonly do: "store"; readonly cell: number; readonly value: number }
  | { readonly do: "until"; readonly cells: readonly number[]; readonly hold: readonly number[] }
  /** Waits until the cell is 0, and makes it 1. */
  | { readonly do: "lock"; readonly cell: number }

export type Program = readonly (readonly Instruction[])[]

interface Thread {
  readonly at: number
  /** Of a wait with several cells: how many were looked up, and all held what they should. */
  readonly looked: number
  readonly seen: readonly number[]
}

interface State {
  readonly cells: readonly number[]
  readonly threads: readonly Thread[]
}

export const CELLS = 3
const START: Thread = { at: 0, looked: 0, seen: [] }

/** All outcomes, and "stuck" if some state leads to none: nothing that is looked up changes any more. */
export function outcomesOf(program: Program): ReadonlySet<string> {
  const outcomes = new Set<string>()
  const visited = new Set<string>()
  const left: State[] = [{ cells: Array<number>(CELLS).fill(0), threads: program.map(() => START) }]
  for (let state = left.pop(); state !== undefined; state = left.pop()) {
    const key = JSON.stringify(state)
    if (visited.has(key)) continue
    visited.add(key)
    const alive = program.flatMap((code, thread) => (state.threads[thread]!.at < code.length ? [thread] : []))
    if (alive.length === 0)
      outcomes.add(
        outcomeOf(
          state.cells,
          state.threads.map(({ seen }) => seen),
        ),
      )
    else if (alive.every((thread) => isInVain(program[thread]![state.threads[thread]!.at]!, state)))
      outcomes.add("stuck")
    for (const thread of alive) left.push(step(program[thread]!, state, thread))
  }
  return outcomes
}

export function outcomeOf(cells: readonly number[], seen: readonly (readonly number[])[]): string {
  return [cells, ...seen].map((row) => row.join(" ")).join(" | ")
}

function isInVain(next: Instruction, { cells }: State): boolean {
  if (next.do === "lock") return cells[next.cell] !== 0
  return next.do === "until" && next.cells.some((cell, at) => cells[cell] !== next.hold[at])
}

function step(code: readonly Instruction[], { cells, threads }: State, thread: number): State {
  const { at, looked, seen } = threads[thread]!
  const next = code[at]!
  const moved = (to: Partial<Thread>, changed = cells) => ({
    cells: changed,
    threads: threads.with(thread, { at, looked: 0, seen, ...to }),
  })
  switch (next.do) {
    case "load":
      return moved({ at: at + 1, seen: [...seen, cells[next.cell]!] })
    case "add":
      return moved({ at: at + 1, seen: [...seen, cells[next.cell]!] }, cells.with(next.cell, cells[next.cell]! + 1))
    case "store":
      return moved({ at: at + 1 }, cells.with(next.cell, next.value))
    case "lock":
      return cells[next.cell] === 0 ? moved({ at: at + 1 }, cells.with(next.cell, 1)) : moved({})
    case "until":
      if (cells[next.cells[looked]!] !== next.hold[looked]) return moved({})
      return looked + 1 === next.cells.length ? moved({ at: at + 1 }) : moved({ looked: looked + 1 })
  }
}
