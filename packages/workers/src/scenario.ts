/** What races are made of: a scenario sets a stage, and roles are played on it. */
import type { Heap, HeapOptions, LifetimeName, LifetimeSwitches, ModuleDefinition, Thread } from "@outlive/core"
import type { Random } from "./random.js"
import type { Settings } from "./settings.js"
import type { Stage } from "./stage.js"

/** Told what an issuer's function finds wrong. */
export type Complain = (message: string, kind?: string) => void

/** A part to play: a claim, and what is done to put it to the test until the race ends. */
export interface Role<Tokens = unknown> {
  readonly name: string
  /** One sentence that must hold. */
  readonly claim: string
  /** What it counts when both sides of its races have happened. */
  readonly seen?: readonly string[]
  /** It is there to be terminated: what it held is lost, and nobody is to blame. */
  readonly isMortal?: boolean
  /** Before the start line. */
  prepare?(stage: Stage<Tokens>): void
  play(stage: Stage<Tokens>): void | Promise<void>
}

/** What is known of a thread before it has joined. */
export interface Part<Tokens> {
  readonly tokens: Tokens
  readonly random: Random
}

/** The main thread's view of a race. */
export interface Referee {
  readonly heap: Heap
  readonly thread: Thread
  readonly modules: readonly ModuleDefinition[]
  readonly settings: Settings
  /** The names of the threads' roles, by index. */
  readonly cast: readonly string[]
}

/** A stage that is set. */
export interface Scene<Tokens> {
  /** What the threads get: data that can be cloned. */
  readonly tokens: Tokens
  /** Gives everything back after a race in which nothing was violated. Returns what does not add up. */
  end(counts: Readonly<Record<string, number>>): readonly string[] | void
  /** Before that: throws what does not hold. */
  judge?(): void
}

/** What a scenario can do while the race runs. */
export interface Direction {
  /** Waits until something is so. False when the race is over before. */
  until(holds: () => boolean): Promise<boolean>
  pause(ms: number): Promise<void>
  /** Terminates all threads of a role wherever they stand, and clears up after them. */
  terminate(role: string): Promise<void>
  violate(message: string): void
  /** Ends the race before its time is up. @param why in words, for the result: not told when it would have ended anyway */
  end(why?: string): void
}

/** One kind of race. */
export interface Scenario<Tokens = unknown> {
  readonly name: string
  /** What races here, for a list. */
  readonly about: string
  /** Which parts so many threads are dealt: these first, then those in turn. Roles that only take part when asked for: `asked`. */
  readonly cast: {
    readonly first: readonly Role<Tokens>[]
    readonly more: readonly Role<Tokens>[]
    readonly asked?: readonly Role<Tokens>[]
  }
  readonly leastThreads: number
  /** Kinds of heaps on which it can be raced. */
  readonly lifetimes: readonly LifetimeName[]
  /** What must be for it to make sense. */
  readonly settings?: Partial<Settings>
  /** Names of roles in the order in which they are stopped, for roles that need others while they finish. */
  readonly phases?: readonly (readonly string[])[]
  /** A thread that has made no turn in so many looks, a hundred a second, is stuck; fewer where nobody waits with a time-out. */
  readonly stuckTicks?: number
  /** When the race is over, a thread that has made no turn in so many looks hangs. Default 1,200. One that makes turns has ten times as many. */
  readonly patienceTicks?: number
  /** Who dies, and when, is what it is about: no other deaths can be asked for. */
  readonly conductsDeaths?: boolean
  /** Oopses are what it is to find: they are counted by what was being done, on heaps of every lifetime. */
  readonly findsOopses?: boolean
  /** What fences depend on, where it is not quite what `lifetime` says. */
  switches?(settings: Settings): LifetimeSwitches | undefined
  /** What `variation` can say: broken twins of its code, and other forms. */
  readonly variations?: readonly string[]
  /** Parts of which a race needs so many threads: at least, and at most. */
  readonly needs?: Readonly<Record<string, readonly [least: number, most: number]>>
  /** Why there is no such race, though each option for itself could be. */
  whyNot?(settings: Settings): string | undefined
  /** Why no thread of it may die. */
  readonly standsNoDeath?: string | ((settings: Settings) => string | undefined)
  /** Roles of which no thread may die, and why. */
  readonly immortals?: Readonly<Record<string, string>>
  /** @param part of the thread that is to play one; the main thread has none */
  modules(complain: Complain, settings: Settings, part?: Part<Tokens>): ModuleDefinition[]
  capacities(settings: Settings, threads: number): HeapOptions
  setup(referee: Referee): Scene<Tokens>
  /** Conducts a race in which the main thread has a part of its own. */
  direct?(direction: Direction, tokens: Tokens, referee: Referee): Promise<void>
}

/** A scenario whose tokens are its own affair. */
export type AnyScenario = Scenario<unknown>
export type AnyRole = Role<unknown>

export function defineRole<Tokens = unknown>(role: Role<Tokens>): Role<Tokens> {
  return role
}

export function defineScenario<Tokens>(scenario: Scenario<Tokens>): Scenario<Tokens> {
  return scenario
}

/** All roles of a scenario, each once. */
export function rolesOf({ cast }: AnyScenario): AnyRole[] {
  return [...new Set<AnyRole>([...cast.first, ...cast.more, ...(cast.asked ?? [])])]
}

/** Deals parts to a number of threads: how many play which. */
export function deal(scenario: AnyScenario, threads: number): Record<string, number> {
  const { first, more } = scenario.cast
  const roles = Object.fromEntries(rolesOf(scenario).map(({ name }) => [name, 0]))
  for (let i = 0; i < threads; i++) {
    const role = i < first.length ? first[i]! : more[(i - first.length) % more.length]!
    roles[role.name]!++
  }
  return roles
}

/** The parts in order, one entry a thread. */
export function castList(scenario: AnyScenario, roles: Readonly<Record<string, number>>): AnyRole[] {
  return rolesOf(scenario).flatMap((role) => Array.from<AnyRole>({ length: roles[role.name] ?? 0 }).fill(role))
}

/** In which phase a role is stopped, from 0. */
export function phaseOf({ phases }: AnyScenario, role: string): number {
  const phase = phases?.findIndex((names) => names.includes(role)) ?? 0
  return Math.max(0, phase)
}
