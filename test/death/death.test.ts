/** Dying is survived at every step of every scenario; and where the clearing up has a hole, some scenario falls into it. */
import { type EngineFactory, stepwiseEngine } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { type Change } from "../faults/faults.js"
import { buildTwin } from "../faults/twin.js"
import { SCENARIOS } from "./scenarios.js"

describe("a thread dies that", () => {
  for (const { name, play } of SCENARIOS)
    test(name, () => {
      const steps = play(stepwiseEngine)
      expect(steps, "steps at which it could die").toBeGreaterThan(20)
    })
})

/** What clearing up can forget. */
const HOLES: readonly (Change & { readonly id: string; readonly sentence: string })[] = [
  {
    id: "D1",
    sentence: "a point leaves its timeline's list before it is complete",
    file: "composite/soft-timeline.ts",
    from: "    signalLocked(thread, point)\n    poke(soft + SoftTimeline.first, next)\n",
    to: "    poke(soft + SoftTimeline.first, next)\n    signalLocked(thread, point)\n",
  },
  {
    id: "D2",
    sentence: "work that was just begun is done twice",
    file: "work.ts",
    from: "if (node != Address.None && peek(owner + Thread.work) == node) ",
    to: "if (node < 0) ",
  },
  {
    id: "D3",
    sentence: "jobs in the hands of the dead are forgotten",
    file: "fence/reclaim.ts",
    from: "  endOrphans(thread, id)\n",
    to: "",
  },
  {
    id: "D4",
    sentence: "a scheduler's lists stay as they were",
    file: "fence/reclaim.ts",
    from: "    else if (type == ObjectType.Scheduler) repairScheduler(object)\n",
    to: "",
  },
  {
    id: "D5",
    sentence: "who waited for a submission is not rung",
    file: "fence/reclaim.ts",
    from: "    if (type == ObjectType.Syncobj) repairSyncobj(thread, object)\n    else if",
    to: "    if",
  },
  {
    id: "D6",
    sentence: "the callback that was being run is given up",
    file: "fence/reclaim.ts",
    from: "    finishCallback(thread, dead, fence)\n",
    to: "",
  },
  {
    id: "D8",
    sentence: "the depot's last record is one that is in use",
    file: "fence/reclaim.ts",
    from: "    if (ownerOf(pool + Pool.lock) == id) repairDepot(pool)\n",
    to: "",
  },
  {
    id: "D7",
    sentence: "a lock stays with the dead",
    file: "fence/reclaim.ts",
    from: "    breakLock(object + SharedObject.lock, id)\n",
    to: "",
  },
]

describe("is noticed:", () => {
  for (const hole of HOLES)
    test(`${hole.id}: ${hole.sentence}`, async () => {
      const twin = await buildTwin(hole, { stepwise: true })
      try {
        const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
        const playAll = () => {
          for (const { play } of SCENARIOS) play(instantiate)
        }
        expect(playAll).toThrow(/dies at step \d+/)
      } finally {
        twin.remove()
      }
    })
})
