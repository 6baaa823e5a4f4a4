/** A race as data: who takes part, for how long, over what kind of heap. */
import type { EngineKind, Flavour, LifetimeKind } from "@outlive/core"

/** The parts that threads play. */
export const ROLE_NAMES = ["signaler", "waiter", "subscriber", "nameReader", "unloader", "composer", "merger"] as const
export type RoleName = (typeof ROLE_NAMES)[number]

/** Something that happens to a thread in the middle: to see that the others go on. */
export interface Mishap {
  /** Index of the thread. */
  readonly thread: number
  readonly kind: "throw" | "exit" | "terminate"
  /** Counted from the start line. */
  readonly afterMs: number
}

/** Everything that decides how a race goes, except the scheduler. */
export interface Scenario {
  /** How many threads play each part. */
  readonly roles: Readonly<Record<RoleName, number>>
  /** Counted from the start line. */
  readonly seconds: number
  readonly seed: number
  readonly perturbation: boolean
  readonly engine: EngineKind
  readonly flavour: Flavour
  readonly lifetime: LifetimeKind
  readonly fenceLock: "inline" | "external"
  readonly lock: "spin" | "mutex"
  /** Cells over which fences are shared. Few: much contention. */
  readonly slots: number
  /** End at the first violation. */
  readonly stopAtViolation: boolean
  readonly mishap?: Mishap
  /** Module that exports `instantiate`, in place of the built JavaScript engine: a broken twin that the race must catch. */
  readonly engineUrl?: string
}

/** What a race is when nothing is said. */
export const DEFAULTS: Scenario = {
  roles: castOf(6),
  seconds: 5,
  seed: 1,
  perturbation: false,
  engine: "wasm",
  flavour: "checked",
  lifetime: "independent",
  fenceLock: "inline",
  lock: "spin",
  slots: 8,
  stopAtViolation: true,
}

/** Deals the parts to a number of threads: one of each, then more signalers, waiters, subscribers and name readers in turn. */
export function castOf(threads: number): Record<RoleName, number> {
  if (!Number.isInteger(threads) || threads < 2 || threads > 64)
    throw new RangeError(`Cannot race with ${threads} threads: a whole number from 2 to 64 is needed`)
  return deal(
    threads,
    ["signaler", "nameReader", "unloader", "waiter", "subscriber"],
    ["signaler", "waiter", "subscriber", "nameReader"],
  )
}

/** The same with threads that build containers over the others' fences, and merge what they find. */
export function castWithContainers(threads: number): Record<RoleName, number> {
  if (!Number.isInteger(threads) || threads < 3 || threads > 64)
    throw new RangeError(`Cannot race over containers with ${threads} threads: a whole number from 3 to 64 is needed`)
  return deal(
    threads,
    ["signaler", "composer", "merger", "unloader", "subscriber", "signaler"],
    ["composer", "signaler", "merger", "waiter"],
  )
}

function deal(threads: number, first: readonly RoleName[], more: readonly RoleName[]): Record<RoleName, number> {
  const roles = Object.fromEntries(ROLE_NAMES.map((name) => [name, 0])) as Record<RoleName, number>
  for (let i = 0; i < threads; i++) roles[i < first.length ? first[i]! : more[(i - first.length) % more.length]!]++
  return roles
}

/** The parts in order, one entry a thread. */
export function castList(scenario: Scenario): RoleName[] {
  return ROLE_NAMES.flatMap((role) => Array.from<RoleName>({ length: scenario.roles[role] }).fill(role))
}
