/** What a fence depends on: six settings with a name, and the switches that they are made of. */
import { Lifetime } from "../../built/layout.js"
import { show } from "../entrance/numbers.js"
import { oneOf } from "../entrance/words.js"

/**
 * - `issuer-bound`: ops, names and lock stay the module's, as before the patch series;
 * - `names-only`: the same, but names are asked of pending fences only, and an unload waits for whoever reads them;
 * - `unlocked`: the plan of 2024: ops go at the signal and the issuer is asked without the lock, but nobody waits for readers;
 * - `layered`: as `issuer-bound`, but users are given the fences of a scheduler, never the issuer's;
 * - `independent`: what was merged: fences outlive their module;
 * - `pinned`: refused: each fence keeps its module loaded to the end.
 */
export type LifetimeName = "issuer-bound" | "names-only" | "unlocked" | "layered" | "independent" | "pinned"

/** What a lifetime is made of. */
export interface LifetimeSwitches {
  /** What becomes of a fence's ops at its signal. `detach`: they go, unless the issuer has `wait` or `free` and `ask` is `locked`. */
  readonly ops: "keep" | "detach"
  /** Of whom a signaled fence that has its ops is named: of its issuer, or of nobody any more. */
  readonly names: "always" | "pending"
  /** Whether the issuer is asked (`enableSignaling`, `pollSignaled`) under the fence's lock, or without it: then in a read section only where an unload waits for one. */
  readonly ask: "locked" | "unlocked"
  /** Whether an unload waits for a grace period before text, timelines and locks go. */
  readonly unload: "at-once" | "grace"
  /** Whether a fence that keeps its ops keeps its module loaded; else they dangle when it goes. */
  readonly pins: "none" | "keepers"
  /** Whether a borrowed lock goes with the module, or stays until nobody borrows it. */
  readonly locks: "dangle" | "counted"
}

const NAMED: Readonly<Record<LifetimeName, number>> = {
  "issuer-bound": Lifetime.IssuerBound,
  "names-only": Lifetime.NamesOnly,
  unlocked: Lifetime.UnlockedPlan,
  layered: Lifetime.Layered,
  independent: Lifetime.Independent,
  pinned: Lifetime.Pinned,
}

/** All that have a name, in the order in which they came up. */
export const LIFETIME_NAMES = Object.keys(NAMED) as readonly LifetimeName[]

/** Each switch: the word that is set, and the one that is not. */
const SWITCHES: readonly (readonly [keyof LifetimeSwitches, number, string, string])[] = [
  ["ops", Lifetime.Detaches, "detach", "keep"],
  ["names", Lifetime.NamesWhilePending, "pending", "always"],
  ["ask", Lifetime.Unlocked, "unlocked", "locked"],
  ["unload", Lifetime.Grace, "grace", "at-once"],
  ["pins", Lifetime.Pins, "keepers", "none"],
  ["locks", Lifetime.CountsLocks, "counted", "dangle"],
]

/** What a heap's word says. @throws TypeError for a word or a switch that does not exist */
export function lifetimeBits(given: LifetimeName | LifetimeSwitches): number {
  if (typeof given === "string" && Object.hasOwn(NAMED, given)) return NAMED[given]
  if (typeof given !== "object" || given === null) {
    const words = LIFETIME_NAMES.map((name) => `"${name}"`).join(", ")
    throw new TypeError(`Cannot use ${show(given)} as lifetime: an object of switches, or one of ${words} is needed`)
  }
  const known = SWITCHES.map(([name]) => name as string)
  for (const name of Object.keys(given)) oneOf("a switch of lifetime", name, known)
  let bits = 0
  for (const [name, bit, set, clear] of SWITCHES) {
    if (oneOf(`lifetime.${name}`, given[name] as string, [set, clear]) === set) bits |= bit
  }
  return bits
}

/** The switches that a heap's word stands for. */
export function switchesOf(bits: number): LifetimeSwitches {
  const words = SWITCHES.map(([name, bit, set, clear]) => [name, (bits & bit) === 0 ? clear : set])
  return Object.fromEntries(words) as unknown as LifetimeSwitches
}

/** The name of what a heap's word says; `custom` if it has none. */
export function lifetimeName(bits: number): LifetimeName | "custom" {
  return LIFETIME_NAMES.find((name) => NAMED[name] === bits) ?? "custom"
}
