/**
 * `outlive lab`: the tour. Real threads crash the old design, fail to crash the new one, show what was proposed in between, and the two ways of locking
 * a fence are compared. What `npm start` runs; under a minute.
 */
import {
  type Other,
  contendedExperiment,
  formatContended,
  formatReclamation,
  reclamationExperiment,
  runContended,
  runReclamation,
} from "@outlive/bench"
import { type Cell, FENCE_TYPES, cellInWords, tableOf } from "@outlive/drivers"
import { type Result, page } from "@outlive/report"
import { type GivenSettings, type RaceResult, runRace } from "@outlive/workers"
import { defineCommand } from "citty"
import { buildLab, buildStrategy } from "../../../../scripts/strategies.mjs"
import { crashSentence, ownLockSentence, pickSentence } from "../answers.js"
import { headOf } from "../envelope.js"
import { EXIT } from "../exit-codes.js"
import { type Interrupt, onInterrupt } from "../interrupt.js"
import { lifetimeGrid, lifetimeOf } from "../lifetime-grid.js"
import { COMMON, numberOption, refuseUnknown } from "../options.js"
import { paint } from "../paint.js"
import { Progress } from "../progress.js"
import { accountsLine, raceHeadline, raceOf, storyLines } from "../race-report.js"
import { RESULTS_FOLDER, asText, openOutput, openResult } from "../results.js"

const DEFAULT_SECONDS = 3
/** Nothing more is begun after this, beside what longer races take. */
const MOST_MS = 45_000
/** Until then measurements may go on that had too few quiet runs, and a third of what is left each: three there are. */
const MEASURED_UNTIL_MS = 52_000
/** A measurement that begins late has so long all the same. */
const LEAST_BUDGET_MS = 6_000

const args = {
  ...COMMON,
  seconds: {
    type: "string",
    description: "How long each race takes",
    valueHint: "number",
    default: String(DEFAULT_SECONDS),
  },
  out: { type: "string", description: "Folder for the result file", default: RESULTS_FOLDER },
} as const

export const lab = defineCommand({
  meta: {
    name: "lab",
    description: "The tour: the old crash, the new design, what was proposed in between, and what the locks cost",
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const seed = numberOption("seed", given.seed, -0x80000000, 0x7fffffff)
    const seconds = numberOption("seconds", given.seconds, 0.1, 600, false)
    const startMs = performance.now()
    const head = headOf("lab", rawArgs)
    const output = openResult("lab", given.out)
    const pageFile = openOutput("out", output.path.replace(/json$/, "html"))
    const interrupt = onInterrupt()
    const say = (text: string) => void (given.json ? process.stderr : process.stdout).write(`${text}\n`)
    const tour = new Tour(interrupt, say)

    say(paint("bold", "Outlive: fences that outlive the module that issued them") + "\n")
    say(paint("bold", "1. Issuer-bound, as before the series") + ": ops, names and lock of a fence are its module's.")
    say("   Six threads: two issue and signal fences, others wait, subscribe, read names; one unloads the modules.\n")
    const before = await tour.race({ lifetime: "issuer-bound", seconds, seed })
    if (before.story) say(["   One of the oopses, as it came about:", "", ...storyLines(before), ""].join("\n"))

    say(
      paint("bold", "2. Independent, as the series made it") +
        ": ops are detached at the signal, unloading waits for a grace period.\n",
    )
    const wasm = await tour.race({ lifetime: "independent", seconds, seed })
    const js = await tour.race({ lifetime: "independent", seconds, seed, engine: "js", perturbation: true })
    say("")

    say(
      paint("bold", "3. What was proposed in between") +
        ": amdgpu's fences under each lifetime, as races of at most a second show it.\n",
    )
    const cells = await tour.lifetimes(seed)
    say(`${indented(lifetimeGrid(cells))}\n   More: outlive lifetimes; each cell is a race that can be repeated.\n`)

    say(paint("bold", "4. A lock of its own, or one borrowed from the issuer") + ": what a fence's lock costs.\n")
    const moreMs = 3_000 * (seconds - DEFAULT_SECONDS)
    const shareOf = (stations: number) =>
      Math.max(LEAST_BUDGET_MS, (MEASURED_UNTIL_MS + moreMs - (performance.now() - startMs)) / stations)
    const contended = await tour.fenceLocks(seed, shareOf(3))
    if (contended) say(formatContended(contended))

    say(paint("bold", "\n5. Which lock, which scheme") + ": a few of each, on this machine, briefly.\n")
    const isOver = () => performance.now() - startMs > MOST_MS + moreMs
    const locks = isOver() ? undefined : await tour.locks(seed, shareOf(2))
    if (locks) say(`${formatContended(locks)}\n`)
    const schemes = isOver() ? undefined : await tour.schemes(seed, shareOf(1))
    if (schemes) say(formatReclamation(schemes))
    if ((!locks || !schemes) && !interrupt.signal.aborted)
      say("   Left out what does not fit into a minute on a machine as busy as this: outlive bench measures it.")

    interrupt.release()
    const interrupted = interrupt.signal.aborted
    const answers = [crashSentence(before, [wasm, js]), ownLockSentence(contended), pickSentence(locks, schemes)]
    const experiments = [
      contended && contendedExperiment(contended, FENCE_LOCKS),
      locks && contendedExperiment(locks, WHICH_LOCK),
      schemes && reclamationExperiment(schemes),
    ].filter((experiment) => experiment !== undefined)
    const races = [before, wasm, js].map((race) => raceOf(race))
    const result: Result = {
      ...head,
      interrupted,
      answers,
      races,
      lifetimes: cells.map((cell) => lifetimeOf(cell)),
      experiments,
    }
    // What was found is told first: a file may not be written.
    if (given.json) process.stdout.write(`${JSON.stringify(result)}\n`)
    say(["", ...answers].join("\n"))
    output.write(asText(result))
    pageFile.write(page([result]))
    say(["", `Page: ${pageFile.path}`, `Result: ${output.path}`].join("\n"))
    const held = wasm.passed && js.passed && before.passed && (before.oopses > 0 || interrupted)
    if (!held) say(paint("red", "Something did not hold: see above."))
    process.exitCode = !held ? EXIT.failed : interrupted ? EXIT.interrupted : EXIT.ok
  },
})

const RELEASE = { target: "wasm", flavour: "release" } as const
/** A few that differ in kind; `outlive bench contended --lock …` takes all. */
const LOCKS = ["ticket", "mcs"] as const
const SCHEMES = ["epochs", "quiescent", "hazard-pointers"] as const
const FENCE_LOCKS = {
  name: "fence-locks",
  title: "A lock of its own, or one that is shared",
  question:
    "What is it worth to a fence to have a lock of its own, in place of one that all fences of its timeline share?",
}
const WHICH_LOCK = {
  name: "locks",
  title: "Which lock",
  question: "Threads take one lock, add to a counter and give it back: which of a few locks is the fastest here?",
}

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, "   ")

/** The stations, one after the other, with progress. */
class Tour {
  readonly #interrupt: Interrupt
  readonly #say: (text: string) => void

  constructor(interrupt: Interrupt, say: (text: string) => void) {
    this.#interrupt = interrupt
    this.#say = say
  }

  async race(scenario: GivenSettings): Promise<RaceResult> {
    const progress = new Progress()
    const result = await runRace(scenario, {
      signal: this.#interrupt.signal,
      onProgress: ({ elapsedMs, totalMs }) =>
        progress.show(`   racing ${(elapsedMs / 1_000).toFixed(0)} of ${totalMs / 1_000} s`),
    })
    progress.clear()
    this.#say(`   ${raceHeadline(result)}`)
    this.#say(`   ${accountsLine(result)}`)
    for (const v of result.violations.slice(0, 3)) this.#say(paint("red", `   VIOLATION in ${v.thread}: ${v.message}`))
    for (const d of result.deaths) this.#say(paint("red", `   DEAD: ${d.thread}: ${d.message}`))
    this.#say("")
    return result
  }

  async lifetimes(seed: number): Promise<Cell[]> {
    const progress = new Progress()
    const cells: Cell[] = []
    const types = FENCE_TYPES.filter(({ driver }) => driver === "amdgpu")
    for await (const cell of tableOf(types, { seed, seconds: 1, signal: this.#interrupt.signal })) {
      cells.push(cell)
      progress.show(`   ${cell.type}, ${cell.lifetime}: ${cellInWords(cell)}`)
    }
    progress.clear()
    return cells
  }

  async fenceLocks(seed: number, budgetMs: number) {
    return this.#measured((show) => runContended({ ...this.#briefly(seed, budgetMs), onlyMost: true }, show))
  }

  async locks(seed: number, budgetMs: number) {
    return this.#measured(async (show) => {
      const others: Other[] = []
      for (const name of LOCKS) others.push({ name, build: await buildStrategy(name, RELEASE) })
      return runContended({ ...this.#briefly(seed, budgetMs), onlyMost: true, others }, show)
    })
  }

  async schemes(seed: number, budgetMs: number) {
    return this.#measured(async (show) => {
      const schemes: { name: string; build: string }[] = []
      for (const name of SCHEMES) schemes.push({ name, build: await buildLab(name, RELEASE) })
      return runReclamation({ ...this.#briefly(seed, budgetMs), schemes, size: 100, stallMs: 10 }, show)
    })
  }

  #briefly(seed: number, budgetMs: number) {
    return { quick: true, seed, budgetMs, signal: this.#interrupt.signal }
  }

  /** Undefined when nobody wants it any more. */
  async #measured<T>(run: (show: (text: string) => void) => Promise<T>): Promise<T | undefined> {
    if (this.#interrupt.signal.aborted) return undefined
    const progress = new Progress()
    const result = await run((text) => progress.show(`   ${text}`))
    progress.clear()
    return result
  }
}
