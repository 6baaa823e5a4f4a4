/** One of the engine's own locks or schemes by its name, or a file from elsewhere. The number becomes part of the heap's layout. */
export type StrategyChoice =
  | { readonly name: string; readonly id: number }
  | { readonly file: string; readonly id: number }
export interface BuildOptions {
  readonly sourceDir?: string
  readonly outFile: string
  readonly checked: boolean
  readonly stepwise?: boolean
  readonly lock?: StrategyChoice
  readonly scheme?: StrategyChoice
  /** The lab instead of the engine, with this scheme. */
  readonly lab?: StrategyChoice
  /** Files of the engine, without their ending, that are in no other build. */
  readonly extras?: readonly string[]
  readonly optimize?: "-O2" | "-O3"
}
export declare function buildJavaScript(options: BuildOptions): Promise<number>
export declare function buildWebAssembly(options: BuildOptions): Promise<number>
export declare function fingerprint(): string
