/**
 * One thread of a replay on workers: runs its body for real, but each operation only when it has the baton.
 *
 * It keeps the baton until its next operation, so that what it does plainly in between is done before others go on, as
 * in a model. A wait compares in earnest, and then sleeps on the baton: the platform gives no way to know that a thread
 * has fallen asleep on a cell, and whoever notifies must.
 */
import { parentPort, workerData } from "node:worker_threads"
import "../platform/atomics.js"
import { carried } from "./baton.js"
import type { ExpectedStep, ReplayInput, ReplayMessage } from "./baton.js"
import type { Model, Tools } from "../model.js"
import { Determinism } from "../platform/determinism.js"
import { enterWorker, importModule } from "./modules.js"
import { NOT_OURS } from "../platform/atomics.js"
import { slot } from "../platform/native.js"
import type { IntegerView } from "../platform/operation.js"
import { ALLOCATE, FREE, NOTIFY, OPERATION_NAMES, WAIT } from "../platform/operation.js"

const { modelUrl, exportName, memory, baton, thread, steps, startsInStep, seed } = workerData as ReplayInput
const { functions } = slot
let next = 0
let turn = -1
let running = false

enterWorker()
const determinism = new Determinism(seed)
const model = ((await importModule(modelUrl)) as Record<string, Model<unknown>>)[exportName]!
const tools: Tools = {
  view: (type, byteOffset = 0, length) => new (type as Int32ArrayConstructor)(memory, byteOffset, length) as never,
  registerAllocation: (start) => lifetime(ALLOCATE, start),
  registerFree: (start) => lifetime(FREE, start),
}
const state = model.setup === undefined ? memory : model.setup(memory, tools)
tell({ kind: "ready" })
run()

function run(): void {
  take(thread)
  if (startsInStep) follow()
  slot.runner = {
    visit,
    relax: () => {},
    await: () => {},
    drop: () => {
      throw new Error("Cannot replay what is assumed and is not so")
    },
    refuse(_, what) {
      throw new Error(`Cannot replay a thread that ${what}`)
    },
    // It ends this worker only, and that is told.
    exit: () => {},
  }
  running = true
  determinism.enter(thread)
  let value: unknown
  let threw = false
  try {
    value = model.threads[thread]!(state)
  } catch (error) {
    value = error
    threw = true
  }
  running = false
  determinism.leave()
  slot.runner = undefined
  tell({ kind: "end", value: carried(value), threw })
  give()
}

function visit(operation: number, view: IntegerView, index: unknown, a: unknown, b: unknown): unknown {
  if (!ArrayBuffer.isView(view) || (view.buffer as ArrayBufferLike) !== (memory as ArrayBufferLike)) return NOT_OURS
  const at = Number(index ?? 0)
  const step = arrive(operation, view.byteOffset + at * view.BYTES_PER_ELEMENT)
  if (operation === NOTIFY) return step.result
  if (operation === WAIT) return wait(view, at, a, step)
  const name = OPERATION_NAMES[operation] as "compareExchange"
  const result = functions[name](view as Int32Array, at, a as number, b as number) as unknown
  compare(result, step)
  return result
}

/** A second turn is that of waking up. */
function wait(view: IntegerView, at: number, value: unknown, step: ExpectedStep): unknown {
  const seen = functions.load(view as Int32Array, at) as number | bigint
  const equal = seen === (typeof seen === "bigint" ? BigInt.asIntN(64, value as bigint) : (value as number) | 0)
  compare(equal ? "asleep" : "not-equal", step)
  return equal ? follow().result : "not-equal"
}

function lifetime(operation: number, start: number): void {
  if (running) arrive(operation, start)
}

/** At an operation: lets the others go on, and waits for the turn in which it is to be done. */
function arrive(operation: number, start: number): ExpectedStep {
  const step = follow()
  if (step.operation !== operation || step.start !== start)
    tell({
      kind: "differs",
      turn,
      what: `${OPERATION_NAMES[operation]} at ${start}, not ${OPERATION_NAMES[step.operation]} at ${step.start}`,
    })
  return step
}

function follow(): ExpectedStep {
  give()
  const step = steps[next++]
  // The schedule ends here for this thread.
  if (step === undefined) for (;;) functions.wait(baton, 1, 0)
  take(step.turn)
  return step
}

function compare(result: unknown, step: ExpectedStep): void {
  if (result !== step.result)
    tell({
      kind: "differs",
      turn,
      what: `${OPERATION_NAMES[step.operation]} gave ${String(result)}, not ${String(step.result)}`,
    })
}

function take(wanted: number): void {
  for (;;) {
    const now = functions.load(baton, 0)
    if (now === wanted) break
    functions.wait(baton, 0, now)
  }
  turn = wanted
}

function give(): void {
  tell({ kind: "gave", turn })
  functions.store(baton, 0, turn + 1)
  functions.notify(baton, 0)
}

function tell(message: ReplayMessage): void {
  parentPort!.postMessage(message)
}
