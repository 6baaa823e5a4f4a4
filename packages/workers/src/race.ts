/** The main thread's side of a race: sets the stage, starts the roles together, waits without blocking, balances the accounts. */
import { type Accounts, type EngineFactory, Heap, type Thread } from "@outlive/core"
import { setTimeout as sleep } from "node:timers/promises"
import { Piscina } from "piscina"
import { closeAccounts, leaksIn } from "./closing.js"
import { Control } from "./control.js"
import { issuers } from "./issuers.js"
import type { OopsReport, RoleReport, RoleTask, Violation } from "./messages.js"
import { DEFAULTS, type Scenario, castList } from "./scenario.js"
import { plotOf } from "./story.js"
import { nameOf } from "./thread-name.js"

/** A thread that did not come back. */
export interface Death {
  readonly thread: string
  readonly message: string
}

/** What a race found: plain data. */
export interface RaceResult {
  readonly scenario: Scenario
  /** From the start line until the last role has come back. */
  readonly elapsedMs: number
  /** Operations of all threads together. */
  readonly operations: number
  /** What happened how often, over all threads of a role. */
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
  readonly oopses: number
  readonly oopsesByCode: Readonly<Record<string, number>>
  /** Of the first oopses, the one that could be told best. */
  readonly story?: OopsReport
  readonly deaths: readonly Death[]
  /** After everything was given back; missing when the heap could not be trusted any more. */
  readonly accounts?: Accounts
  /** What was not given back, in words. */
  readonly leaks: readonly string[]
  readonly interrupted: boolean
  /** No violation, nobody died unasked, and the accounts balance. Oopses of an issuer-bound heap are what was to be seen. */
  readonly passed: boolean
}

/** Told now and then while a race runs. */
export interface RaceProgress {
  readonly elapsedMs: number
  readonly totalMs: number
  readonly operations: number
}

export interface RaceOptions {
  /** Ends the race early and cleanly; the result says that it was interrupted. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RaceProgress) => void
}

/** A role that has not come back so long after the end hangs. */
const PATIENCE_MS = 8_000
const PATIENCE_AFTER_VIOLATION_MS = 1_000
const PROGRESS_MS = 250
/** Longer than any machine needs to start its threads. */
const LONGEST_START_MS = 60_000
const PERTURBED_SPINS = 20
const TICK_MS = 10

/** Runs a race. What is not given comes from `DEFAULTS`. @throws RangeError for a scenario that cannot be */
export async function runRace(given: Partial<Scenario>, options: RaceOptions = {}): Promise<RaceResult> {
  const scenario: Scenario = { ...DEFAULTS, ...given }
  const cast = castList(scenario)
  check(scenario, cast.length)
  const substitute = scenario.engineUrl ? { factory: await loadFactory(scenario.engineUrl) } : {}
  const heap = Heap.create({
    ...capacities(scenario, cast.length),
    ...kindOfHeap(scenario),
    substitute,
    onWarning: () => {},
  })
  const referee = heap.attach({ name: "referee", modules: issuers(() => {}) })
  const control = new Control(cast.length)
  const pool = new Piscina({
    filename: new URL("./role-thread.js", import.meta.url).href,
    // None of its own accord: whom it sent for a dead thread would be ended while it loads, and Node 20 does not survive that.
    minThreads: 0,
    maxThreads: cast.length,
    concurrentTasksPerWorker: 1,
    atomics: "disabled",
  })
  const deaths: Death[] = []
  const shared = heap.share()
  const tasks = cast.map((role, index): RoleTask => ({
    heap: shared,
    control: control.buffer,
    scenario,
    role,
    index,
    threads: cast.length,
  }))
  const plays = tasks.map((task) =>
    (pool.run(task) as Promise<RoleReport>).catch((error: unknown) => {
      // Who dies on the way to the start line must not hold the others there for ever.
      if (scenario.mishap === undefined || !control.hasBegun) control.stop()
      deaths.push({ thread: nameOf(task), message: messageOf(error) })
      try {
        bury(heap, referee, nameOf(task))
      } catch (late) {
        deaths.push({ thread: "referee", message: `It could not clear up after ${nameOf(task)}: ${messageOf(late)}` })
      }
      return undefined
    }),
  )
  const start = await startLine(control, options.signal)
  const interrupted = await oversee(scenario, control, pool, plays, start, options)
  const finished = await settle(plays)
  const hung = tasks
    .filter((_, i) => finished[i] === "hangs")
    .map((task): Violation => ({
      thread: nameOf(task),
      role: task.role,
      claim: "Every thread comes back when the race is over.",
      message: "It still hangs seconds after the end",
    }))
  const elapsedMs = performance.now() - start
  await pool.destroy()
  const reports = finished.filter((r): r is RoleReport => typeof r === "object")
  const violations = [...reports.flatMap((r) => r.violations), ...hung]
  const trusted = violations.length === 0 && (deaths.length === 0 || scenario.mishap !== undefined)
  const accounts = trusted ? closeAccounts(heap, referee, scenario) : undefined
  const leaks = accounts ? leaksIn(accounts) : []
  const story = bestStory(reports)
  const oopses = reports.reduce((sum, r) => sum + r.oopses, 0)
  return {
    scenario,
    elapsedMs,
    operations: control.operations,
    counts: mergeCounts(reports),
    violations,
    oopses,
    oopsesByCode: merge(reports.map((r) => r.oopsesByCode)),
    ...(story ? { story } : {}),
    deaths,
    ...(accounts ? { accounts } : {}),
    leaks,
    interrupted,
    // What a crashed operation or a dead thread had in hand is lost with it, as in a kernel.
    passed:
      trusted &&
      (leaks.length === 0 || scenario.mishap !== undefined || (scenario.lifetime === "issuer-bound" && oopses > 0)),
  }
}

/** Waits until all roles are at the start line: when the race began. What a busy machine needs to start its threads is not part of the race. */
async function startLine(control: Control, signal: AbortSignal | undefined): Promise<number> {
  const patience = performance.now() + LONGEST_START_MS
  const isWaiting = () => !control.hasBegun && !signal?.aborted && performance.now() < patience
  while (isWaiting()) await sleep(TICK_MS)
  return performance.now()
}

/** Waits until the time is up, somebody stopped the race, or everybody has come back. True if interrupted from outside. */
async function oversee(
  scenario: Scenario,
  control: Control,
  pool: Piscina,
  plays: readonly Promise<unknown>[],
  start: number,
  options: RaceOptions,
): Promise<boolean> {
  const { signal, onProgress } = options
  const totalMs = scenario.seconds * 1_000
  const over = new AbortController()
  const timers = [
    setTimeout(() => over.abort(), totalMs),
    setInterval(() => {
      if (!control.running) over.abort()
      onProgress?.({ elapsedMs: performance.now() - start, totalMs, operations: control.operations })
    }, PROGRESS_MS),
    ...terminationTimer(scenario, control, pool, start),
  ]
  const interrupt = () => over.abort()
  if (signal?.aborted) over.abort()
  signal?.addEventListener("abort", interrupt, { once: true })
  const ended = new Promise<void>((resolve) => {
    if (over.signal.aborted) resolve()
    over.signal.addEventListener("abort", () => resolve(), { once: true })
  })
  await Promise.race([ended, Promise.all(plays)])
  for (const timer of timers) clearTimeout(timer)
  signal?.removeEventListener("abort", interrupt)
  control.stop()
  return signal?.aborted ?? false
}

/** Terminates a thread when its time has come. */
function terminationTimer({ mishap }: Scenario, control: Control, pool: Piscina, start: number): NodeJS.Timeout[] {
  if (mishap?.kind !== "terminate") return []
  const timer = setInterval(() => {
    const number = control.osThreadOf(mishap.thread)
    if (number === 0 || performance.now() - start < mishap.afterMs) return
    clearInterval(timer)
    void pool.threads.find((worker) => worker.threadId === number)?.terminate()
  }, TICK_MS)
  return [timer]
}

/** What each play ended with; "hangs" for those that have not ended in time. */
async function settle(
  plays: readonly Promise<RoleReport | undefined>[],
): Promise<(RoleReport | undefined | "hangs")[]> {
  const timers: NodeJS.Timeout[] = []
  const patience = new Promise<"hangs">((resolve) => {
    const within = (ms: number) => void timers.push(setTimeout(() => resolve("hangs"), ms))
    within(PATIENCE_MS)
    // After an oops a lock may be held for good: who waits for it is not what was to be found.
    for (const play of plays)
      void play.then((report) => report?.violations.length && within(PATIENCE_AFTER_VIOLATION_MS))
  })
  const ends = await Promise.all(plays.map((play) => Promise.race([play, patience])))
  for (const timer of timers) clearTimeout(timer)
  return ends
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Clears up after a thread that died. */
function bury(heap: Heap, referee: Thread, name: string): void {
  const info = heap.threads().find((t) => t.name === name)
  if (info) referee.reclaim(info)
}

function bestStory(reports: readonly RoleReport[]): OopsReport | undefined {
  return reports.flatMap((r) => (r.firstOops ? [r.firstOops] : [])).sort((a, b) => plotOf(b.story) - plotOf(a.story))[0]
}

function mergeCounts(reports: readonly RoleReport[]): Record<string, number> {
  return merge(
    reports.map((r) => Object.fromEntries(Object.entries(r.counts).map(([what, n]) => [`${r.role}: ${what}`, n]))),
  )
}

function merge(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const one of all) for (const [key, n] of Object.entries(one)) sums[key] = (sums[key] ?? 0) + n
  return sums
}

function check(scenario: Scenario, threads: number): void {
  if (threads < 2) throw new RangeError(`Cannot race with ${threads} threads: two are needed`)
  if (!(scenario.seconds > 0 && scenario.seconds <= 86_400))
    throw new RangeError(`Cannot race for ${scenario.seconds} seconds: more than 0 and at most 86,400 are needed`)
  if (!Number.isInteger(scenario.seed))
    throw new RangeError(`Cannot use ${scenario.seed} as a seed: a whole number is needed`)
  if (scenario.slots < 1) throw new RangeError("Cannot race without slots")
}

function capacities(scenario: Scenario, threads: number) {
  const cells = scenario.slots + threads
  const hasContainers = scenario.roles.composer + scenario.roles.merger > 0
  return {
    fences: 4_096,
    callbacks: hasContainers ? 16_384 : 4_096,
    containers: hasContainers ? 4_096 : 16,
    modules: 64,
    timelines: 256,
    threads: threads + 2,
    cells,
    trace: scenario.flavour === "checked" ? 1_024 : 0,
  }
}

function kindOfHeap({ engine, flavour, lifetime, fenceLock, lock, perturbation }: Scenario) {
  // Perturbed, a round of spinning takes its time: with few rounds the roads to sleep are taken as well.
  const spins = perturbation ? { spins: PERTURBED_SPINS } : {}
  return { engine, flavour, lifetime, fenceLock, lock, timestamps: true, ...spins }
}

async function loadFactory(url: string): Promise<EngineFactory> {
  return ((await import(url)) as { instantiate: EngineFactory }).instantiate
}
