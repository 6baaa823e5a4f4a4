export interface Snippet {
  readonly code: string
  /** Exactly what it must print; missing: nothing is said about that. */
  readonly prints?: string
}
export declare function snippetsIn(markdown: string): Snippet[]
export declare function commandsIn(markdown: string): string[]
export declare function typedProgramsIn(markdown: string): string[]
