/** What every role has at hand, and how it reports. */
import { type Fence, type Heap, type ModuleDefinition, OopsError, type Thread } from "@outlive/core"
import type { Control } from "../control.js"
import type { OopsReport, RoleReport, Violation } from "../messages.js"
import { sleep } from "../perturbation.js"
import type { Random } from "../random.js"
import type { RoleName, Scenario } from "../scenario.js"
import { plotOf, tellStory } from "../story.js"

/** A part to play: a claim, and what is done to put it to the test until the race ends. */
export interface Role {
  /** One sentence that must hold. */
  readonly claim: string
  play(stage: Stage): void | Promise<void>
}

const MOST_VIOLATIONS = 20
/** Telling takes time: of so many oopses the best told is kept. */
const MOST_STORIES = 30

/** One thread's view of the race. */
export class Stage {
  readonly heap: Heap
  readonly thread: Thread
  readonly modules: readonly ModuleDefinition[]
  readonly scenario: Scenario
  readonly random: Random
  /** Sometimes delays. */
  readonly pause: () => void
  readonly index: number
  readonly #control: Control
  readonly #roleName: RoleName
  readonly #claim: string
  readonly #counts = new Map<string, number>()
  readonly #violations: Violation[] = []
  readonly #oopses = new Map<string, number>()
  #stories = 0
  #firstOops: OopsReport | undefined

  constructor(parts: {
    heap: Heap
    thread: Thread
    modules: readonly ModuleDefinition[]
    scenario: Scenario
    random: Random
    pause: () => void
    index: number
    control: Control
    roleName: RoleName
    claim: string
  }) {
    this.heap = parts.heap
    this.thread = parts.thread
    this.modules = parts.modules
    this.scenario = parts.scenario
    this.random = parts.random
    this.pause = parts.pause
    this.index = parts.index
    this.#control = parts.control
    this.#roleName = parts.roleName
    this.#claim = parts.claim
  }

  get running(): boolean {
    return this.#control.running
  }

  /** Gives the processor away for up to a millisecond. */
  dawdle(): void {
    sleep(this.random.below(10) / 10)
  }

  /** One more operation done; under a name if it is one side of a race. */
  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
    this.#control.words[this.#control.slotOf(this.index)]!++
  }

  /** The claim does not hold. */
  violate(message: string): void {
    if (this.#violations.length < MOST_VIOLATIONS)
      this.#violations.push({ thread: this.thread.name, role: this.#roleName, claim: this.#claim, message })
    if (this.scenario.stopAtViolation) this.#control.stop()
  }

  /** A claim about what has just been seen. */
  expect(holds: boolean, message: string): void {
    if (!holds) this.violate(message)
  }

  /**
   * Does something that may oops. In an issuer-bound heap that is what the race is there to show: it is counted, and
   * the race goes on. Anywhere else it is a violation.
   */
  attempt<T>(doing: string, body: () => T): T | undefined {
    try {
      return body()
    } catch (error) {
      if (!(error instanceof OopsError)) throw error
      this.#noteOops(error, doing)
      return undefined
    }
  }

  /** The fence in a random slot, if there is one. */
  anyFence(): Fence | undefined {
    return this.attempt("takes a reference to a fence it found", () =>
      this.thread.openAt(this.random.below(this.scenario.slots)),
    )
  }

  report(): RoleReport {
    return {
      thread: this.thread.name,
      role: this.#roleName,
      operations: this.#control.words[this.#control.slotOf(this.index)]!,
      counts: Object.fromEntries(this.#counts),
      violations: this.#violations,
      oopses: [...this.#oopses.values()].reduce((a, b) => a + b, 0),
      oopsesByCode: Object.fromEntries(this.#oopses),
      ...(this.#firstOops ? { firstOops: this.#firstOops } : {}),
    }
  }

  #noteOops(error: OopsError, doing: string): void {
    this.#oopses.set(error.code, (this.#oopses.get(error.code) ?? 0) + 1)
    if (this.#stories++ < MOST_STORIES) {
      const story = tellStory(this.heap, error, doing)
      if (this.#firstOops === undefined || plotOf(story) > plotOf(this.#firstOops.story))
        this.#firstOops = { thread: this.thread.name, code: error.code, message: error.message, story }
    }
    if (this.scenario.lifetime === "independent") this.violate(`Oops while it ${doing}: ${error.message}`)
  }
}
