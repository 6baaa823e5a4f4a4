/** One of the engine's own locks or schemes by its name, or a file from elsewhere. The number becomes part of the heap's layout. */
export type StrategyChoice =
  | { readonly name: string; readonly id: number }
  | { readonly file: string; readonly id: number }
/** Which engine. */
export interface EngineChoice {
  readonly checked: boolean
  readonly stepwise?: boolean
  readonly traced?: boolean
  readonly lock?: StrategyChoice
  readonly scheme?: StrategyChoice
  /** The lab instead of the engine, with this scheme. */
  readonly lab?: StrategyChoice
  /** Files of the engine, without their ending, that are in no other build. */
  readonly extras?: readonly string[]
}
export interface BuildOptions extends EngineChoice {
  readonly outFile: string
  readonly optimize?: "-O2" | "-O3" | "-O3s"
}
export interface Rebuilding {
  build(changes: ReadonlyMap<string, string>, outFile: string): Promise<number>
  dispose(): Promise<void>
}
export declare function buildJavaScript(options: BuildOptions): Promise<number>
export declare function beginRebuilding(options: EngineChoice): Promise<Rebuilding>
export declare function buildWebAssembly(options: BuildOptions): Promise<number>
export declare function fingerprint(): string
