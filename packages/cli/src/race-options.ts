/** The options of a race: each is a row, read from the command line and written to it. What can be asked for can be repeated. */
import { fileURLToPath } from "node:url"
import { DRIVER_RACES, SCENARIOS_URL, isDriverRace } from "@outlive/drivers"
import {
  DEFAULTS,
  ENGINES,
  FENCE_LOCKS,
  FLAVOURS,
  type GivenSettings,
  LIFETIMES,
  LOCKS,
  MISHAPS,
  MOST_SECONDS,
  MOST_SLOTS,
  MOST_THREADS,
  type Mishap,
  SCENARIOS,
  SEEDS,
  type Settings,
  deal,
} from "@outlive/workers"
import { UsageError } from "./exit-codes.js"
import { quoted } from "./quoted.js"
import { choiceOption, fileOption, numberOption } from "./options.js"

interface Row {
  readonly description: string
  /** What it sets. */
  readonly key: keyof Settings
  /** Missing: a switch, on or off. */
  readonly valueHint?: string
  read(text: string): GivenSettings
  /** Missing when it is not needed to repeat a race. */
  write?(settings: Settings): string | undefined
}

const NAMES = SCENARIOS.map(({ name }) => name)

/** One of several words. */
function word<K extends keyof Settings>(key: K, flag: string, words: readonly string[], what: string): Row {
  const byDefault = key in DEFAULTS ? `. Default: ${String(DEFAULTS[key as keyof typeof DEFAULTS])}` : ""
  return {
    key,
    description: `${what}: ${words.join(", ")}${byDefault}`,
    valueHint: "word",
    read: (text) => ({ [key]: choiceOption(flag, text, words) }),
    write: (settings) => String(settings[key]),
  }
}

const ROWS: Readonly<Record<string, Row>> = {
  scenario: {
    ...word("scenario", "scenario", NAMES, "What is raced over"),
    write: ({ scenario, program, scenariosUrl }) =>
      program === undefined && scenariosUrl === undefined ? scenario : undefined,
  },
  driver: {
    key: "scenariosUrl",
    description: `A driver of fences, or one of its fence types, in place of a scenario: ${DRIVER_RACES.map(({ name }) => name).join(", ")}`,
    valueHint: "name",
    read: (text) => ({ scenariosUrl: SCENARIOS_URL, scenario: driverRace(text) }),
    write: ({ scenario, scenariosUrl }) => (scenariosUrl === SCENARIOS_URL ? scenario : undefined),
  },
  variation: {
    key: "variation",
    description:
      "Of a driver: patched (its code with the patch that was proposed for it), a fault (F44), or both (patched,F44)",
    valueHint: "word",
    read: (text) => ({ variation: text }),
    write: ({ variation }) => variation,
  },
  threads: {
    key: "roles",
    description: "Number of threads: parts are dealt to them. Default: 6",
    valueHint: `2-${MOST_THREADS}`,
    read: (text) => ({ threads: numberOption("threads", text, 2, MOST_THREADS) }),
    write: (settings) => (isDealt(settings) ? String(threadsOf(settings)) : undefined),
  },
  roles: {
    key: "roles",
    description: `How many threads play which part, in place of --threads: ${SCENARIOS[0]!.cast.first.map(({ name }) => `${name}=1`).join(",")}`,
    valueHint: "role=n,...",
    read: (text) => ({ roles: rolesFrom(text) }),
    write: (settings) => (isDealt(settings) ? undefined : rolesInWords(settings.roles)),
  },
  seconds: {
    key: "seconds",
    description: `How long, at most. Default: ${DEFAULTS.seconds}`,
    valueHint: "number",
    read: (text) => ({ seconds: numberOption("seconds", text, 0.1, MOST_SECONDS, false) }),
    write: ({ seconds }) => String(seconds),
  },
  operations: {
    key: "operations",
    description: "End after so many operations of all threads, if that comes first",
    valueHint: "number",
    read: (text) => ({ operations: numberOption("operations", text, 1, Number.MAX_SAFE_INTEGER) }),
    write: ({ operations }) => operations?.toString(),
  },
  seed: {
    key: "seed",
    description: `Seed of all random choices. Default: ${DEFAULTS.seed}`,
    valueHint: "number",
    read: (text) => ({ seed: numberOption("seed", text, ...SEEDS) }),
    write: ({ seed }) => String(seed),
  },
  engine: word("engine", "engine", ENGINES, "Which build of the engine"),
  flavour: word("flavour", "flavour", FLAVOURS, "Which flavour of it"),
  lifetime: word(
    "lifetime",
    "lifetime",
    LIFETIMES,
    "What a fence depends on (issuer-bound: its module, and oopses are what you will see)",
  ),
  "fence-lock": word("fenceLock", "fence-lock", FENCE_LOCKS, "Whose a fence's lock is"),
  lock: {
    key: "lock",
    description: `How a lock waits: ${LOCKS.join(", ")}. Default: ${DEFAULTS.lock}. Or another lock: its name (outlive strategies), or a file`,
    valueHint: "word",
    read: (text) => (isWait(text) ? { lock: text } : {}),
    write: ({ lock }) => lock,
  },
  slots: {
    key: "slots",
    description: `Cells over which fences are shared; few: much contention. Default: ${DEFAULTS.slots}`,
    valueHint: "number",
    read: (text) => ({ slots: numberOption("slots", text, 1, MOST_SLOTS) }),
    write: ({ slots }) => String(slots),
  },
  mishap: {
    key: "mishap",
    description: `Something that happens to a thread in the middle, ${MISHAPS.join(", ")}: terminate:2:300 is thread 2 after 300 ms`,
    valueHint: "kind:thread:ms",
    read: (text) => ({ mishap: mishapFrom(text) }),
    write: ({ mishap }) => mishap && `${mishap.kind}:${mishap.thread}:${mishap.afterMs}`,
  },
  deaths: {
    key: "deaths",
    description:
      "So many threads die in the middle, alone or together, when the seed says: with --engine js at an access to shared memory, else terminated",
    valueHint: "number",
    read: (text) => ({ deaths: numberOption("deaths", text, 0, MOST_THREADS) }),
    write: ({ deaths }) => deaths?.toString(),
  },
  "engine-module": {
    key: "engineUrl",
    description: "Another build of the JavaScript engine: a module that exports instantiate",
    valueHint: "file",
    read: (text) => ({ engineUrl: fileOption("engine-module", text) }),
    write: ({ engineUrl }) => (engineUrl === undefined ? undefined : fileURLToPath(engineUrl)),
  },
}

/** Whether it says how the package's lock waits, and is no other lock. */
export const isWait = (text: string): text is (typeof LOCKS)[number] => (LOCKS as readonly string[]).includes(text)

/** On or off. */
const SWITCHES: Readonly<
  Record<string, { description: string; read: GivenSettings; isOn(settings: Settings): boolean }>
> = {
  perturbation: {
    description: "Widen windows by random delays; on the js engine at single shared accesses",
    read: { perturbation: true },
    isOn: ({ perturbation }) => perturbation,
  },
  "keep-going": {
    description:
      "Do not end at the first violation, nor, over a driver, as soon as enough was seen: take all the time, unless the driver crashes",
    read: { stopAtViolation: false },
    isOn: ({ stopAtViolation }) => !stopAtViolation,
  },
  containers: {
    description: "Short for --scenario containers",
    read: { scenario: "containers" },
    isOn: () => false,
  },
}

/** For the command's definition. */
export const RACE_ARGS: Readonly<
  Record<string, { type: "string" | "boolean"; description: string; valueHint?: string }>
> = {
  ...Object.fromEntries(
    Object.entries(ROWS).map(([flag, { description, valueHint }]) => [
      flag,
      { type: "string" as const, description, ...(valueHint === undefined ? {} : { valueHint }) },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(SWITCHES).map(([flag, { description }]) => [flag, { type: "boolean" as const, description }]),
  ),
}

/** What was asked for, of options as they were parsed. @throws UsageError */
export function raceFrom(parsed: Readonly<Record<string, unknown>>): GivenSettings {
  let given: GivenSettings = {}
  for (const [flag, row] of Object.entries(ROWS)) {
    const text = parsed[flag]
    if (typeof text === "string") given = { ...given, ...row.read(text) }
  }
  for (const other of ["scenario", "containers"])
    if (parsed["driver"] !== undefined && parsed[other] !== undefined && parsed[other] !== false)
      throw new UsageError(`Option --driver stands in place of a scenario: it is not for --${other}`)
  if (parsed["containers"] === true && given.scenario !== undefined && given.scenario !== "containers")
    throw new UsageError(`Option --containers is short for --scenario containers, and --scenario is ${given.scenario}`)
  for (const [flag, { read }] of Object.entries(SWITCHES)) if (parsed[flag] === true) given = { ...given, ...read }
  return given
}

/** What is said of a race by other words than its options. */
export interface Said {
  /** Over what, on which engine: a program's name, a file, `--lock=broken`. */
  readonly words: readonly string[]
  /** What these set. */
  readonly sets: readonly string[]
}

/** Of a race over a scenario, on an engine of the package. */
export const NOTHING_SAID: Said = { words: [], sets: [] }

/** The options that ask for this race, but for what is said already: a thing that is said twice is refused. */
function raceArguments(settings: Settings, { words, sets }: Said): string[] {
  const written = Object.entries(ROWS).flatMap(([flag, { key, write }]) => {
    const text =
      sets.includes(key) || words.some((said) => said.startsWith(`--${flag}=`)) ? undefined : write?.(settings)
    return text === undefined ? [] : [`--${flag}=${text}`]
  })
  const on = Object.entries(SWITCHES).flatMap(([flag, { isOn }]) => (isOn(settings) ? [`--${flag}`] : []))
  return [...written, ...on]
}

/** The command that runs this race again (threads interleave as they like: the seed fixes the choices, not the schedule). */
export function repeatLine(settings: Settings, said: Said = NOTHING_SAID): string {
  return ["outlive", "race", ...said.words, ...raceArguments(settings, said)].map(quoted).join(" ")
}

/** The race of this name, or the one whose name has it in it. @throws UsageError */
function driverRace(text: string): string {
  const names = DRIVER_RACES.map(({ name }) => name)
  if (names.includes(text)) return text
  const like = names.filter((name) => name.includes(text))
  if (like.length === 1) return like[0]!
  throw new UsageError(`Option --driver is "${text}": one of ${names.join(", ")} is needed`)
}

const threadsOf = ({ roles }: Settings) => Object.values(roles).reduce((a, b) => a + b, 0)

/** Whether the parts are those that so many threads are dealt. */
function isDealt(settings: Settings): boolean {
  const { scenariosUrl } = settings
  const races = scenariosUrl === undefined ? SCENARIOS : DRIVER_RACES
  // All fence types are raced by the same cast.
  const isOwn = scenariosUrl !== SCENARIOS_URL && isDriverRace(scenariosUrl)
  const scenario = isOwn ? races[0] : races.find(({ name }) => name === settings.scenario)
  if (!scenario) return false
  const threads = threadsOf(settings)
  if (threads < scenario.leastThreads) return false
  return rolesInWords(deal(scenario, threads)) === rolesInWords(settings.roles)
}

function rolesInWords(roles: Readonly<Record<string, number>>): string {
  return Object.entries(roles)
    .filter(([, n]) => n > 0)
    .map(([role, n]) => `${role}=${n}`)
    .join(",")
}

function rolesFrom(text: string): Record<string, number> {
  const roles: Record<string, number> = {}
  for (const part of text.split(",")) {
    const [role, n] = part.split("=") as [string, string | undefined]
    if (role === "" || n === undefined || role in roles)
      throw new UsageError(`Option --roles is "${text}": a list like signaler=2,unloader=1 is needed`)
    roles[role] = numberOption("roles", n, 0, MOST_THREADS)
  }
  return roles
}

function mishapFrom(text: string): Mishap {
  const [kind, thread, afterMs, ...more] = text.split(":")
  if (afterMs === undefined || more.length > 0)
    throw new UsageError(`Option --mishap is "${text}": KIND:THREAD:MS is needed, like terminate:2:300`)
  return {
    kind: choiceOption("mishap", kind!, MISHAPS),
    thread: numberOption("mishap", thread!, 0, MOST_THREADS - 1),
    afterMs: numberOption("mishap", afterMs, 0, 1_000 * MOST_SECONDS, false),
  }
}
