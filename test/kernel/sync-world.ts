/** What kselftest sync and IGT sw_sync work with: timelines, points in sync files, and counts of what is active. */
import { SoftTimeline, SyncFile } from "@outlive/core"
import { expect } from "vitest"
import { world } from "../unit/world.js"
import type { Configuration } from "./suite.js"

export const ETIME = "timed-out"
export const OK = "signaled"

/** A world whose timelines and files are dropped in the end, and of which nothing is left then. */
export function syncWorld(configuration: Configuration & { readonly threads?: number }, fences = 512) {
  const w = world({ ...configuration, fences, callbacks: fences, objects: fences, timelines: 16 })
  const kept: { drop(): void }[] = []
  const keep = <T extends { drop(): void }>(handle: T): T => {
    kept.push(handle)
    return handle
  }
  return {
    ...w,
    keep,
    soft: () => keep(SoftTimeline.create(w.thread)),
    /** A fence "descriptor": a point in a sync file. */
    fenceOn(timeline: SoftTimeline, seqno: number) {
      using point = timeline.point(seqno)
      return keep(SyncFile.create(w.thread, point, `point ${seqno}`))
    },
    merged: (a: SyncFile, b: SyncFile) => keep(a.merge(b, "merged")),
    end() {
      for (const handle of kept.toReversed()) handle.drop()
      w.close()
      expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, containers: { inUse: 0 } })
    },
  }
}

/** How the wait of an upstream test ends. */
export const wait = (file: SyncFile, timeoutMs: number) => file.waitSync({ timeoutMs })

/** How many of a file's fences are pending, and how many complete. */
export function counts(file: SyncFile): { active: number; signaled: number } {
  const { fences } = file.info()
  return {
    active: fences.filter(({ status }) => status === 0).length,
    signaled: fences.filter(({ status }) => status === 1).length,
  }
}
