/** What a command is about: a program, over an engine with a lock and a scheme; each by its name, or by a file. */
import { pathToFileURL } from "node:url"
import { type AnyProgram, PROGRAMS, findProgram } from "@outlive/programs"
import { fenceTypeAt, scenariosUrlOf, titleOf } from "@outlive/drivers"
import { DEFAULTS, type GivenSettings, kindOfForeign, loadForeign, scenariosFor } from "@outlive/workers"
import { isFile, kindOf, moduleOf } from "../../../scripts/brought.mjs"
import { buildEngine, buildTraced, schemeOf } from "../../../scripts/strategies.mjs"
import { UsageError } from "./exit-codes.js"
import { whileLoading } from "./interrupt.js"
import { didYouMean } from "./nearest.js"
import { pageOf } from "./pages.js"

export { isFile }

/** Options that say it. */
export const SUBJECT_ARGS = {
  program: {
    type: "string",
    description: `A program: ${PROGRAMS.map(({ name }) => name).join(", ")}, or a file that exports one`,
    valueHint: "name",
  },
  lock: {
    type: "string",
    description: "With another lock than the package's: its name (outlive strategies lists them), or a file",
    valueHint: "name",
  },
  scheme: {
    type: "string",
    description: `With another reclamation scheme than the package's: its name (${pageOf("STRATEGIES.md")}), or a file`,
    valueHint: "name",
  },
} as const

export interface Words {
  /** What stands on the command line without an option. */
  readonly what?: string | undefined
  readonly program?: string | undefined
  readonly lock?: string | undefined
  readonly scheme?: string | undefined
}

export interface Subject {
  /** As it was asked for: a name, or a file. */
  readonly lock?: string
  readonly scheme?: string
  readonly program?: AnyProgram
  /** If it is none of ours: the file that exports the program, and URL of the module that was made of it. */
  readonly programFile?: string
  readonly programUrl?: string
  /** URL of a lock or a scheme that is not in the engine's subset. */
  readonly foreign?: string
  /** URLs of modules that export them. */
  readonly model?: string
  readonly role?: string
  /** URL of the module that exports a fence type. */
  readonly driver?: string
}

/** Loads what is brought, too. @throws UsageError, RangeError that say what there is, or what is wrong in a file */
export function subjectOf(words: Words): Promise<Subject> {
  const isBrought = [words.what, words.program].some((word) => word !== undefined && isFile(word))
  return isBrought ? whileLoading(() => broughtBy(words)) : broughtBy(words)
}

async function broughtBy({ what, program, lock, scheme }: Words): Promise<Subject> {
  const brought: Brought = what === undefined ? {} : isFile(what) ? await bring(what) : { program: what }
  const given = { program, lock, scheme }
  for (const key of ["program", "lock", "scheme"] as const)
    if (brought[key] !== undefined && given[key] !== undefined)
      throw new UsageError(`Option --${key} is "${given[key]}", and "${what}" is a ${key} as well: give one`)
  refuseBeside(what, brought, given)
  const asked = { ...defined(given), ...brought }
  if (asked.foreign !== undefined && (asked.lock !== undefined || asked.scheme !== undefined))
    throw new UsageError(`"${what}" takes the place of a lock or a scheme: leave out --lock and --scheme`)
  const { program: named, ...rest } = asked
  const wanted = named ?? byDefault(rest)
  if (wanted === undefined) return rest
  const programFile = isFile(wanted) ? (await kindOf(wanted)).file : undefined
  const programUrl = programFile === undefined ? undefined : await moduleOf(programFile)
  const found = await findProgram(programUrl ?? wanted).catch((error: unknown) => {
    if (programUrl !== undefined || !(error instanceof RangeError)) throw error
    const names = PROGRAMS.map(({ name }) => name)
    throw new UsageError(`${error.message}${didYouMean(wanted, names)}`)
  })
  assertApplies(found, rest)
  const from = programFile === undefined || programUrl === undefined ? {} : { programFile, programUrl }
  return { ...rest, program: found, ...from }
}

/** A model, a role, or a fence type is raced or explored as it is. @throws UsageError for what would be, in its place */
function refuseBeside(what: string | undefined, brought: Brought, given: Readonly<Record<string, unknown>>): void {
  const kind = ["model", "role", "driver"].find((one) => brought[one as "model"] !== undefined)
  const beside = Object.keys(given).find((key) => given[key] !== undefined)
  if (kind !== undefined && beside !== undefined)
    throw new UsageError(
      `Option --${beside} is for programs, and ${what} exports a ${kind === "driver" ? "fence type" : kind}: leave it out`,
    )
}

/** What does not apply is refused, with the reason. @throws UsageError */
function assertApplies(
  { name, needs = {} }: AnyProgram,
  { scheme, foreign, canBeTried }: Omit<Brought, "program">,
): void {
  if (needs.reclaims && scheme !== undefined && schemeOf(scheme).reclaims === false)
    throw new UsageError(`Not applicable: ${name} waits for grace periods, and with "${scheme}" none ends`)
  if (needs.tries && foreign !== undefined && canBeTried === false)
    throw new UsageError(`Not applicable: ${name} tries locks, and this one does not export tryAcquire`)
}

interface Brought extends Omit<Subject, "program" | "programFile" | "programUrl"> {
  readonly program?: string
  readonly about?: AnyProgram["about"]
  readonly canBeTried?: boolean
}

async function bring(path: string): Promise<Brought> {
  const { kind, file } = await kindOf(path)
  if (kind === "lock") return { lock: file }
  if (kind === "scheme") return { scheme: file }
  if (kind === "program") return { program: file }
  if (kind === "experiment") throw new UsageError(`"${path}" is an experiment: outlive bench ${path}`)
  const url = await moduleOf(file)
  if (kind === "model") return { model: url }
  if (kind === "role") {
    // A race loads it again, when Ctrl-C is listened for.
    await scenariosFor({ roleUrl: url })
    return { role: url }
  }
  if (kind === "driver") {
    // Looked at here, where it has the name that people gave it.
    await fenceTypeAt(url, path)
    return { driver: url }
  }
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true })
  const foreign = await loadForeign(url, memory)
  const about = kindOfForeign(foreign, file) === "lock" ? "locks" : "reclamation"
  return { foreign: url, about, canBeTried: typeof foreign["tryAcquire"] === "function" }
}

/** What a lock, or a scheme, is tried on if nothing is said. */
function byDefault({ lock, scheme, foreign, about }: Omit<Brought, "program">): string | undefined {
  if (lock !== undefined || (foreign !== undefined && about === "locks")) return "counter"
  return scheme !== undefined || foreign !== undefined ? "readers" : undefined
}

type Build = Parameters<typeof buildEngine>[1]

/** URL of the engine with what was asked for; undefined for the package's own. */
export async function engineOf({ lock, scheme }: Subject, build: Build): Promise<string | undefined> {
  if (lock === undefined && scheme === undefined) return undefined
  return pathToFileURL(await buildEngine({ lock, scheme }, build)).href
}

/** What a race is told of it. @throws UsageError when an engine is given as well */
export async function raceOver(subject: Subject, asked: GivenSettings, isTraced = false): Promise<GivenSettings> {
  const { program, programUrl, foreign, role, driver } = subject
  if (driver !== undefined && asked.scenario !== undefined)
    throw new UsageError("A file with a fence type stands in place of a scenario: leave out --scenario and --driver")
  if (program !== undefined && asked.scenario !== undefined)
    throw new UsageError(
      `Cannot race over ${asked.scenario} and over ${program.name} at once: leave out ${optionFor(asked)}, or the program, lock or scheme`,
    )
  if (role !== undefined && asked.scenariosUrl !== undefined)
    throw new UsageError("A role takes part in a scenario, not in a driver's race: leave out --driver")
  const target = asked.engine ?? DEFAULTS.engine
  const url = isTraced
    ? pathToFileURL(await buildTraced({ lock: subject.lock, scheme: subject.scheme }, { target })).href
    : await engineOf(subject, { target, flavour: asked.flavour ?? DEFAULTS.flavour })
  if (url !== undefined && asked.engineUrl !== undefined)
    throw new UsageError("Options --engine-module and --lock, or --scheme, both say which engine to race on: give one")
  return {
    ...(url === undefined ? {} : target === "wasm" ? { build: url } : { engineUrl: url }),
    ...(program === undefined ? {} : { program: programUrl ?? program.name }),
    ...(foreign === undefined ? {} : { foreign }),
    ...(role === undefined ? {} : { roleUrl: role }),
    ...(driver === undefined
      ? {}
      : { scenariosUrl: scenariosUrlOf(driver), scenario: titleOf(await fenceTypeAt(driver)) }),
  }
}

function optionFor({ scenario, scenariosUrl }: GivenSettings): string {
  if (scenariosUrl !== undefined) return "--driver"
  return scenario === "containers" ? "--scenario (or --containers)" : "--scenario"
}

/** The arguments that say over what, as they were given. */
export function wordsOf({ what, program, lock, scheme }: Words): string[] {
  const options = Object.entries({ program, lock, scheme }).filter(([, value]) => value !== undefined)
  return [...(what === undefined ? [] : [what]), ...options.map(([name, value]) => `--${name}=${value}`)]
}

function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never
}
