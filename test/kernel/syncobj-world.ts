/** What IGT's syncobj tests work with: a table of syncobjs, and fences that a timeline counts up to. */
import { SoftTimeline, SyncobjFlags, SyncobjTable } from "@outlive/core"
import { expect } from "vitest"
import { world } from "../unit/world.js"
import type { Configuration } from "./suite.js"

export const { all: ALL, forSubmit: SUBMIT, available: AVAILABLE } = SyncobjFlags

/** What an object is when it is waited for. */
export const STAGES = ["unsubmitted", "submitted", "signaled"] as const
export type Stage = (typeof STAGES)[number]

/** A world with a table; everything is dropped in the end, and nothing is left then. */
export function syncobjWorld(configuration: Configuration) {
  const w = world({ ...configuration, timelines: 256, fences: 256, callbacks: 256 })
  const table = new SyncobjTable(w.thread)
  const timelines: SoftTimeline[] = []
  const soft = () => {
    const timeline = SoftTimeline.create(w.thread)
    timelines.push(timeline)
    return timeline
  }
  /** Submits a fence that is pending until the timeline returned is counted up. */
  const attach = (handle: number, point = 0n): SoftTimeline => {
    const timeline = soft()
    using fence = timeline.point(1)
    if (point === 0n) table.get(handle).replaceFence(fence)
    else table.get(handle).addPoint(point, fence)
    return timeline
  }
  return {
    ...w,
    table,
    soft,
    attach,
    /** A new syncobj in a stage; a point of a timeline, or the place itself. */
    inStage(stage: Stage, point = 0n): number {
      const handle = table.create()
      if (stage !== "unsubmitted") {
        const timeline = attach(handle, point)
        if (stage === "signaled") timeline.increment()
      }
      return handle
    },
    end() {
      table.close()
      for (const timeline of timelines) timeline.drop()
      w.close()
      expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, containers: { inUse: 0 } })
    },
  }
}

/** The errno name that something fails with, or "ok". */
export function outcome(body: () => unknown): string {
  try {
    body()
    return "ok"
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

/** The same of a promise. */
export async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "ok",
    (error: { code?: string }) => error.code ?? String(error),
  )
}

/** What a wait for objects in these stages must come to (KERNEL.md 4.13). */
export function expected(stages: readonly Stage[], flags: number, isTimeline: boolean): string {
  const available = isTimeline && (flags & AVAILABLE) !== 0
  if (stages.includes("unsubmitted") && (flags & SUBMIT) === 0 && !available) return "EINVAL"
  const isThere = (stage: Stage) => stage === "signaled" || (available && stage === "submitted")
  const enough = flags & ALL ? stages.every(isThere) : stages.some(isThere)
  return enough ? "ok" : "ETIME"
}

/** Every non-empty subset of the stages. */
export const SUBSETS: readonly (readonly Stage[])[] = [1, 2, 3, 4, 5, 6, 7].map((bits) =>
  STAGES.filter((_, i) => bits & (1 << i)),
)
