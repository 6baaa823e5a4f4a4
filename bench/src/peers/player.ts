/** One of two threads that are measured together. */
import { parentPort, workerData } from "node:worker_threads"
import { PHASE, type PeerName, type Shared, type Side, phases } from "./peers.js"
import { contend, passTurns } from "./play.js"
import { peerIn } from "./share.js"
import { Sleeps } from "./sleeps.js"

export interface PlayerTask {
  readonly name: PeerName
  readonly shared: Shared
  readonly side: Side
  readonly task: "contended" | "wake"
  /** Round trips at most. */
  readonly times: number
}

const { name, shared, side, task, times } = workerData as PlayerTask
// A lock of the platform that is waited for keeps no thread alive.
setInterval(() => {}, 1_000)
const sleeps = new Sleeps()
const peer = await peerIn(name, shared, side)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage("ready")
Atomics.wait(shared.words, PHASE, phases.Waiting)
const played = await (task === "wake" ? passTurns(peer, shared, side, times, sleeps) : contend(peer, shared))
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- the same
parentPort!.postMessage(played)
