export interface BuildOptions {
  readonly sourceDir?: string
  readonly outFile: string
  readonly checked: boolean
  readonly stepwise?: boolean
}
export declare function buildJavaScript(options: BuildOptions): Promise<number>
export declare function buildWebAssembly(options: BuildOptions): Promise<number>
