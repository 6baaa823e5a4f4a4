/** What the threads of a replay on workers share beside the model's memory: whose turn it is. */
import { thrownText } from "../text.js"

/** One operation of a thread, as it went when the schedule was run by unwinding. */
export interface ExpectedStep {
  /** Its place among all turns; before the steps each thread has one, for its code up to its first operation. */
  readonly turn: number
  readonly operation: number
  readonly start: number
  /** What it gave back; a wait that falls asleep gives back "asleep". */
  readonly result: unknown
}

export interface ReplayInput {
  readonly modelUrl: string
  readonly exportName: string
  readonly memory: SharedArrayBuffer
  /** One word: the turn. */
  readonly baton: Int32Array
  readonly thread: number
  readonly steps: readonly ExpectedStep[]
  /** Whether its code up to its first operation is a step as well, and not done before all steps. */
  readonly startsInStep: boolean
  /** Of chance and time, which go as they went by unwinding. */
  readonly seed: number
}

/** What a worker tells. */
export type ReplayMessage =
  | { readonly kind: "ready" }
  /** It did something else than was expected. */
  | { readonly kind: "differs"; readonly turn: number; readonly what: string }
  /** It has done all of its turn. */
  | { readonly kind: "gave"; readonly turn: number }
  | { readonly kind: "end"; readonly value: unknown; readonly threw: boolean }

/** What a message cannot carry becomes text. */
export function carried(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return thrownText(value)
  }
}
