export interface Lock {
  readonly id: number
  /** One of the engine's own has a name, one from elsewhere a file. */
  readonly name?: string
  readonly file?: string
  readonly about: string
  /** False for those that are not meant to keep anybody out. */
  readonly excludes?: boolean
}
export declare const LOCKS: readonly (Lock & { readonly name: string })[]
export declare function lockOf(nameOrFile: string): Lock
export declare function templateOfLock(): string
export declare function buildStrategy(
  nameOrFile: string,
  options: { readonly target: "js" | "wasm"; readonly flavour: "release" | "checked" | "stepwise" },
): Promise<string>
