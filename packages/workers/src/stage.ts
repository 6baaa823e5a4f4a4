/** What every role has at hand, and how it reports. */
import type { Fence, Heap, ModuleDefinition, OopsError, Thread } from "@outlive/core"
import { DANGLING } from "./choices.js"
import type { Control } from "./control.js"
import type { OopsKind, OopsReport, RoleReport, Violation } from "./messages.js"
import { mishapsOf } from "./mishaps.js"
import { sleep } from "./perturbation.js"
import { oopsesIn } from "./oopses.js"
import type { Random } from "./random.js"
import type { Settings } from "./settings.js"
import { plotOf, tellStory } from "./story.js"

const MOST_VIOLATIONS = 20
const SHORT_PATIENCE_MS = 100
/** Telling takes time: of so many oopses the best told is kept. */
const MOST_STORIES = 30

interface Parts<Tokens> {
  readonly heap: Heap
  readonly thread: Thread
  readonly modules: readonly ModuleDefinition[]
  readonly settings: Settings
  readonly tokens: Tokens
  readonly random: Random
  /** Sometimes delays. */
  readonly pause: () => void
  readonly index: number
  readonly control: Control
  /** In which it is stopped. */
  readonly phase: number
  readonly roleName: string
  readonly claim: string
  /** Oopses are what the race is to find. */
  readonly findsOopses: boolean
  /** Told of the report so far, whenever there is something new in it. */
  readonly onFinding: (report: RoleReport) => void
}

/** One thread's view of the race. */
export class Stage<Tokens = unknown> {
  readonly heap: Heap
  readonly thread: Thread
  readonly modules: readonly ModuleDefinition[]
  readonly settings: Settings
  /** What the scenario gave to all threads. */
  readonly tokens: Tokens
  readonly random: Random
  readonly pause: () => void
  readonly index: number
  readonly #control: Control
  readonly #phase: number
  readonly #roleName: string
  readonly #claim: string
  readonly #counts = new Map<string, number>()
  readonly #violations: Violation[] = []
  readonly #findsOopses: boolean
  readonly #onFinding: (report: RoleReport) => void
  readonly #oopses = new Map<string, number>()
  readonly #oopsKinds = new Map<string, OopsKind>()
  #stories = 0
  #firstOops: OopsReport | undefined

  constructor(parts: Parts<Tokens>) {
    this.heap = parts.heap
    this.thread = parts.thread
    this.modules = parts.modules
    this.settings = parts.settings
    this.tokens = parts.tokens
    this.random = parts.random
    this.pause = parts.pause
    this.index = parts.index
    this.#control = parts.control
    this.#phase = parts.phase
    this.#roleName = parts.roleName
    this.#claim = parts.claim
    this.#findsOopses = parts.findsOopses
    this.#onFinding = parts.onFinding
  }

  /** Whether to go on: asked once a turn, by which the main thread sees that this one is not stuck. */
  get running(): boolean {
    this.countTurn()
    return this.#control.phase <= this.#phase
  }

  /** In the middle of a turn that may take long: it gets on, and is not stuck. */
  countTurn(): void {
    this.#control.countTurn(this.index)
  }

  /** Whether some, or all, are about to come back: nothing new need happen any more. */
  get isEnding(): boolean {
    return this.#control.phase > 0
  }

  /** Whether something did not hold: nobody need wait for anything any more. */
  get isStopped(): boolean {
    return this.#control.isStopped
  }

  /** Whether what comes late is to be told: not when threads die, for what they owe comes never. */
  get isTimeJudged(): boolean {
    return mishapsOf(this.settings).length === 0
  }

  /** Whether a thread, by its index, is to die in this race: what it wrote may stay. */
  isDoomed(index: number): boolean {
    return mishapsOf(this.settings).some((mishap) => mishap.thread === index)
  }

  /** How long to wait for what others owe: not long, when they die. */
  patienceMs(most: number): number {
    return this.isTimeJudged ? most : Math.min(most, SHORT_PATIENCE_MS)
  }

  /** Gives the processor away for up to a millisecond. */
  dawdle(): void {
    sleep(this.random.below(10) / 10)
  }

  /** Gives the processor away. */
  sleep(ms: number): void {
    sleep(ms)
  }

  /** One of a list, by chance. */
  any<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)]!
  }

  /** One more operation done; under a name if it is one side of a race. */
  count(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times)
    this.#control.countOperations(this.index, 1)
  }

  /** Operations that are so quick that they are not told apart. */
  countOperations(times: number): void {
    this.#control.countOperations(this.index, times)
  }

  /** The claim does not hold. */
  violate(message: string, kind?: string): void {
    if (this.#violations.length < MOST_VIOLATIONS) {
      this.#violations.push({
        thread: this.thread.name,
        role: this.#roleName,
        claim: this.#claim,
        message,
        ...(kind === undefined ? {} : { kind }),
      })
      this.#onFinding(this.report())
    }
    if (this.settings.stopAtViolation) this.#control.stop()
  }

  /** A claim about what has just been seen. */
  expect(holds: boolean, message: string): void {
    if (!holds) this.violate(message)
  }

  /**
   * Does something that may oops. Where something may dangle that is what the race is there to show: it is counted, and
   * the race goes on. Anywhere else it is a violation.
   */
  attempt<T>(doing: string, body: () => T): T | undefined {
    try {
      return body()
    } catch (error) {
      const oopses = oopsesIn(error)
      if (!oopses) throw error
      for (const oops of oopses) this.#noteOops(oops, doing)
      return undefined
    }
  }

  /** The fence in a random slot, if there is one. */
  anyFence(): Fence | undefined {
    return this.attempt("takes a reference to a fence it found", () =>
      this.thread.openAt(this.random.below(this.settings.slots)),
    )
  }

  report(): RoleReport {
    return {
      thread: this.thread.name,
      role: this.#roleName,
      operations: this.#control.operationsOf(this.index),
      counts: Object.fromEntries(this.#counts),
      violations: this.#violations,
      oopses: [...this.#oopses.values()].reduce((a, b) => a + b, 0),
      oopsesByCode: Object.fromEntries(this.#oopses),
      oopsKinds: [...this.#oopsKinds.values()],
      ...(this.#firstOops ? { firstOops: this.#firstOops } : {}),
    }
  }

  #noteOops(error: OopsError, doing: string): void {
    this.#oopses.set(error.code, (this.#oopses.get(error.code) ?? 0) + 1)
    const { code, message } = error
    const known = this.#oopsKinds.get(`${doing}: ${code}`)
    const kind = known ?? { doing, code, message, times: 0 }
    this.#oopsKinds.set(`${doing}: ${code}`, { ...kind, times: kind.times + 1 })
    if (this.#stories++ < MOST_STORIES) {
      const story = tellStory(this.heap, error, doing)
      if (this.#firstOops === undefined || plotOf(story) > plotOf(this.#firstOops.story))
        this.#firstOops = { thread: this.thread.name, code: error.code, message: error.message, story }
    }
    if (known === undefined) this.#onFinding(this.report())
    if (!DANGLING.includes(this.settings.lifetime) && !this.#findsOopses)
      this.violate(`Oops while it ${doing}: ${error.message}`)
  }
}
