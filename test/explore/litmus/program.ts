/** A litmus program: some threads over a row of 32-bit cells, and how many complete executions it has. */
import type { Model } from "@outlive/explore"

export type Cells = Int32Array
export type Thread = (cells: Cells) => unknown

export interface Litmus {
  readonly name: string
  /** Complete executions under sequential consistency that differ in more than the order of independent steps. */
  readonly executions: number
  readonly threads: readonly Thread[]
  /** What can be observed, if that is the program's point: all outcomes, and in how many executions. */
  readonly outcomes?: Readonly<Record<string, number>>
}

export const [X, Y, Z] = [0, 1, 2] as const
const CELLS = 128

export function modelOf({ name, threads }: Litmus): Model<Cells> {
  return {
    name,
    memory: CELLS * 4,
    cells: { x: X * 4, y: Y * 4, z: Z * 4 },
    setup: (memory) => new Int32Array(memory, 0, CELLS),
    threads,
    outcome: (_, results) => results.filter((result) => result !== undefined).join(" "),
  }
}

/** As many threads as asked for, each with its number. */
export function times(count: number, thread: (number: number) => Thread): Thread[] {
  return Array.from({ length: count }, (_, number) => thread(number))
}

export function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1)
}
