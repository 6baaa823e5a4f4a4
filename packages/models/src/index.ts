/** Every model, by name. */
import type { EngineFactory } from "@outlive/core/engine-js"
import type { Model } from "@outlive/explore"
import type { Arena } from "./arena.js"
import { DESTROYED, LOCK_PROOFS } from "./lock-proofs.js"
import { CONTAINERS } from "./containers.js"
import { FENCES } from "./fences.js"
import { LOCKS } from "./locks.js"
import type { EngineModel } from "./model.js"
import { UNLOADING } from "./modules.js"
import { RCU } from "./rcu.js"
import { RECORDS } from "./records.js"
import { SCHEME_PROOFS } from "./scheme-proofs.js"
import { SYNCOBJS } from "./syncobjs.js"
import { SCHEDULERS } from "./schedulers.js"
import { RESERVATIONS } from "./reservations.js"
import { TIMELINES } from "./timelines.js"

export { EXTERNAL_PROOFS, type ExternalSurvey, surveyExternalLock } from "./external-locks.js"
export { LOCK_FREE_PROOFS } from "./lock-free-fences.js"
export { DESTROYED, LOCK_PROOFS } from "./lock-proofs.js"
export { type LockLook, type LockSurvey, lookAtLock, surveyLock } from "./lock-survey.js"
export { RW_PROOFS, type RwSurvey, overtakenModel, surveyRwLock } from "./rw-locks.js"
export { SCHEME_PROOFS } from "./scheme-proofs.js"
export { type LabModel, exploreLab } from "./lab/model.js"
export { LAB_MODELS } from "./lab/models.js"
export { type Deaths, surveyDeaths } from "./lab/deaths.js"
export { type SchemeSurvey, UPDATES, surveyScheme } from "./lab/survey.js"
export { type EngineModel, exploreModel, searchOf } from "./model.js"

export type { EngineFactory, LabBuild, LabFactory } from "@outlive/core/engine-js"

export const MODELS: readonly EngineModel[] = [
  ...LOCKS,
  ...RECORDS,
  ...RCU,
  ...FENCES,
  ...UNLOADING,
  ...CONTAINERS,
  ...SYNCOBJS,
  ...TIMELINES,
  ...RESERVATIONS,
  ...SCHEDULERS,
]

/** The model of this name. */
export function modelNamed(name: string): EngineModel | undefined {
  return [...MODELS, ...LOCK_PROOFS, DESTROYED, ...SCHEME_PROOFS].find((model) => model.name === name)
}

/** A model by name, over another build of the engine if a module is named that exports `instantiate`: for workers. */
export async function buildModel({ name, engine }: { name: string; engine?: string }): Promise<Model<Arena>> {
  const model = modelNamed(name)
  if (!model) throw new RangeError(`There is no model "${name}"`)
  return model.build(engine === undefined ? undefined : await engineFrom(engine))
}

/** The engine that a module exports. @throws RangeError if it exports none */
export async function engineFrom(url: string): Promise<EngineFactory> {
  const module = (await import(url)) as { instantiate?: EngineFactory }
  if (!module.instantiate) throw new RangeError(`Cannot explore the engine in ${url}: it does not export instantiate`)
  return module.instantiate
}
