/** Two threads sleep on a lock; giving it back wakes one of them, and that one dies before it takes it. */
import { mortal } from "../roles/sleepers/mortal.js"
import { other } from "../roles/sleepers/other.js"
import { type Asleep, FLAG, FLAGS_BYTES, mock, raise } from "../roles/sleepers/asleep.js"
import { defineScenario } from "../scenario.js"

/** From "is about to sleep" to sleeping. */
const DROWSY_MS = 100

export const sleepers = defineScenario<Asleep>({
  name: "sleepers",
  about: "Who sleeps on a lock is woken in the place of one that was woken and died.",
  cast: { first: [mortal, other], more: [other] },
  conductsDeaths: true,
  leastThreads: 2,
  lifetimes: ["independent"],
  settings: { lock: "mutex" },
  modules: () => [mock],
  capacities: () => ({ fences: 64, spins: 100 }),
  setup({ thread }) {
    const module = thread.load(mock)
    const timeline = module.timeline("t")
    const fence = timeline.fence()
    thread.engine.lockFence(thread.record, fence.address)
    return {
      tokens: { fence: fence.share(), flags: new SharedArrayBuffer(FLAGS_BYTES) },
      end() {
        fence.signal()
        fence.drop()
        timeline.close()
        module.tryUnload()
      },
    }
  },
  async direct({ until, pause, terminate, violate }, tokens, { thread }) {
    const flags = new Int32Array(tokens.flags)
    const isRaised = (flag: number) => until(() => Atomics.load(flags, flag) === 1)
    const fence = thread.open(tokens.fence)
    // The first to sleep is the first to be woken.
    await isRaised(FLAG.mortalSleeps)
    await pause(DROWSY_MS)
    raise(flags, FLAG.otherMaySleep)
    await isRaised(FLAG.otherSleeps)
    await pause(DROWSY_MS)
    thread.engine.unlockFence(thread.record, fence.address)
    if (!(await isRaised(FLAG.mortalWoken))) violate("The one that slept first was not woken")
    await terminate("mortal")
    if (!(await isRaised(FLAG.otherGotIt))) violate("The one that lives sleeps on")
    fence.drop()
  },
})
