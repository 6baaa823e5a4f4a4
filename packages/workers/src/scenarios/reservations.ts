/** Reservations: walked over without the lock, changed under it, taken several at a time, left behind by a thread that dies. */
import { Reservation, type Timeline } from "@outlive/core"
import { mishapsOf } from "../mishaps.js"
import { holder } from "../roles/reservations/holder.js"
import { locker } from "../roles/reservations/locker.js"
import { reader } from "../roles/reservations/reader.js"
import { RESERVATIONS, type Reserved, mock, timelineName } from "../roles/reservations/reserved.js"
import { writer } from "../roles/reservations/writer.js"
import { defineScenario } from "../scenario.js"

/** Time for the others to fall asleep on the locks of one that is about to die. */
const SLEEP_MS = 250

export const reservations = defineScenario<Reserved>({
  name: "reservations",
  about: "Walks see what is pending; whoever takes several reservations in any order gets them, alone.",
  cast: { first: [writer, reader], more: [writer, reader, locker, locker], asked: [holder] },
  leastThreads: 2,
  lifetimes: ["independent"],
  stuckTicks: 300,
  modules: () => [mock],
  capacities: (_, threads) => ({ fences: 1_024, lists: 256, spins: 50, cells: 2 * RESERVATIONS * threads }),
  setup({ thread, cast, settings }) {
    const module = thread.load(mock)
    const all = Array.from({ length: RESERVATIONS }, () => Reservation.create(thread))
    const timelines: Timeline[] = []
    const contextsOf = (index: number) =>
      all.map((_, r) => {
        const timeline = module.timeline(timelineName(index, r))
        timelines.push(timeline)
        return String(timeline.context)
      })
    const board = new SharedArrayBuffer(8 * RESERVATIONS)
    return {
      tokens: {
        board,
        reservations: all.map((reservation) => reservation.share()),
        contexts: cast.flatMap((role, index) => (role === "writer" ? [{ thread: index, of: contextsOf(index) }] : [])),
      },
      end(counts) {
        for (const reservation of all) reservation.drop()
        for (const timeline of timelines) timeline.close()
        module.tryUnload()
        const words = new Int32Array(board)
        const held = all.reduce((sum, _, r) => sum + words[2 * r + 1]!, 0)
        const counted = counts["locker: held"] ?? 0
        // The dead do not say how often they held one.
        if (mishapsOf(settings).length > 0 || cast.includes("holder")) return []
        return held === counted ? [] : [`Reservations were held ${counted} times, and ${held} times by their own count`]
      },
    }
  },
  async direct({ pause, terminate }, _, { cast }) {
    if (!cast.includes("holder")) return
    await pause(SLEEP_MS)
    await terminate("holder")
  },
})
