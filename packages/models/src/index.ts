/** Every model, by name. */
import { LIFETIME_NAMES } from "@outlive/core"
import type { EngineFactory } from "@outlive/core/engine-js"
import type { Model } from "@outlive/explore"
import { findProgram } from "@outlive/programs"
import type { Arena } from "./arena.js"
import { deathModel } from "./death.js"
import { CHANNELS } from "./channels.js"
import { DESTROYED, LOCK_PROOFS } from "./lock-proofs.js"
import { CONTAINERS } from "./containers.js"
import { FINDINGS } from "./findings.js"
import { FENCES } from "./fences.js"
import { DRIVER_FAULTS } from "./driver-faults.js"
import { DRIVERS, MISTAKES } from "./drivers.js"
import { ISSUERS } from "./issuers.js"
import { LIFETIMES } from "./lifetimes.js"
import { LOCKS } from "./locks.js"
import type { EngineModel } from "./model.js"
import { UNLOADING } from "./modules.js"
import { programModel } from "./program-model.js"
import { PARCELS } from "./parcels.js"
import { RCU } from "./rcu.js"
import { RECORDS } from "./records.js"
import { SCHEME_PROOFS } from "./scheme-proofs.js"
import { SYNCOBJS } from "./syncobjs.js"
import { SYNCS } from "./syncs.js"
import { SCHEDULERS } from "./schedulers.js"
import { RESERVATIONS } from "./reservations.js"
import { TIMELINES } from "./timelines.js"
import { VALUES } from "./values.js"
import { WORKS } from "./works.js"

export { EXTERNAL_PROOFS, type ExternalSurvey, surveyExternalLock } from "./external-locks.js"
export { LOCK_FREE_PROOFS } from "./lock-free-fences.js"
export { DESTROYED, LOCK_PROOFS } from "./lock-proofs.js"
export { type LockLook, type LockSurvey, lookAtLock, surveyLock } from "./lock-survey.js"
export { RW_PROOFS, type RwSurvey, overtakenModel, surveyRwLock } from "./rw-locks.js"
export { SURVEYED } from "./surveyed.js"
export { SCHEME_PROOFS } from "./scheme-proofs.js"
export { type LabModel, exploreLab } from "./lab/model.js"
export { LAB_MODELS } from "./lab/models.js"
export { type Deaths, surveyDeaths } from "./lab/deaths.js"
export { type SchemeSurvey, UPDATES, surveyScheme } from "./lab/survey.js"
export { Arena, type ArenaOptions, ModelOops, arenaBytes } from "./arena.js"
export { type Dying, deathModel, nameOfDeath } from "./death.js"
export { type DeathResult, exploreDeaths } from "./deaths.js"
export { type EngineModel, type EngineModelParts, engineModel, exploreModel, must, searchOf } from "./model.js"
export { nameOf, programModel } from "./program-model.js"

export { DRIVER_FAULTS, type DriverFault } from "./driver-faults.js"
export type { EngineFactory, LabBuild, LabFactory } from "@outlive/core/engine-js"

export const MODELS: readonly EngineModel[] = [
  ...LOCKS,
  ...RECORDS,
  ...RCU,
  ...FENCES,
  ...UNLOADING,
  ...LIFETIMES,
  ...ISSUERS,
  ...WORKS,
  ...DRIVERS,
  ...CONTAINERS,
  ...SYNCOBJS,
  ...TIMELINES,
  ...RESERVATIONS,
  ...SCHEDULERS,
  ...SYNCS,
  ...CHANNELS,
  ...PARCELS,
  ...VALUES,
]

/** The model of this name, or under another lifetime: `signal-enable@unlocked`. */
export function modelNamed(name: string): EngineModel | undefined {
  const [own, lifetime] = name.split("@")
  const faults = DRIVER_FAULTS.flatMap(({ sound, broken }) => [sound, broken])
  const others = [...LOCK_PROOFS, DESTROYED, ...SCHEME_PROOFS, ...MISTAKES, ...FINDINGS, ...faults]
  const found = [...MODELS, ...others].find((model) => model.name === own)
  if (lifetime === undefined) return found
  const known = LIFETIME_NAMES.find((one) => one === lifetime)
  return known && found?.under?.(known)
}

/** What `buildModel` makes one of. */
export interface ModelChoice {
  /** Of a model, or of a program and its size: `counter-3x1`, or a death in it: `counter-3x1-dies-0-12`. */
  readonly name: string
  /** URL of another build of the engine: a module that exports `instantiate`. */
  readonly engine?: string
  /** URL of a module that exports the program, if it is none of ours. */
  readonly program?: string
  /** Only the orders with at most so many preemptions; of a program. Default: as its size says. */
  readonly preemptions?: number
}

/** A model of ours, or of a program. @throws RangeError when there is none */
export async function findModel({ name, program, preemptions }: ModelChoice): Promise<EngineModel> {
  const ours = program === undefined ? modelNamed(name) : undefined
  if (ours) return ours
  const [, title, threads, turns, dying, access] = /^(.+)-(\d+)x(\d+)(?:-dies-(\d+)-(\d+))?$/.exec(name) ?? []
  if (title === undefined) throw new RangeError(`There is no model "${name}"`)
  const found = await findProgram(program ?? title)
  const [wanted, each] = [Number(threads), Number(turns)]
  const size = found.sizes.find((one) => one.threads === wanted && one.turns === each)
  const bound = preemptions ?? size?.preemptions
  const asked = { threads: wanted, turns: each, ...(bound === undefined ? {} : { preemptions: bound }) }
  if (dying === undefined) return programModel(found, asked)
  return deathModel(found, asked, { thread: Number(dying), access: Number(access) })
}

/** The same, over another build of the engine if one is named: for workers. */
export async function buildModel(choice: ModelChoice): Promise<Model<Arena>> {
  const model = await findModel(choice)
  return model.build(choice.engine === undefined ? undefined : await engineFrom(choice.engine))
}

/** The engine that a module exports. @throws RangeError if it exports none */
export async function engineFrom(url: string): Promise<EngineFactory> {
  const module = (await import(url)) as { instantiate?: EngineFactory }
  if (!module.instantiate) throw new RangeError(`Cannot explore the engine in ${url}: it does not export instantiate`)
  return module.instantiate
}
