/** A race from the start to the verdict: the stage is set, the roles start together, are watched and awaited, the accounts drawn up. */
import { type EngineFactory, Heap } from "@outlive/core"
import { adoptBuild } from "@outlive/core/engine-js"
import { setTimeout as pause } from "node:timers/promises"
import { Control } from "./control.js"
import { Crew, TICK_MS } from "./crew.js"
import { mishapsOf } from "./mishaps.js"
import { type AnyScenario, type Direction, type Referee, castList } from "./scenario.js"
import { scenariosFor } from "./scenarios-for.js"
import { type GivenSettings, type Settings, settingsOf } from "./settings.js"
import type { ThreadPool } from "./thread-pool.js"
import { type RaceResult, Verdict } from "./verdict.js"

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
  /** Told when all threads have come back, before the accounts are drawn up: what the rings of the heap tell is of the race. */
  readonly onEnd?: (heap: Heap) => void
  /** Of a race that is one of many with as many threads. */
  readonly pool?: ThreadPool
}

const PROGRESS_TICKS = 25
const PERTURBED_SPINS = 20

/** Runs a race. What is not given comes from `DEFAULTS`. @throws RangeError for a race that cannot be, saying what could */
export async function runRace(given: GivenSettings = {}, options: RaceOptions = {}): Promise<RaceResult> {
  const scenarios = await scenariosFor(given)
  const settings = settingsOf(given, scenarios)
  const scenario = scenarios.find(({ name }) => name === settings.scenario)!
  const referee = await setStage(scenario, settings)
  const scene = scenario.setup(referee)
  const control = new Control(referee.cast.length)
  const verdict = new Verdict(scenario, referee, control)
  const crew = new Crew(referee.cast.length, control, verdict, scenario, options.pool)
  const common = { heap: referee.heap.share(), control: control.buffer, settings, tokens: scene.tokens as unknown }
  for (const [index, role] of referee.cast.entries())
    crew.start({ ...common, role, index, threads: referee.cast.length })
  const isAborted = () => options.signal?.aborted === true
  await crew.begin(isAborted)
  const startMs = performance.now()
  const watching = new Watching(settings, control, crew, options, startMs)
  const direction = directionOf(watching, crew, verdict, control)
  const directing = scenario.direct?.(direction, scene.tokens, referee)
  await Promise.all([watching.untilOver(), directing])
  const phases = scenario.phases ?? [referee.cast]
  for (const [phase, roles] of phases.entries()) {
    control.enter(phase + 1)
    await crew.finish((role) => roles.includes(role))
  }
  await crew.endAll()
  options.onEnd?.(referee.heap)
  if (crew.mistake) throw crew.mistake
  return verdict.close(scene, crew, { elapsedMs: performance.now() - startMs, interrupted: isAborted() })
}

/** The heap, and the main thread's seat in it. */
async function setStage(scenario: AnyScenario, settings: Settings): Promise<Referee> {
  const { engine, flavour, lifetime, fenceLock, lock, perturbation, engineUrl, build } = settings
  if (build !== undefined) adoptBuild(flavour, ((await import(build)) as { bytes: string }).bytes)
  const cast = castList(scenario, settings.roles).map(({ name }) => name)
  const heap = Heap.create({
    timestamps: true,
    onWarning: () => {},
    ...scenario.capacities(settings, cast.length),
    ...(settings.traceEntries === undefined ? {} : { trace: settings.traceEntries }),
    engine,
    flavour,
    lifetime: scenario.switches?.(settings) ?? lifetime,
    fenceLock,
    lock,
    threads: cast.length + 2,
    // Perturbed, a round of spinning takes its time: with few rounds the roads to sleep are taken as well.
    ...(perturbation ? { spins: PERTURBED_SPINS } : {}),
    substitute: engineUrl === undefined ? {} : { factory: await loadFactory(engineUrl) },
  })
  const modules = scenario.modules(() => {}, settings)
  return { heap, thread: heap.attach({ name: "referee", modules }), modules, settings, cast }
}

async function loadFactory(url: string): Promise<EngineFactory> {
  return ((await import(url)) as { instantiate: EngineFactory }).instantiate
}

/** Looks at the threads until the race is over. */
class Watching {
  readonly #settings: Settings
  readonly #control: Control
  readonly #crew: Crew
  readonly #options: RaceOptions
  readonly #startMs: number

  constructor(settings: Settings, control: Control, crew: Crew, options: RaceOptions, startMs: number) {
    this.#settings = settings
    this.#control = control
    this.#crew = crew
    this.#options = options
    this.#startMs = startMs
  }

  get isOver(): boolean {
    const { seconds, operations = Infinity } = this.#settings
    return (
      this.#control.phase > 0 ||
      this.#crew.haveAllEnded ||
      this.#options.signal?.aborted === true ||
      this.#control.operations >= operations ||
      performance.now() - this.#startMs >= 1_000 * seconds
    )
  }

  async untilOver(): Promise<void> {
    const { seconds } = this.#settings
    const doomed = mishapsOf(this.#settings).filter(({ kind }) => kind === "terminate")
    for (let tick = 0; !this.isOver; tick++) {
      await pause(TICK_MS)
      this.#crew.look()
      const elapsedMs = performance.now() - this.#startMs
      while (doomed.length > 0 && elapsedMs >= doomed[0]!.afterMs) void this.#crew.terminate(doomed.shift()!.thread)
      if (tick % PROGRESS_TICKS === PROGRESS_TICKS - 1)
        this.#options.onProgress?.({ elapsedMs, totalMs: 1_000 * seconds, operations: this.#control.operations })
    }
  }
}

function directionOf(watching: Watching, crew: Crew, verdict: Verdict, control: Control): Direction {
  return {
    async until(holds) {
      while (!holds() && !watching.isOver) await pause(TICK_MS)
      return holds()
    },
    pause: (ms) => pause(ms),
    terminate: (role) => crew.terminate(role),
    violate: (message) => verdict.violate(message),
    end(why) {
      if (why !== undefined && !watching.isOver) verdict.ended(why)
      control.enter(1)
    },
  }
}
