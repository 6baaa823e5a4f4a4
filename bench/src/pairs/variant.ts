/**
 * A program: what a turn with one build's lock takes in terms of another's, in pairs of short samples.
 *
 *   node dist/pairs/variant.js --build a.js --beside b.js --section 100 --ms 300
 */
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { Heap } from "@outlive/core"
import type { Engine, EngineFactory } from "@outlive/core/engine-js"
import { wholeFrom } from "@outlive/workers"
import { calibrate, warmUpCalibration } from "../calibrate.js"
import type { ChildReport } from "../child.js"
import { WebAssembly } from "../webassembly.js"
import { ownCpuMs } from "../load.js"
import { median, quantileOf } from "../statistics.js"
import { OWN } from "./rig.js"

const { values } = parseArgs({
  options: {
    build: { type: "string" },
    beside: { type: "string" },
    section: { type: "string", default: "100" },
    ms: { type: "string", default: "300" },
  },
})
const section = wholeFrom("section", Number(values.section), 0, 10_000_000)
const ms = wholeFrom("ms", Number(values.ms), 1, 600_000)
/** Shorter than what a scheduler gives, and much longer than the clock takes. */
const SAMPLE_MS = 0.1
/** Of processor time: on a machine that is busy with something else the compilers come late. */
const WARM_UP_MS = 150
const LEAST_PAIRS = 20

/** Each round needs the one before, and the last one is looked at: no compiler can leave any out. */
const LOOP = `
  let x = 1
  return (turns) => {
    for (let turn = 0; turn < turns; turn++) {
      engine.lock(record, word)
      let y = x
      for (let i = 0; i < section; i++) {
        y ^= y << 13
        y ^= y >>> 17
        y ^= y << 5
      }
      x = y
      engine.unlock(record, word)
    }
    if (x === 0) throw new Error("A number that is not 0 has become 0")
  }
`

type Turns = (turns: number) => void

const subject = await turnsOf(values.build!)
const reference = await turnsOf(values.beside!)

for (const until = ownCpuMs() + WARM_UP_MS; ownCpuMs() < until;) {
  subject(100)
  reference(100)
}
const turns = Math.max(1, Math.round((1_000 * SAMPLE_MS) / timed(reference, 1_000)))
warmUpCalibration()
const before = calibrate()
const ratios: number[] = []
const took: number[] = []
for (const until = performance.now() + ms; ratios.length < LEAST_PAIRS || performance.now() < until;) {
  const first = timed(reference, turns)
  const own = timed(subject, turns) + timed(subject, turns)
  ratios.push(own / (first + timed(reference, turns)))
  took.push(own / 2)
}
const report: ChildReport = {
  cpuMs: ownCpuMs(),
  overlap: 1,
  threads: 1,
  calibrationNs: Math.max(before, calibrate()),
  figures: {
    ratio: median(ratios),
    middleHalf: quantileOf(ratios, 0.75) / quantileOf(ratios, 0.25),
    ns: (1e6 * median(took)) / turns,
    pairs: ratios.length,
  },
}
process.stdout.write(`${JSON.stringify(report)}\n`)

function timed(run: Turns, many: number): number {
  const start = performance.now()
  run(many)
  return performance.now() - start
}

/** A loop that is compiled for this engine alone: with one function for both, V8 would see two callees at each call. */
async function turnsOf(build: string): Promise<Turns> {
  const heap = Heap.create({
    flavour: "release",
    fences: 64,
    threads: 2,
    ...(build === OWN ? {} : await substituted(build)),
  })
  const { engine, record } = heap.attach({ name: "bench" })
  const make = new Function("engine", "record", "word", "section", LOOP) as (
    ...has: [Engine, number, number, number]
  ) => Turns
  return make(engine, record, heap.cell(0), section)
}

/** A thread has one WebAssembly build of the engine; what takes the place of JavaScript's may be any. */
async function substituted(build: string) {
  const { bytes } = (await import(pathToFileURL(build).href)) as { bytes: string }
  const module = new WebAssembly.Module(Buffer.from(bytes, "base64"))
  const factory = ((memory: object, host: object) =>
    new WebAssembly.Instance(module, { env: { memory }, host })) as unknown as EngineFactory
  return { engine: "js", substitute: { factory } } as const
}
