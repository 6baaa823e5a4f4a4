/**
 * A program: all operations under one lifetime, in a process of its own; prints nanoseconds for each, in the middle and at its quickest.
 *
 *   node dist/lifetimes/variant.js --lifetime independent --ms 100
 */
import { parseArgs } from "node:util"
import { type Fence, Heap, type Module, type Timeline, defineModule } from "@outlive/core"
import { LIFETIMES, oneOf } from "@outlive/workers"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { median } from "../statistics.js"
import { OPERATIONS, quickestOf } from "./operations.js"

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "wasm" },
    lifetime: { type: "string", default: "independent" },
    ms: { type: "string", default: "60" },
  },
})
const lifetime = oneOf("lifetime", values.lifetime, LIFETIMES)
/** Of each turn. */
const LEAST_SAMPLES = 4
/** Fences of a pass: the clock ticks in tenths of a microsecond. */
const PASS = 512
/** Fences that are held while their module is unloaded. */
const HELD = 64
/** As long as what a detached fence says, "detached-driver": a name is read letter by letter. */
const DRIVER = "driver-of-bench"

const heap = Heap.create({
  lifetime,
  fences: 4 * PASS,
  threads: 2,
  engine: oneOf("engine", values.engine, ["wasm", "js"]),
})
const issuer = defineModule({ name: "bench", driverName: DRIVER, ops: { enableSignaling: () => {} } })
const passing = defineModule({ name: "passing", driverName: "passing" })
const thread = heap.attach({ name: "bench", modules: [issuer, passing] })

interface Pass {
  /** How many operations `run` does. */
  readonly times: number
  prepare(): void
  run(): void
  cleanUp(): void
}

const module = thread.load(issuer)
const timeline = module.timeline("bench")
let fences: Fence[] = []
const nothing = () => {}
const issue = (from: Timeline, n: number) => (fences = Array.from({ length: n }, () => from.fence()))
const signalAll = () => fences.forEach((fence) => fence.signal())
const dropAll = () => {
  for (const fence of fences.splice(0)) {
    fence.signal()
    fence.drop()
  }
}

/** One operation on each of many fences. */
function onEach(operation: (fence: Fence) => void, { signaled = false } = {}): Pass {
  return {
    times: PASS,
    prepare() {
      issue(timeline, PASS)
      if (signaled) signalAll()
    },
    run() {
      for (const fence of fences) operation(fence)
    },
    cleanUp: dropAll,
  }
}

/** A module with a timeline is loaded, and goes; its signaled fences are held meanwhile where that is safe. */
function unloading(): Pass {
  let going: Module
  return {
    times: 1,
    prepare() {
      going = thread.load(passing)
      const own = going.timeline("going")
      issue(own, HELD)
      signalAll()
      own.close()
      if (heap.switches.ops === "keep") dropAll()
    },
    run: () => going.unload(),
    cleanUp: dropAll,
  }
}

const PASSES: Readonly<Record<string, () => Pass>> = {
  life: () => ({
    times: PASS,
    prepare: nothing,
    run() {
      for (let i = 0; i < PASS; i++) {
        const fence = timeline.fence()
        fence.signal()
        fence.drop()
      }
    },
    cleanUp: nothing,
  }),
  signal: () => onEach((fence) => void fence.signal()),
  enable: () => onEach((fence) => void fence.enableSignaling()),
  wait: () => onEach((fence) => void fence.waitSync(), { signaled: true }),
  name: () => onEach((fence) => void fence.driverName()),
  signaledName: () => onEach((fence) => void fence.driverName(), { signaled: true }),
  unload: unloading,
}

/** Nanoseconds of one operation. */
function sample(pass: Pass): number {
  pass.prepare()
  const start = performance.now()
  pass.run()
  const ms = performance.now() - start
  pass.cleanUp()
  return (1e6 * ms) / pass.times
}

/** Goes round so often: a neighbour is at work for tenths of a second at a time, and is not to meet one operation only. */
const TURNS = 8
const samplesOf = OPERATIONS.map(({ name }) => ({ name, pass: PASSES[name]!(), samples: [] as number[] }))

function sampleFor(ms: number, pass: Pass): number[] {
  const samples: number[] = []
  for (const end = performance.now() + ms; samples.length < LEAST_SAMPLES || performance.now() < end;)
    samples.push(sample(pass))
  return samples
}

const ms = Number(values.ms)
// Until the compilers are done.
for (const { pass } of samplesOf) sampleFor(ms, pass)
for (let turn = 0; turn < TURNS; turn++)
  for (const { pass, samples } of samplesOf) samples.push(...sampleFor(ms / TURNS, pass))

const figures = Object.fromEntries(
  samplesOf.flatMap(({ name, samples }) => [
    [name, median(samples)],
    [quickestOf(name), Math.min(...samples)],
  ]),
)
const report: ChildReport = { cpuMs: ownCpuMs(), overlap: 1, threads: 1, figures }
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())
