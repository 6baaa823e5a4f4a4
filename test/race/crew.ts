/** The threads of one race: started, awaited, and ended if they do not come back. Whoever waits for them always comes to an end. */
import { setTimeout as sleep } from "node:timers/promises"
import { Worker } from "node:worker_threads"
import type { Report } from "./reporting.js"

/** Words that all threads share: the phase of the race, a word to doze on, how many have begun. */
export const PHASE = 0
const BEGUN = 2
export const CONTROL_BYTES = 12

/** A thread that has not come back so long after it was asked to hangs: nothing that it does takes half as long. */
const PATIENCE_MS = 15_000
/** After an objection a lock may be held for good: who waits for it is not what was to be found. */
const PATIENCE_AFTER_OBJECTION_MS = 1_000
const TICK_MS = 10
const OF_THE_LANGUAGE = new Set(["ReferenceError", "SyntaxError", "TypeError"])

interface Player {
  readonly name: string
  readonly worker: Worker
  /** Settles whatever becomes of the thread. */
  readonly end: Promise<Report | Error | undefined>
  hasEnded: boolean
}

export class Crew {
  readonly #players: Player[] = []
  readonly #control: Int32Array
  readonly violations: string[] = []

  constructor(control: Int32Array) {
    this.#control = control
  }

  /** Starts a thread, which adds one to `BEGUN` before its first operation, and posts one report when it is done. */
  start(program: URL, name: string, workerData: object): Player {
    const worker = new Worker(program, { workerData: { ...workerData, control: this.#control } })
    const end = new Promise<Report | Error | undefined>((resolve) => {
      let report: Report | undefined
      worker.once("message", (message: Report) => {
        report = message
        this.violations.push(...report.violations)
      })
      worker.once("error", (error) => {
        if (!OF_THE_LANGUAGE.has(error.name)) this.violations.push(`${name} died: ${error.message}`)
        resolve(error)
      })
      worker.once("exit", () => resolve(report))
    })
    const player: Player = { name, worker, end, hasEnded: false }
    void end.then(() => (player.hasEnded = true))
    this.#players.push(player)
    return player
  }

  /** Lets them run for so long, counted from when all have begun, or until one of them objects. */
  async run(ms: number): Promise<void> {
    const isOver = () => this.violations.length > 0 || this.#players.some(({ hasEnded }) => hasEnded)
    while (!isOver() && Atomics.load(this.#control, BEGUN) < this.#players.length) await sleep(TICK_MS)
    for (const end = performance.now() + ms; !isOver() && performance.now() < end;) await sleep(TICK_MS)
  }

  /** Announces a phase, and waits for those who come back in it. Who does not is named and terminated. */
  async finish(phase: number, players: readonly Player[]): Promise<Report[]> {
    Atomics.store(this.#control, PHASE, phase)
    const start = performance.now()
    const patience = () => (this.violations.length > 0 ? PATIENCE_AFTER_OBJECTION_MS : PATIENCE_MS)
    const late = () => players.filter(({ hasEnded }) => !hasEnded)
    while (late().length > 0 && performance.now() - start < patience()) await sleep(TICK_MS)
    if (late().length > 0) {
      if (this.violations.length === 0)
        this.violations.push(
          `It hangs at the end: ${late()
            .map(({ name }) => name)
            .join(", ")}`,
        )
      await Promise.all(this.#players.map(({ worker }) => worker.terminate()))
    }
    const all = await Promise.all(players.map(({ end }) => end))
    const mistake = all.find((end) => end instanceof Error && OF_THE_LANGUAGE.has(end.name))
    if (mistake) {
      await Promise.all(this.#players.map(({ worker }) => worker.terminate()))
      throw mistake as Error
    }
    return all.filter((end): end is Report => end !== undefined && !(end instanceof Error))
  }
}
