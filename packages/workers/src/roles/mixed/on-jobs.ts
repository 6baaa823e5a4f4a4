/** What is done with jobs, works and functions that are put off, and with the passing of grace periods. */
import type { Hardware } from "@outlive/core"
import type { Activities } from "./activities.js"
import { type Home, guest } from "./home.js"

const SOON_MS = 5
const MOST_RUN = 5
const MOST_READ = 20

/** Jobs of everybody: each ends as it is run. */
const hardwareOf = ({ timelines }: Home): Hardware => ({
  run() {
    using done = timelines[0].fence()
    done.signal()
  },
})

/** Why a module stays for now, or is not there any more. */
const REFUSALS: readonly unknown[] = ["NOT_LIVE", "IN_USE", "PENDING", "TIMED_OUT"]

export const onJobs: Activities = {
  run(home) {
    const { scheduler, entity, timelines } = home
    const hardware = hardwareOf(home)
    using dependency = timelines[0].fence()
    const mine = scheduler.entity()
    const [first, second] = [mine.submit({ data: 1, dependencies: [dependency] }), entity.submit({})]
    dependency.signal()
    for (let i = 0; i < MOST_RUN; i++) scheduler.runNext(hardware)
    scheduler.checkTimeout(hardware)
    mine.flush({ timeoutMs: SOON_MS })
    mine.close()
    for (const handle of [first, second, mine]) handle.drop()
  },
  stop(home) {
    const { scheduler } = home
    if (scheduler.stop({ timeoutMs: SOON_MS }) !== "stopped") return
    scheduler.resubmit(hardwareOf(home))
    try {
      scheduler.start()
    } catch (error) {
      // Somebody else has stopped it again.
      if ((error as { code?: string }).code !== "EBUSY") throw error
    }
  },
  work({ module }, { thread }) {
    const work = module.work("job")
    work.queue()
    thread.runWorks({ module })
    work.cancelSync({ timeoutMs: SOON_MS })
    work.discard()
    thread.defer(module, "later", 1)
    thread.defer(() => {})
  },
  pass({ module }, { thread }) {
    thread.read(() => thread.read(() => {}))
    thread.synchronize({ timeoutMs: SOON_MS })
    thread.barrier({ timeoutMs: SOON_MS })
    module.execute(() => {})
    thread.endSignaling(thread.beginSignaling())
    thread.stub().drop()
    thread.privateStub(5n).drop()
  },
  /** What others give back meanwhile piles up: a grace period does not pass. */
  read({ timelines }, stage) {
    stage.thread.read(() => {
      for (let left = MOST_READ; left > 0; left--) timelines[left & 1]!.scoped((fence) => fence.signal())
      stage.sleep(stage.random.below(SOON_MS))
    })
  },
  visit(_, { thread }) {
    try {
      const module = thread.load(guest)
      const timeline = module.timeline("visit")
      using fence = timeline.fence()
      fence.enableSignaling()
      fence.signal()
      timeline.close()
      module.unload({ timeoutMs: SOON_MS })
    } catch (error) {
      if (!REFUSALS.includes((error as { code?: string }).code)) throw error
    }
  },
}
