export interface SchemeProperties {
  /** What a reader protects: all it can reach within a section, or one record at a time. */
  readonly kind: "section" | "pointer" | "optimistic"
  /** What a read section costs: accesses to shared words. */
  readonly reading: string
  /** Whether anything is ever given back, and any grace period ends. */
  readonly reclaims: boolean
  /** Whether what a stalled reader keeps from being given back is bounded. */
  readonly robust: boolean
  /** A thread outside all sections that does nothing: does it hold anybody up? */
  readonly idle: "free" | "until it is offline"
  /** What a reader does that stays in its section. */
  readonly stalled: string
  /** What a reader does that died in its section. */
  readonly dead: string
}
export interface SchemeRow extends SchemeProperties {
  readonly id: number
  readonly name: string
  /** As papers call it: says the same where a name is asked for. */
  readonly also?: readonly string[]
  readonly about: string
}
export declare const SCHEMES: readonly SchemeRow[]
