/** What cannot be explored at all: a mistake in the model, not a finding about it. */

export type RefusalCode = "promise" | "wait-async" | "schedule"

export class ExploreError extends Error {
  override readonly name = "ExploreError"
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}
