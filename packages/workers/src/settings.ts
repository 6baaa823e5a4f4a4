/** Everything that decides how a race goes, except the operating system: plain data. */
import type { EngineKind, Flavour, LifetimeName } from "@outlive/core"
import {
  ENGINES,
  FENCE_LOCKS,
  FLAVOURS,
  LIFETIMES,
  LOCKS,
  numberFrom,
  oneOf,
  refuseOtherKeys,
  trueOrFalse,
  wholeFrom,
} from "./choices.js"
import { type AnyScenario, deal, rolesOf } from "./scenario.js"

export const MISHAPS = ["throw", "exit", "terminate"] as const
export const MOST_THREADS = 64
export const MOST_SECONDS = 86_400
export const MOST_SLOTS = 1_024
export const SEEDS = [-0x80000000, 0x7fffffff] as const
const DEFAULT_THREADS = 6

/** Something that happens to a thread in the middle: to see that the others go on. */
export interface Mishap {
  /** Index of the thread. */
  readonly thread: number
  readonly kind: (typeof MISHAPS)[number]
  /** Counted from the start line. */
  readonly afterMs: number
}

export interface Settings {
  /** Name of the scenario. */
  readonly scenario: string
  /** How many threads play each part. */
  readonly roles: Readonly<Record<string, number>>
  /** Counted from the start line. */
  readonly seconds: number
  /** Ends the race after so many operations of all threads together, if that comes first. */
  readonly operations?: number
  readonly seed: number
  readonly perturbation: boolean
  readonly engine: EngineKind
  readonly flavour: Flavour
  readonly lifetime: LifetimeName
  readonly fenceLock: (typeof FENCE_LOCKS)[number]
  readonly lock: (typeof LOCKS)[number]
  /** Cells over which fences are shared. Few: much contention. */
  readonly slots: number
  /** End at the first violation, and where a scenario ends when it has seen enough, then. False: take all the time. */
  readonly stopAtViolation: boolean
  readonly mishap?: Mishap
  /**
   * So many threads die, alone or together, when the seed says: the others must get on, and the heap work afterwards. With the engine in
   * JavaScript at one of their accesses, if they come to one in time; else they are terminated.
   */
  readonly deaths?: number
  /** Of a scenario in which not everybody may die: the roles of those who are terminated. */
  readonly mortals?: readonly string[]
  /** Module that exports `instantiate`, in place of the built JavaScript engine: a broken twin that the race must catch. */
  readonly engineUrl?: string
  /** A program in place of a scenario: its name, or the URL of a module that exports one. */
  readonly program?: string
  /** A role from elsewhere, in a scenario beside its own: the URL of a module that exports it. */
  readonly roleUrl?: string
  /** Another build of the engine in WebAssembly: the URL of a module that exports its `bytes`. */
  readonly build?: string
  /** Scenarios from elsewhere: the URL of a module that exports them as `scenarios`. */
  readonly scenariosUrl?: string
  /** Of a scenario that has some: another form of its code, or a broken twin of it. */
  readonly variation?: string
  /** Entries in each thread's event ring, in place of the scenario's own number. */
  readonly traceEntries?: number
  /** For a program: a lock or a scheme in place of the engine's, as the URL of a module (`programs/foreign.ts`). */
  readonly foreign?: string
}

/** What is asked for. Not given: 6 threads, and what `DEFAULTS` says. */
export interface GivenSettings extends Partial<Omit<Settings, "roles">> {
  /** Parts are dealt to so many threads. */
  readonly threads?: number
  /** How many threads play each part; those that are not named: none. */
  readonly roles?: Readonly<Record<string, number>>
}

/** What a race is when nothing is said. */
export const DEFAULTS = {
  scenario: "fences",
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
} as const satisfies Omit<Settings, "roles">

const KEYS = [
  ...Object.keys(DEFAULTS),
  "threads",
  "roles",
  "operations",
  "mishap",
  "deaths",
  "engineUrl",
  "program",
  "roleUrl",
  "build",
  "foreign",
  "scenariosUrl",
  "variation",
  "traceEntries",
]

/** Checks what is asked for, and completes it. @throws RangeError for a race that cannot be, saying what could */
export function settingsOf(given: GivenSettings, scenarios: readonly AnyScenario[]): Settings {
  refuseOtherKeys("option of a race", given, KEYS)
  const names = scenarios.map(({ name }) => name)
  const byDefault = names.includes(DEFAULTS.scenario) ? DEFAULTS.scenario : names[0]
  const name = oneOf("scenario", given.scenario ?? byDefault, names)
  const scenario = scenarios.find((one) => one.name === name)!
  const all = { ...DEFAULTS, ...scenario.settings, ...withoutUndefined(given) }
  const roles = castOf(scenario, given)
  const threads = Object.values(roles).reduce((a, b) => a + b, 0)
  const settings: Settings = {
    scenario: name,
    roles,
    seconds: numberFrom("seconds", all.seconds, 0.001, MOST_SECONDS),
    ...(all.operations === undefined
      ? {}
      : { operations: wholeFrom("operations", all.operations, 1, Number.MAX_SAFE_INTEGER) }),
    seed: wholeFrom("seed", all.seed, ...SEEDS),
    perturbation: trueOrFalse("perturbation", all.perturbation),
    engine: oneOf("engine", all.engine, ENGINES),
    flavour: oneOf("flavour", all.flavour, FLAVOURS),
    lifetime: oneOf("lifetime", all.lifetime, LIFETIMES),
    fenceLock: oneOf("fenceLock", all.fenceLock, FENCE_LOCKS),
    lock: oneOf("lock", all.lock, LOCKS),
    slots: wholeFrom("slots", all.slots, 1, MOST_SLOTS),
    stopAtViolation: trueOrFalse("stopAtViolation", all.stopAtViolation),
    ...(all.mishap === undefined ? {} : { mishap: checkedMishap(all.mishap, threads) }),
    ...(all.deaths === undefined ? {} : { deaths: wholeFrom("deaths", all.deaths, 0, threads) }),
    ...(all.traceEntries === undefined
      ? {}
      : { traceEntries: wholeFrom("traceEntries", all.traceEntries, 0, 1_048_576) }),
    ...textsOf(all, ["engineUrl", "program", "roleUrl", "build", "foreign", "scenariosUrl", "variation"]),
  }
  if (settings.variation !== undefined) oneOf("variation", settings.variation, variationsOf(scenario))
  if (!scenario.lifetimes.includes(settings.lifetime))
    throw new RangeError(
      `Cannot race over ${name} on ${settings.lifetime} heaps: lifetime must be ${scenario.lifetimes.join(" or ")}`,
    )
  const whyNot = scenario.whyNot?.(settings)
  if (whyNot !== undefined) throw new RangeError(`Cannot race over ${name} so: ${whyNot}`)
  if (settings.deaths !== undefined && settings.deaths > 0 && scenario.conductsDeaths)
    throw new RangeError(`Cannot race over ${name} with deaths: who dies there, and when, is what the race is about`)
  const mortals = mortalsOf(scenario, settings)
  if (settings.engineUrl !== undefined && settings.engine !== "js")
    throw new RangeError("Cannot put another engine in the place of wasm: engineUrl needs engine js")
  if (settings.build !== undefined && settings.engine !== "wasm")
    throw new RangeError("Cannot put another build in the place of js: build needs engine wasm")
  if (settings.foreign !== undefined && settings.program === undefined)
    throw new RangeError("Cannot race over a scenario with a lock from elsewhere: foreign needs a program")
  return mortals === undefined ? settings : { ...settings, mortals }
}

/** @throws RangeError when there are none */
function variationsOf({ name, variations = [] }: AnyScenario): readonly string[] {
  if (variations.length > 0) return variations
  throw new RangeError(`Cannot race over ${name} in a variation: it has none`)
}

/** Of a race with deaths: who may die, if not everybody. @throws RangeError that says who may not, and why */
function mortalsOf({ name, standsNoDeath, immortals = {} }: AnyScenario, settings: Settings): string[] | undefined {
  const { deaths = 0, mishap, roles } = settings
  if (deaths === 0 && mishap === undefined) return undefined
  const reason = typeof standsNoDeath === "function" ? standsNoDeath(settings) : standsNoDeath
  if (reason !== undefined) throw new RangeError(`Cannot race over ${name} with deaths: ${reason}`)
  const whys = Object.entries(immortals).map(([role, why]) => `${role}: ${why}`)
  if (whys.length === 0) return undefined
  const threads = Object.entries(roles).flatMap(([role, n]) => Array.from({ length: n }, () => role))
  const mortal = threads.filter((role) => !(role in immortals))
  if (deaths > mortal.length || (mishap && (threads[mishap.thread] ?? "") in immortals))
    throw new RangeError(
      `Cannot race over ${name} so: ${mortal.length} threads may die (${[...new Set(mortal)].join(", ")}). Not ${whys.join("; not ")}`,
    )
  return [...new Set(mortal)]
}

function castOf(scenario: AnyScenario, { threads, roles }: GivenSettings): Record<string, number> {
  const names = rolesOf(scenario).map((role) => role.name)
  if (roles === undefined)
    return deal(scenario, wholeFrom("threads", threads ?? DEFAULT_THREADS, scenario.leastThreads, MOST_THREADS))
  if (typeof roles !== "object" || roles === null)
    throw new RangeError(`Option roles is ${String(roles)}: a number for each role is needed`)
  refuseOtherKeys(`role of ${scenario.name}`, roles, names)
  const cast = Object.fromEntries(
    names.map((name) => [name, wholeFrom(`roles.${name}`, roles[name] ?? 0, 0, MOST_THREADS)]),
  )
  for (const [role, [least, most]] of Object.entries(scenario.needs ?? {}))
    wholeFrom(`roles.${role}`, cast[role], least, most)
  const sum = Object.values(cast).reduce((a, b) => a + b, 0)
  if (sum < 2 || sum > MOST_THREADS)
    throw new RangeError(`Cannot race with ${sum} threads: 2 to ${MOST_THREADS} are needed`)
  if (threads !== undefined && threads !== sum)
    throw new RangeError(`Option threads is ${threads}, and the roles are ${sum}: one of the two is enough`)
  return cast
}

function checkedMishap(given: Mishap, threads: number): Mishap {
  if (typeof given !== "object" || given === null)
    throw new RangeError(`Option mishap is ${String(given)}: an object is needed`)
  refuseOtherKeys("part of a mishap", given, ["thread", "kind", "afterMs"])
  return {
    thread: wholeFrom("mishap.thread", given.thread, 0, threads - 1),
    kind: oneOf("mishap.kind", given.kind, MISHAPS),
    afterMs: numberFrom("mishap.afterMs", given.afterMs, 0, 1_000 * MOST_SECONDS),
  }
}

/** Those of these that were given. */
function textsOf<K extends keyof Settings>(given: Partial<Settings>, keys: readonly K[]): Partial<Pick<Settings, K>> {
  const there = keys.filter((key) => given[key] !== undefined)
  return Object.fromEntries(there.map((key) => [key, String(given[key])])) as Partial<Pick<Settings, K>>
}

/** An option that is undefined was not given. */
function withoutUndefined(given: GivenSettings): GivenSettings {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
