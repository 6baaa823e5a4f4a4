/** How much of something a heap can hold, and whether one of many costs more than one of few. */
import { ENGINES } from "@outlive/workers"
import type { Rig } from "../experiments/rig.js"
import { THINGS, type Thing, whyNot } from "./things.js"

export const scale = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    engine: { title: "engine", usual: ["wasm", "js"], words: ENGINES },
    of: { title: "of", usual: THINGS, words: THINGS },
    count: { title: "count", usual: [10_000, 100_000, 1_000_000], between: [1, 1_000_000] },
  },
  compares: "engine",
  along: "count",
  metrics: [
    { name: "makeNs", title: "to make one", unit: "ns", better: "less" },
    { name: "endNs", title: "to end one", unit: "ns", better: "less" },
    { name: "dropNs", title: "to give one back", unit: "ns", better: "less" },
    { name: "sharedBytes", title: "shared memory of one", unit: "bytes", better: "less" },
    { name: "residentBytes", title: "resident memory of one", unit: "bytes", better: "less" },
  ],
  columns: {
    makeNs: "make ns",
    endNs: "end ns",
    dropNs: "drop ns",
    sharedBytes: "shared bytes",
    residentBytes: "resident bytes",
  },
  notes: [
    "fences: created, signaled, dropped, all alive at once, through handles. promises: a fence each, waited for; until the last has resolved. threads: started and attached; to end one: a barrier with all attached; each is a thread of the system, with eight megabytes of the runtime's own. modules: loaded, all at once, and unloaded one after the other, each after a grace period.",
    "Shared memory of one: what the heap is larger than one that is made for none. Resident memory: what the process grew by, handles and promises included, after a garbage collection.",
  ],
  async argsOf({ engine, of, count }, _, ms) {
    const thing = of as Thing
    const cannot = whyNot(thing, Number(count))
    if (cannot !== undefined) return { cannot }
    return ["--engine", String(engine), "--of", thing, "--count", String(count), "--ms", String(ms)]
  },
} as const satisfies Rig
