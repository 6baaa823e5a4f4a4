/** Damages heaps and calls everything on them, in a process of its own. */
import { OutliveError } from "@outlive/core"
import { type EngineFactory, layout } from "@outlive/core/engine-js"
import { checkHeap } from "../../../packages/core/src/heap/check/check-heap.js"
import { mapOf } from "../../../packages/core/src/heap/check/heap-map.js"
import { faultOf } from "../api/verdict.js"
import { Random, seedOf } from "../random.js"
import { watchdog } from "../watchdog.js"
import { CALLS, ENDS } from "./calls.js"
import { damage } from "./damage.js"
import { type Furnished, furnish } from "./furnish.js"

/** What the program is told, as JSON. */
export interface AttackTask {
  readonly seed: number
  readonly trials: number
  readonly limitMs: number
  /** Says what is written and called. */
  readonly verbose?: boolean
  /** A broken twin of the engine, which all trials run on. */
  readonly engineUrl?: string
}

/** A line of its output. */
export interface AttackReport {
  readonly kind: "trial"
  readonly trial: number
  /** Problems that the check told, at once or in the end. */
  readonly told: number
  /** Calls that threw a typed error. */
  readonly refused: number
  /** What came of calls that is no typed error: errors of the language or the machine, things thrown into nobody's arms. */
  readonly faults: readonly string[]
}

const BUILDS = [
  { engine: "wasm", flavour: "release" },
  { engine: "wasm", flavour: "checked" },
  { engine: "js", flavour: "release" },
  { engine: "js", flavour: "checked" },
] as const

const task = JSON.parse(process.argv[2]!) as AttackTask
const twin = task.engineUrl && ((await import(task.engineUrl)) as { instantiate: EngineFactory })
const dog = watchdog(task.limitMs)
const stray: unknown[] = []
process.on("unhandledRejection", (error) => stray.push(error))
process.on("uncaughtException", (error) => stray.push(error))
// A promise that never settles is a hang, and not the end of the process.
setInterval(() => {}, 1_000)
const say = (text: string) => task.verbose && process.stdout.write(`${text}\n`)

for (let trial = 0; trial < task.trials; trial++) {
  const report = await attack(task.seed + trial)
  process.stdout.write(`${JSON.stringify(report)}\n`)
}
process.exit(0)

async function attack(seed: number): Promise<AttackReport> {
  dog[1] = seed
  const random = new Random(seedOf(seed, 7))
  const chosen = random.pick(BUILDS)
  const build = twin
    ? ({ engine: "js", flavour: "checked", substitute: { factory: twin.instantiate } } as const)
    : chosen
  say(`${seed}: ${build.engine}, ${build.flavour}`)
  const f = furnish(build)
  const { words } = f.heap
  const seat = f.thread.record
  const map = mapOf(words)!
  // A check that always has something to say would tell everything.
  if (checkHeap(words, map).length > 0) throw new Error("The check tells of a heap that nobody has damaged")
  for (const write of damage(words, map, random))
    say(`  0x${write.address.toString(16)}: ${write.before} → ${write.after}`)
  const before = checkHeap(words, map)
  for (const { where, message } of before.slice(0, 10)) say(`  ${where}: ${message}`)
  const faults = new Set<string>()
  let refused = 0
  const names = shuffle(Object.keys(CALLS), random).slice(0, 25)
  for (const name of [...names, ...Object.keys(ENDS)]) {
    dog[2] = [...Object.keys(CALLS), ...Object.keys(ENDS)].indexOf(name)
    Atomics.add(dog, 0, 1)
    say(`  ${name}`)
    try {
      await (CALLS[name] ?? ENDS[name])!(f)
    } catch (error) {
      const fault = error instanceof OutliveError ? undefined : faultOf(error)
      say(`    ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`)
      if (fault === undefined) refused++
      else faults.add(`${name}: ${fault}`)
    }
  }
  Atomics.add(dog, 0, 1)
  await new Promise((resolve) => setTimeout(resolve, 3))
  for (const error of stray.splice(0)) {
    const fault = error instanceof OutliveError ? undefined : faultOf(error)
    if (fault !== undefined) faults.add(`nobody can catch: ${fault}`)
  }
  const told = before.length + checkHeap(words, map).length
  forget(f, seat)
  return { kind: "trial", trial: seed, told, refused, faults: [...faults] }
}

/** What a damaged thread still has to do, it does no more: what it throws later is no fault of the next trial. */
function forget({ heap, thread }: Furnished, seat: number): void {
  // As if somebody had reclaimed it, for as long as it looks.
  heap.words[(seat + layout.Thread.state) >> 2]! ^= 1
  try {
    thread.notice()
  } catch {
    // Its promises end with errors: nobody waits for them any more.
  }
  heap.words[(seat + layout.Thread.state) >> 2]! ^= 1
  // A seat that could not be vacated is another's now, so nobody goes on trying.
  heap.words[(seat + layout.Thread.generation) >> 2]!++
}

function shuffle<T>(list: readonly T[], random: Random): T[] {
  const left = [...list]
  return list.map(() => left.splice(random.below(left.length), 1)[0]!)
}
