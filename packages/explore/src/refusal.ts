/** What cannot be explored at all: a mistake in the model, not a finding about it. */

export type RefusalCode =
  /** A function of the model is none, or gives back a promise or a generator. */
  | "function"
  /** It says of itself what no model can be. */
  | "model"
  | "wait-async"
  /** Shared memory that is not the model's. */
  | "own-memory"
  /** Code outside of the threads would sleep, with nobody to wake it. */
  | "sleep"
  | "schedule"
  /** A checkpoint is not one of this search. */
  | "checkpoint"
  /** Threads of the platform's own would be started. */
  | "worker"
  /** A thread runs WebAssembly code that shares memory: what that does is not seen. */
  | "wasm"
  /** The module cannot be imported, or not here. */
  | "module"

/** A TypeError, because the model is none that can be explored. */
export class ExploreError extends TypeError {
  override readonly name = "ExploreError"
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}
