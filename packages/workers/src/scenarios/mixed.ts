/** Everything at once: each thread does whatever can be done, in one heap with all that the others do. */
import { Reservation, Scheduler, SoftTimeline, Syncobj } from "@outlive/core"
import { generalist } from "../roles/mixed/generalist.js"
import { RESERVATIONS, SYNCOBJ, type Shared, gpu, guest } from "../roles/mixed/home.js"
import { defineScenario } from "../scenario.js"

/** Jobs of the dead end after it. */
const JOB_TIMEOUT_MS = 50

export const mixed = defineScenario<Shared>({
  name: "mixed",
  about: "Whatever threads do beside each other, in one heap: it answers, and gives everything back.",
  cast: { first: [generalist, generalist], more: [generalist] },
  leastThreads: 2,
  lifetimes: ["independent"],
  modules: () => [gpu, guest],
  // So much that nothing is full in the middle of something.
  capacities: ({ slots }, threads) => ({
    fences: 1_536 + 128 * threads,
    callbacks: 1_536 + 128 * threads,
    containers: 768 + 64 * threads,
    lists: 192 + 16 * threads,
    objects: 384 + 32 * threads,
    modules: 16,
    timelines: 48 + 4 * threads,
    records: 48 + 4 * threads,
    cells: slots + 1,
    spins: 200,
  }),
  setup({ thread, settings }) {
    const module = thread.load(gpu)
    const timeline = module.timeline("pending")
    const pending = timeline.fence()
    const syncobjs = Array.from({ length: SYNCOBJ.count }, () => Syncobj.create(thread))
    syncobjs[SYNCOBJ.timeline]!.signal(1n)
    const reservations = Array.from({ length: RESERVATIONS }, () => Reservation.create(thread))
    const soft = SoftTimeline.create(thread, "soft")
    const scheduler = Scheduler.create(thread, { name: "ring", credits: 4, timeoutMs: JOB_TIMEOUT_MS })
    const entity = scheduler.entity()
    return {
      tokens: {
        pending: pending.share(),
        syncobjs: syncobjs.map((syncobj) => syncobj.share()),
        reservations: reservations.map((reservation) => reservation.share()),
        soft: soft.share(),
        scheduler: scheduler.share(),
        entity: entity.share(),
      },
      end() {
        for (let slot = 0; slot < settings.slots; slot++) {
          using fence = thread.replaceAt(slot, undefined)
          fence?.signal()
        }
        // What the dead owed.
        for (const name of ["left", "right"]) {
          const theirs = module.timeline(name)
          theirs.kill(-5)
          theirs.close()
        }
        scheduler.close()
        pending.signal()
        timeline.close()
        for (const handle of [pending, ...syncobjs, ...reservations, soft, entity, scheduler]) handle.drop()
        thread.barrier()
        for (const definition of [guest, gpu]) thread.load(definition).tryUnload()
      },
    }
  },
})
