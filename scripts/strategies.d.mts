import type { SchemeProperties, SchemeRow } from "./schemes.mjs"

interface Strategy {
  readonly id: number
  /** One of the engine's own has a name, one from elsewhere a file. */
  readonly name?: string
  readonly file?: string
  readonly about: string
}
export interface Lock extends Strategy {
  /** False for those that are not meant to keep anybody out. */
  readonly excludes?: boolean
}
export type Scheme = Strategy & Partial<SchemeProperties>
type Choice = { readonly target: "js" | "wasm"; readonly flavour: "release" | "checked" | "stepwise" }
export declare const LOCKS: readonly (Lock & { readonly name: string })[]
export declare const SCHEMES: readonly SchemeRow[]
export declare function lockOf(nameOrFile: string): Lock
export declare function templateOfLock(): string
export declare function templateOfScheme(): string
export declare function templateOfProgram(): string
export declare function schemeOf(nameOrFile: string): Scheme
export declare function buildStrategy(nameOrFile: string, options: Choice): Promise<string>
export declare function buildEngine(
  names: { readonly lock?: string | undefined; readonly scheme?: string | undefined },
  options: Choice,
): Promise<string>
export declare function buildScheme(nameOrFile: string, options: Choice): Promise<string>
