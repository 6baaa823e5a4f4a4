/** Locks between threads, by what the package has and by what a user would take instead. */
import { NODE_AXIS, type Rig } from "../experiments/rig.js"
import { notInstalled } from "../installed.js"
import { MULTITHREADING, VERSION } from "./multithreading.js"
import { MOST_TURNS, PEERS, TASKS } from "./peers.js"

export const peers = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    peer: { title: "peer", usual: PEERS, words: PEERS },
    task: { title: "task", usual: TASKS, words: TASKS },
    turns: { title: "turns at most", usual: [0], between: [0, MOST_TURNS] },
  },
  compares: "peer",
  along: "task",
  metrics: [
    { name: "ns", title: "a turn, or a round trip", unit: "ns", better: "less" },
    { name: "quickest", title: "quickest thousand turns, each", unit: "ns", better: "less" },
    { name: "slept", title: "sleeps per turn", unit: "" },
    { name: "lost", title: "lost wakeups", unit: "", better: "less" },
    { name: "hung", title: "hung", unit: "", better: "less" },
    { name: "additionsLost", title: "additions lost under the lock", unit: "", better: "less" },
    { name: "turns", title: "turns", unit: "" },
  ],
  columns: {
    ns: "ns",
    quickest: "quickest",
    slept: "sleeps",
    lost: "lost",
    hung: "hung",
    additionsLost: "additions lost",
    turns: "turns",
  },
  notes: [
    "A turn is lock and unlock. Alone: nobody else wants the lock; promise: the same, awaited; contended: two threads want it, time for each turn of either.",
    "Wake: two threads pass a turn to and fro, time of a round trip. By the package's semaphores, a word for each side, a lock that both queue for, a condition variable.",
    "Additions lost: a counter goes up under the contended lock, not in one step, and whatever is missing was lost by two who were inside at once.",
    "Lost: a thread slept until its bound though it was its turn, or hung for it. Hung: nobody got any further for ten seconds. Where nothing blocks, sleeps are the event loop's, and not counted.",
  ],
  async argsOf(place, _, ms) {
    const { peer, task, turns } = place
    const cannot = whyNot(String(peer), String(task), Number(turns), String(place[NODE_AXIS] ?? process.version))
    if (cannot !== undefined) return { cannot }
    return ["--peer", String(peer), "--task", String(task), "--turns", String(turns), "--ms", String(ms)]
  },
} as const satisfies Rig

/** The first version of Node that has what a peer is made of, and what that is. */
const NEEDS: Readonly<Record<string, { readonly since: readonly [number, number]; readonly what: string }>> = {
  "Web Locks": { since: [24, 5], what: "navigator.locks" },
  [MULTITHREADING]: { since: [22, 0], what: "Promise.withResolvers, which the package calls" },
}

function whyNot(peer: string, task: string, turns: number, node: string): string | undefined {
  if (peer === "Web Locks" && task === "alone") return "nothing of it blocks"
  if (turns > 0 && task !== "wake") return "turns are counted where threads wake each other: --task wake"
  const [major = 0, minor = 0] = node.replace(/^v/, "").split(".").map(Number)
  const needs = NEEDS[peer]
  if (needs && (major < needs.since[0] || (major === needs.since[0] && minor < needs.since[1])))
    return `Node has ${needs.what}, from ${needs.since.join(".")} on, and this is ${node}`
  return peer === MULTITHREADING ? notInstalled(MULTITHREADING, VERSION) : undefined
}
