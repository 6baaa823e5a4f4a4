export declare function judged(outputFile: string): {
  readonly verdict: string
  readonly tests: number
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}
