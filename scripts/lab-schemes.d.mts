export interface LabSchemeProperties {
  /** What a reader protects: all it can reach within a section, one node at a time, or nothing. */
  readonly kind: "section" | "pointer" | "optimistic"
  /** What reading costs: accesses to shared words. */
  readonly reading: string
  /** Whether anything is ever given back. */
  readonly reclaims: boolean
  /** "yes", or "not applicable" and why the whole engine does not run under it. */
  readonly engine: string
  /** One of the engine's section schemes. */
  readonly ofEngine?: boolean
}
export interface LabSchemeRow extends LabSchemeProperties {
  readonly id: number
  readonly name: string
  /** As papers call it: says the same where a name is asked for. */
  readonly also?: readonly string[]
  readonly about: string
}
export type LabScheme = Partial<LabSchemeProperties> & {
  readonly id: number
  readonly name?: string
  readonly file?: string
  readonly also?: readonly string[]
  readonly about: string
}
export declare const LAB_SCHEMES: readonly LabSchemeRow[]
