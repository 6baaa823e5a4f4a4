/** Plays batches, one after the other, in a process of its own: whatever happens to it is seen by whoever started it. */
import { OutliveError } from "@outlive/core"
import { watchdog } from "../watchdog.js"
import { Thrown } from "./odd.js"
import { Batch, type BatchOptions } from "./play.js"
import { SABOTAGES } from "./sabotage.js"
import { keyOf, shrink } from "./shrink.js"

/** What the program is told, as JSON. */
export interface ApiTask {
  /** Of the first batch; the next have the next ones. */
  readonly seed: number
  readonly batches: number
  readonly calls: number
  /** How long the main thread may make no step. */
  readonly limitMs: number
  /** Plays only these steps. */
  readonly only?: readonly number[]
  /** Finds the steps that are enough for this fault, and shows them. */
  readonly shrink?: string
  /** Shows each call before it is made. */
  readonly verbose?: boolean
  /** Something broken on purpose, by name (`sabotage.ts`). */
  readonly sabotage?: string
}

/** A line of its output. */
export type ApiReport =
  | {
      readonly kind: "batch"
      readonly seed: number
      readonly faults: readonly { readonly key: string; readonly step: number }[]
    }
  | {
      readonly kind: "minimal"
      readonly seed: number
      readonly steps: readonly number[]
      readonly lines: readonly string[]
    }
  | { readonly kind: "line"; readonly text: string }

const task = JSON.parse(process.argv[2]!) as ApiTask
const report = (line: ApiReport) => process.stdout.write(`${JSON.stringify(line)}\n`)
const dog = watchdog(task.limitMs)

/** What was thrown where nobody could catch it. */
const stray: unknown[] = []
process.on("unhandledRejection", (error) => stray.push(error))
process.on("uncaughtException", (error) => stray.push(error))

const substitute = task.sabotage === undefined ? undefined : SABOTAGES[task.sabotage]!()

for (let n = 0; n < task.batches; n++) {
  const options: BatchOptions = {
    seed: task.seed + n,
    calls: task.calls,
    ...(task.only ? { only: new Set(task.only) } : {}),
    ...(substitute ? { substitute } : {}),
    ...(task.verbose ? { log: (text: string) => report({ kind: "line", text }) } : {}),
    onCall(step) {
      dog[1] = task.seed + n
      dog[2] = step
      Atomics.add(dog, 0, 1)
    },
  }
  const faults = await play(options)
  if (task.shrink !== undefined && faults.some(({ key }) => key === task.shrink)) {
    const steps = task.only ?? (await shrink(options, task.shrink, play))
    const lines: string[] = []
    await play({ ...options, only: new Set(steps), log: (line) => lines.push(line) })
    report({ kind: "minimal", seed: options.seed, steps, lines })
    break
  }
  report({ kind: "batch", seed: options.seed, faults })
}
process.exit(0)

/** Plays a batch; what was thrown into timers and microtasks meanwhile is a fault of it. */
async function play(options: BatchOptions): Promise<{ key: string; step: number }[]> {
  const batch = new Batch(options)
  try {
    await batch.play()
  } catch (error) {
    // The fuzzer's own fault: nothing of it may be taken for a pass.
    batch.fault(`the fuzzer: ${error instanceof Error ? error.stack : String(error)}`)
  }
  // What a callback of the fuzzer's own threw surfaces so: nobody else could be told.
  for (const error of stray.splice(0)) if (!isOwn(error)) batch.fault(`nobody can catch: ${strayIn(error)}`)
  return batch.faults.map((fault) => ({ key: keyOf(fault), step: fault.step }))
}

/** Thrown by a function of the fuzzer's, or for want of one: an issuer's, for whom nobody asked. */
function isOwn(error: unknown): boolean {
  if (error instanceof OutliveError) return error.code === "ISSUER" || error.code === "NOT_LINKED"
  return error instanceof Thrown || (error instanceof AggregateError && error.errors.every(isOwn))
}

function strayIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const frame = (error.stack ?? "").split("\n").find((line) => line.includes("packages/core")) ?? ""
  return `${error.name}: ${error.message.replaceAll(/\d{3,}/g, "N")} ${/at (?:async )?(\S+).*?([\w-]+\.js)/.exec(frame)?.slice(1).join(" ") ?? ""}`
}
