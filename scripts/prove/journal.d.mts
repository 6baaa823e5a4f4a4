export interface Line {
  readonly part: string
  readonly at: number
  readonly ms: number
  readonly load: number
  readonly verdict: string
  readonly tests?: number
  readonly failed?: readonly string[]
  readonly skipped?: readonly string[]
}
export type Standing = ReadonlyMap<string, Line & { readonly before: readonly string[] }>
export declare function readJournal(file: string): Line[]
export declare function note(file: string, line: Line): void
export declare function forget(file: string): void
export declare function lastedBefore(file: string): Map<string, number>
export declare function standing(lines: readonly Line[]): Standing
