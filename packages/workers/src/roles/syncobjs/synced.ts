/** What the threads of a race over syncobjs share. */
import { type ModuleDefinition, type SharedObjectToken, Syncobj, defineModule } from "@outlive/core"
import type { Stage } from "../../stage.js"

export interface Synced {
  /** One for each submitter. */
  readonly timelines: readonly { readonly thread: number; readonly token: SharedObjectToken }[]
  /** Whose fence is swapped. */
  readonly places: readonly SharedObjectToken[]
}

export type SyncedStage = Stage<Synced>

export const gpu: ModuleDefinition = defineModule({ name: "gpu", driverName: "gpu" })

export function openSyncobjs({ thread, tokens }: SyncedStage) {
  const timelines = tokens.timelines.map(({ token }) => Syncobj.open(thread, token))
  const places = tokens.places.map((token) => Syncobj.open(thread, token))
  return {
    timelines,
    places,
    drop() {
      for (const syncobj of [...timelines, ...places]) syncobj.drop()
    },
  }
}
