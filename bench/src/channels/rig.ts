/** Messages from thread to thread, by what the package has and by what a user would take instead. */
import type { Rig } from "../experiments/rig.js"
import { notInstalled } from "../installed.js"
import { RINGBUF } from "./ends.js"
import { TASKS, type Task, WAYS, WINDOW, type Way, refusal } from "./ways.js"

export const channels = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    way: { title: "way", usual: WAYS, words: WAYS },
    task: { title: "task", usual: TASKS, words: TASKS },
    bytes: { title: "bytes of a message", usual: [64, 1_024], between: [4, 65_536] },
  },
  compares: "way",
  along: "bytes",
  metrics: [
    { name: "ns", title: "a message, or a round trip", unit: "ns", better: "less" },
    { name: "perSecond", title: "in a second", unit: "/s", better: "more" },
    { name: "samples", title: "messages", unit: "" },
  ],
  columns: { ns: "ns", perSecond: "per s", samples: "messages" },
  notes: [
    `Two threads. Stream: one sends, the other receives, ${WINDOW} messages are on the way at most. Round trip: one message there and back, the next one after it.`,
    "Channel and FenceChannel sleep when there is nothing to do; postMessage has an event loop at the receiving end; ringbuf.js and Cell know no waiting, so both ends look again and again.",
  ],
  async argsOf({ way, task, bytes }, _, ms) {
    const cannot =
      refusal(way as Way, task as Task, Number(bytes)) ?? (way === RINGBUF ? notInstalled(RINGBUF, "0.4.0") : undefined)
    if (cannot !== undefined) return { cannot }
    return ["--way", String(way), "--task", String(task), "--bytes", String(bytes), "--ms", String(ms)]
  },
} as const satisfies Rig
