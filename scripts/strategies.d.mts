import type { BuildOptions } from "./build-engine.mjs"
import type { ExternalLock } from "./external-locks.mjs"
import type { LabScheme, LabSchemeRow } from "./lab-schemes.mjs"
import type { RwLock } from "./rw-locks.mjs"
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
export declare const LAB_SCHEMES: readonly LabSchemeRow[]
export declare function labSchemeOf(nameOrFile: string): LabScheme
export declare function buildLab(nameOrFile: string, options: Choice): Promise<string>
export declare function labStrategies(scheme: LabScheme): Pick<BuildOptions, "lab" | "scheme">
type Choice = { readonly target: "js" | "wasm"; readonly flavour: "release" | "checked" | "stepwise" | "traced" }
export declare const LOCKS: readonly (Lock & { readonly name: string })[]
export declare const SCHEMES: readonly SchemeRow[]
export declare function lockOf(nameOrFile: string): Lock
export declare function templateOfLock(): string
export declare function templateOfLabScheme(): string
export declare function templateOfScheme(): string
export declare function templateOfProgram(): string
export declare function schemeOf(nameOrFile: string): Scheme
export declare function buildStrategy(nameOrFile: string, options: Choice): Promise<string>
export declare function buildEngine(
  names: { readonly lock?: string | undefined; readonly scheme?: string | undefined },
  options: Choice,
): Promise<string>
export declare function buildScheme(nameOrFile: string, options: Choice): Promise<string>
/** Fences to hold against the engine's own: for `buildWith`. */
export declare const LAB_OF_FENCES: readonly string[]
export declare function buildWith(
  extras: readonly string[],
  options: Choice,
  names?: { readonly lock?: string },
): Promise<string>
export declare function buildTraced(
  names: { readonly lock?: string | undefined; readonly scheme?: string | undefined },
  options: Pick<Choice, "target">,
): Promise<string>
export declare const RW_LOCKS: readonly RwLock[]
export declare function buildRwLock(name: string, options: Choice): Promise<string>
export declare const EXTERNAL_LOCKS: readonly ExternalLock[]
export declare function buildExternalLock(name: string, options: Choice): Promise<string>
export declare function sourcesNow(): string
