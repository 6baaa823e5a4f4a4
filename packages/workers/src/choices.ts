/** Words and numbers, checked where they enter: each is one of those that there are, or an error that lists them. */
import { type EngineKind, type Flavour, LIFETIME_NAMES, type LifetimeName } from "@outlive/core"

export const ENGINES = ["wasm", "js"] as const satisfies readonly EngineKind[]
export const FLAVOURS = ["checked", "release"] as const satisfies readonly Flavour[]
export const LIFETIMES: readonly LifetimeName[] = LIFETIME_NAMES
/** Those in which an oops is what a race is there to show: something may dangle. */
export const DANGLING: readonly LifetimeName[] = ["issuer-bound", "names-only", "unlocked", "layered"]
export const FENCE_LOCKS = ["inline", "external"] as const
export const LOCKS = ["spin", "mutex"] as const

/** @throws RangeError when it is not one of these words */
export function oneOf<T extends string>(name: string, value: unknown, words: readonly T[]): T {
  if ((words as readonly unknown[]).includes(value)) return value as T
  throw new RangeError(`Option ${name} is ${shown(value)}: one of ${words.join(", ")} is needed`)
}

/** @throws RangeError when it is not a number in this range */
export function numberFrom(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value
  throw new RangeError(`Option ${name} is ${shown(value)}: a number from ${least} to ${most} is needed`)
}

/** @throws RangeError when it is not a whole number in this range */
export function wholeFrom(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number
  throw new RangeError(`Option ${name} is ${shown(value)}: a whole number from ${least} to ${most} is needed`)
}

/** @throws RangeError when it is neither true nor false */
export function trueOrFalse(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value
  throw new RangeError(`Option ${name} is ${shown(value)}: true or false is needed`)
}

/** @throws RangeError when an object has keys that mean nothing */
export function refuseOtherKeys(what: string, given: object, keys: readonly string[]): void {
  for (const key of Object.keys(given))
    if (!keys.includes(key)) throw new RangeError(`Unknown ${what} "${key}": there are ${keys.join(", ")}`)
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value)
  return typeof value === "object" && value !== null ? "an object" : String(value)
}
