/** Every model, by name. */
import { CONTAINERS } from "./containers.js"
import { FENCES } from "./fences.js"
import { LOCKS } from "./locks.js"
import type { EngineModel } from "./model.js"
import { UNLOADING } from "./modules.js"
import { RCU } from "./rcu.js"
import { RECORDS } from "./records.js"
import { SYNCOBJS } from "./syncobjs.js"
import { RESERVATIONS } from "./reservations.js"

export { type EngineModel, exploreModel } from "./model.js"

export type { EngineFactory } from "@outlive/core/engine-js"

export const MODELS: readonly EngineModel[] = [
  ...LOCKS,
  ...RECORDS,
  ...RCU,
  ...FENCES,
  ...UNLOADING,
  ...CONTAINERS,
  ...SYNCOBJS,
  ...RESERVATIONS,
]

/** The model of this name. */
export function modelNamed(name: string): EngineModel | undefined {
  return MODELS.find((model) => model.name === name)
}
