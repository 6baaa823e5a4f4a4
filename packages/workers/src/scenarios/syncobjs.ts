/** Syncobjs: points submitted, awaited, moved and replaced; modules' fences complete in any order. */
import { Syncobj } from "@outlive/core"
import { mover } from "../roles/syncobjs/mover.js"
import { submitter } from "../roles/syncobjs/submitter.js"
import { swapper } from "../roles/syncobjs/swapper.js"
import { type Synced, gpu } from "../roles/syncobjs/synced.js"
import { syncobjWaiter } from "../roles/syncobjs/waiter.js"
import { defineScenario } from "../scenario.js"

const PLACES = 3

export const syncobjs = defineScenario<Synced>({
  name: "syncobjs",
  about: "Every wait for a point or a place ends when it should, and nothing is lost.",
  cast: { first: [submitter, swapper, syncobjWaiter, mover, submitter, syncobjWaiter], more: [syncobjWaiter, mover] },
  leastThreads: 3,
  lifetimes: ["independent"],
  // Who waits must be woken by those who feed.
  phases: [["waiter"], ["submitter", "swapper", "mover"]],
  modules: () => [gpu],
  capacities: () => ({ fences: 4_096, containers: 2_048, spins: 200 }),
  setup({ thread, cast }) {
    const submitters = cast.flatMap((role, index) => (role === "submitter" ? [index] : []))
    const timelines = submitters.map((index) => ({ index, syncobj: Syncobj.create(thread) }))
    const places = Array.from({ length: PLACES }, () => Syncobj.create(thread))
    return {
      tokens: {
        timelines: timelines.map(({ index, syncobj }) => ({ thread: index, token: syncobj.share() })),
        places: places.map((syncobj) => syncobj.share()),
      },
      end() {
        for (const { syncobj } of timelines) syncobj.drop()
        for (const syncobj of places) syncobj.drop()
        thread.barrier()
        thread.load(gpu).tryUnload()
      },
    }
  },
})
