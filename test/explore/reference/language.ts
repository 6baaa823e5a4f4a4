/**
 * The little language of the fuzz: straight lines of atomic operations on a few cells, with jumps.
 *
 * It exists so that a program can be run by two machines that share no code: the reference interpreter beside this file,
 * and the explorer, through `compile.ts`.
 */

/** What is written: a constant, or a register. */
export type Operand = { readonly constant: number } | { readonly register: number }

/** A 32-bit cell, or one of its bytes (the lowest is 0). */
export interface Place {
  readonly cell: number
  readonly byte?: number
}

/** Plain if it is said so, else atomic. */
export interface Access extends Place {
  readonly plain?: boolean
}

export type Instruction =
  | ({ readonly do: "load"; readonly to: number } & Access)
  | ({ readonly do: "store"; readonly value: Operand } & Access)
  | ({ readonly do: "add"; readonly value: Operand; readonly to: number } & Place)
  | { readonly do: "exchange"; readonly cell: number; readonly value: Operand; readonly to: number }
  | {
      readonly do: "compareExchange"
      readonly cell: number
      readonly expected: number
      readonly value: Operand
      readonly to: number
    }
  /** `to` becomes 0 for "ok", 1 for "not-equal", 2 for "timed-out". With `times`, time may end it at any moment. */
  | {
      readonly do: "wait"
      readonly cell: number
      readonly expected: number
      readonly times: boolean
      readonly to: number
    }
  | { readonly do: "notify"; readonly cell: number; readonly count: number; readonly to: number }
  /** Jumps over `by` instructions unless the register has the value; backwards if negative. Nobody can see it. */
  | { readonly do: "unless"; readonly register: number; readonly equals: number; readonly by: number }
  | { readonly do: "jump"; readonly by: number }
  /** The hint of a loop that waits by looking again. Nobody can see it. */
  | { readonly do: "relax" }

export interface Program {
  readonly cells: number
  readonly registers: number
  readonly threads: readonly (readonly Instruction[])[]
}

export const WAIT_RESULTS = ["ok", "not-equal", "timed-out"] as const
