/** Runs a race over reservations: threads that walk over them, change them, take several of them, or die holding them. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import {
  type Accounts,
  type EngineFactory,
  Heap,
  type HeapOptions,
  Reservation,
  type Thread,
  defineModule,
} from "@outlive/core"

export const SEED = 20_250_612
const RESERVATIONS = 4
const PROGRAM = new URL("programs/reservation-race.mjs", import.meta.url)
/** A thread that does nothing for so long is stuck: its operations take microseconds. */
const STUCK_MS = 2_000
/** Time for the others to fall asleep on the locks of one that is about to die. */
const SLEEP_MS = 250

/** A holder takes everything, and is terminated. */
export type Role = "reader" | "writer" | "locker" | "holder"

export interface Race extends HeapOptions {
  readonly roles: readonly Role[]
  readonly ms: number
  /** Delays at single accesses; for the JavaScript engine. */
  readonly slow?: boolean
  /** A broken twin. */
  readonly engineUrl?: string
}

interface Report {
  readonly role: Role
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly string[]
}

export interface Outcome {
  /** What the threads counted, by what it was. */
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly string[]
  /** How often reservations were held, as the holders counted it in words that the locks guard. */
  readonly held: number
  /** After everything was given back; only after a race without violations. */
  readonly accounts: Accounts
  readonly ms: number
}

/** Runs the threads for a while, or until one of them objects. */
export async function race({ roles, ms, slow = false, engineUrl, ...options }: Race): Promise<Outcome> {
  const start = performance.now()
  const substitute = engineUrl === undefined ? {} : { factory: await factoryOf(engineUrl) }
  const heap = Heap.create({ fences: 1_024, lists: 256, threads: roles.length + 1, spins: 50, ...options, substitute })
  const mock = defineModule({ name: "mock", driverName: "mock" })
  const thread = heap.attach({ name: "main", modules: [mock] })
  const module = thread.load(mock)
  const reservations = Array.from({ length: RESERVATIONS }, () => Reservation.create(thread))
  const timelines = roles.flatMap((role, i) =>
    role === "writer" ? [reservations.map((_, r) => module.timeline(`writer-${i}-${r}`))] : [],
  )
  const control = new Int32Array(new SharedArrayBuffer(4 * (1 + roles.length)))
  const board = new Int32Array(new SharedArrayBuffer(8 * RESERVATIONS))
  const common = {
    seed: SEED,
    control,
    board,
    slow,
    engineUrl,
    heap: heap.share(),
    tokens: reservations.map((reservation) => reservation.share()),
    contextsOf: timelines.map((of) => of.map((timeline) => String(timeline.context))),
  }
  const crew = new Crew()
  const holders: { worker: Worker; name: string }[] = []
  for (const [index, role] of roles.entries()) {
    const worker = new Worker(PROGRAM, { workerData: { ...common, role, index } })
    if (role === "holder") await once(worker, "message")
    crew.add(worker, `${role} ${index}`)
    holders.push(...(role === "holder" ? [{ worker, name: `${role}-${index}` }] : []))
  }
  await crew.haveBegun(control)
  for (const holder of holders) setTimeout(() => void bury(holder.worker, thread, holder.name), SLEEP_MS)
  await crew.watch(control, roles, ms)
  if (crew.violations.length === 0) {
    for (const reservation of reservations) reservation.drop()
    for (const timeline of timelines.flat()) timeline.close()
    module.unload()
    thread.barrier()
  }
  return {
    counts: crew.counts,
    violations: crew.violations,
    held: reservations.reduce((sum, _, r) => sum + board[2 * r + 1]!, 0),
    accounts: heap.accounts(),
    ms: performance.now() - start,
  }
}

/** For a trial: what is wrong. */
export async function play(task: Race): Promise<readonly string[]> {
  return (await race(task)).violations
}

async function factoryOf(engineUrl: string): Promise<EngineFactory> {
  return ((await import(engineUrl)) as { instantiate: EngineFactory }).instantiate
}

/** Terminates a thread wherever it stands, and clears up after it. */
async function bury(worker: Worker, thread: Thread, name: string): Promise<void> {
  await worker.terminate()
  const dead = thread.heap.threads().find((info) => info.name === name)
  if (dead) thread.reclaim(dead)
}

/** The threads of one race, and what they have to say. */
class Crew {
  readonly counts: Record<string, number> = {}
  readonly violations: string[] = []
  readonly #workers: Worker[] = []
  readonly #exits: Promise<unknown>[] = []
  #isOver = false

  add(worker: Worker, name: string): void {
    this.#workers.push(worker)
    this.#exits.push(new Promise((resolve) => worker.once("exit", resolve)))
    worker.on("error", (error) => this.#object(`${name} died: ${error.message}`))
    worker.on("message", ({ counts, violations }: Report) => {
      for (const [what, n] of Object.entries(counts)) this.counts[what] = (this.counts[what] ?? 0) + n
      this.#isOver = true
      for (const violation of violations) this.#object(violation)
    })
  }

  #object(violation: string): void {
    this.violations.push(violation)
    this.#isOver = true
  }

  /** Waits until each of them has made its first operation, or one of them objects: a busy machine starts them late. */
  async haveBegun(control: Int32Array): Promise<void> {
    while (!this.#isOver && control.subarray(1).includes(0)) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  /** Lets them run for so long; then stops them, and waits until they have. Who is stuck is named and terminated. */
  async watch(control: Int32Array, roles: readonly Role[], ms: number): Promise<void> {
    const start = performance.now()
    const last = roles.map(() => ({ at: start, operations: 0 }))
    const exited = Promise.all(this.#exits).then(() => true)
    let isDone = false
    while (!isDone) {
      if (this.#isOver || performance.now() - start >= ms) Atomics.store(control, 0, 1)
      isDone = await Promise.race([exited, new Promise<false>((resolve) => setTimeout(resolve, 25, false))])
      for (const [i, seen] of last.entries()) {
        const operations = Atomics.load(control, 1 + i)
        if (operations !== seen.operations) last[i] = { at: performance.now(), operations }
        else if (isDone || operations === 0 || roles[i] === "holder") continue
        else if (performance.now() - seen.at > STUCK_MS) this.#stop(i, roles[i]!, operations)
      }
    }
  }

  #stop(i: number, role: Role, operations: number): void {
    if (this.violations.length === 0) this.#object(`${role} ${i} is stuck after ${operations} operations`)
    for (const worker of this.#workers) void worker.terminate()
  }
}
