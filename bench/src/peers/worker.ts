/** The other thread of a comparison: takes the mutex as often, or answers each time that it is woken. */
import { parentPort, workerData } from "node:worker_threads"
import { type Shared, peerIn } from "./mutexes.js"
import type { PeerName } from "./operations.js"
import { type Part, play } from "./parts.js"

const { name, shared, part, times } = workerData as { name: PeerName; shared: Shared; part: Part; times: number }
// A lock of the platform that is waited for keeps no thread alive.
setInterval(() => {}, 1_000)
const peer = peerIn(name, shared)
parentPort!.postMessage("ready")
await play(peer, part, times, 1, shared.words)
parentPort!.postMessage("over")
