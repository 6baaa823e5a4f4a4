/**
 * A program: one lock, or one read section, ours or a native one; prints its figures.
 *
 *   node dist/native/variant.js --by "ck mcs" --program …/anchors --ms 100
 *   node dist/native/variant.js --op lockUnlock --ms 100
 */
import { spawnSync } from "node:child_process"
import { parseArgs } from "node:util"
import { calibrate, warmUpCalibration } from "../calibrate.js"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { median } from "../statistics.js"

const { values } = parseArgs({
  options: { by: { type: "string" }, program: { type: "string" }, op: { type: "string" }, ms: { type: "string" } },
})
const ms = Number(values.ms ?? "100")
const PASSES = 8
const LEAST_SAMPLES = 10
const WARM_UP_SHARE = 0.2

warmUpCalibration()
const before = calibrate()
const { ns, cpuMs } = values.program === undefined ? await ofOurs(values.op!) : ofAnchor(values.program, values.by!)
const report: ChildReport = {
  cpuMs: ownCpuMs() + cpuMs,
  overlap: 1,
  threads: 1,
  calibrationNs: Math.max(before, calibrate()),
  figures: { ns },
}
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())

function ofAnchor(program: string, name: string) {
  const { stdout, stderr, status } = spawnSync(program, [name, String(ms)], { encoding: "utf8" })
  if (status !== 0) throw new Error(`Cannot measure ${name}: ${stderr}`)
  const figure = (what: string) => Number(new RegExp(`^${what} (\\S+)$`, "m").exec(stdout)![1])
  return { ns: figure("ns"), cpuMs: figure("cpuMs") }
}

/** From JavaScript, as a hot loop calls. */
async function ofOurs(op: string) {
  const { PASS, makeLoop } = await import("../micro/loops.js")
  const loop = makeLoop(op)
  const samples: number[] = []
  const start = performance.now()
  for (let now = start; now - start < ms || samples.length < LEAST_SAMPLES;) {
    loop.prepare()
    const begun = performance.now()
    for (let pass = 0; pass < PASSES; pass++) loop.pass()
    now = performance.now()
    if (now - start > WARM_UP_SHARE * ms) samples.push((1e6 * (now - begun)) / (PASSES * PASS))
  }
  return { ns: median(samples), cpuMs: 0 }
}
