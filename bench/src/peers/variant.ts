/**
 * A program: one peer at one task; prints nanoseconds for a turn, or for a round trip of one.
 *
 *   node dist/peers/variant.js --peer "@outlive/sync" --task wake --ms 300
 *   node dist/peers/variant.js --peer "@outlive/sync" --task wake --turns 100000
 */
import { parseArgs } from "node:util"
import { oneOf, wholeFrom } from "@outlive/workers"
import { calibrate, warmUpCalibration } from "../calibrate.js"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { alone } from "./alone.js"
import { MOST_TURNS, PEERS, TASKS } from "./peers.js"
import { together } from "./together.js"

const { values } = parseArgs({
  options: {
    peer: { type: "string", default: PEERS[0] },
    task: { type: "string", default: TASKS[0] },
    ms: { type: "string", default: "300" },
    turns: { type: "string", default: "0" },
  },
})
const name = oneOf("peer", values.peer, PEERS)
const task = oneOf("task", values.task, TASKS)
const ms = wholeFrom("ms", Number(values.ms), 1, 600_000)
const turns = wholeFrom("turns", Number(values.turns), 0, MOST_TURNS)

// A lock of the platform that is waited for keeps no process alive.
setInterval(() => {}, 1_000)
warmUpCalibration()
const before = calibrate()
const measured =
  task === "alone" || task === "promise" ? await alone(name, task, ms) : await together(name, task, ms, turns)
const report: ChildReport = {
  cpuMs: ownCpuMs(),
  calibrationNs: Math.max(before, calibrate()),
  ...measured,
}
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())
