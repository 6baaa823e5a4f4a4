/** What a survey of a heap finds wrong. */

/** Which part of the heap it is about. */
export type ProblemKind =
  | "header"
  | "seat"
  | "pool"
  | "retired"
  | "module"
  | "fence"
  | "callback"
  | "container"
  | "object"
  | "lock"
  | "reference"
  | "tag"
  | "name"
  | "cell"
  | "poison"
  | "lost"

/** Something that is not as it must be while nothing runs. */
export interface Problem {
  readonly kind: ProblemKind
  /** Address of the word concerned. */
  readonly address: number
  /** The same in words: "fence 0x57f80 flags". */
  readonly where: string
  readonly message: string
}

/** An address, as messages show it. */
export function hex(address: number): string {
  return `0x${(address >>> 0).toString(16)}`
}
