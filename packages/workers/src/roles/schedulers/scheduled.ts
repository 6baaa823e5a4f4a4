/** What the threads of a race over schedulers share. */
import { type ModuleDefinition, type SharedObjectToken, defineModule } from "@outlive/core"

export interface Scheduled {
  /** One for each thread of hardware. */
  readonly schedulers: readonly { readonly thread: number; readonly token: SharedObjectToken }[]
  /** Entities that a mover has made, two for each thread: address and generation, or 0. */
  readonly places: Int32Array
}

export const gpu: ModuleDefinition = defineModule({ name: "gpu", driverName: "gpu" })
/** Schedulers live in it, and it is unloaded as soon as none does. */
export const ring: ModuleDefinition = defineModule({ name: "ring", driverName: "ring: the module of a scheduler" })

/** Entities in `places` for each thread. */
export const PLACES = 2

/** Makes an entity known to all. */
export function publish(places: Int32Array, place: number, { address, generation }: SharedObjectToken): void {
  Atomics.store(places, 2 * place + 1, 0)
  Atomics.store(places, 2 * place, address)
  Atomics.store(places, 2 * place + 1, generation)
}

/** The entity that was made known last; it may be gone by now. */
export function published(places: Int32Array, place: number, heap: number): SharedObjectToken {
  const [address, generation] = [Atomics.load(places, 2 * place), Atomics.load(places, 2 * place + 1)]
  return { kind: "outlive-entity", heap, address, generation }
}
