/** What a race found: drawn up when the last thread has come back. */
import type { Accounts } from "@outlive/core"
import { DANGLING } from "./choices.js"
import { damageIn, leaksIn, worksStill } from "./closing.js"
import type { Control } from "./control.js"
import type { Crew, Death } from "./crew.js"
import type { OopsKind, OopsReport, RoleReport, RoleTask, Violation } from "./messages.js"
import { mishapsOf } from "./mishaps.js"
import { type AnyScenario, type Referee, type Scene, rolesOf } from "./scenario.js"
import type { Settings } from "./settings.js"
import { plotOf } from "./story.js"

/** What a race found: plain data. */
export interface RaceResult {
  readonly settings: Settings
  /** From the start line until the last role has come back. */
  readonly elapsedMs: number
  /** Operations of all threads together. */
  readonly operations: number
  /** What happened how often, over all threads of a role. */
  readonly counts: Readonly<Record<string, number>>
  /** Sides of races that were not seen: it was too short to tell much, or ended by what it had seen (`ended`). */
  readonly unseen: readonly string[]
  readonly violations: readonly Violation[]
  readonly oopses: number
  readonly oopsesByCode: Readonly<Record<string, number>>
  /** By what was being done, and code; of each role its own. */
  readonly oopsKinds: readonly OopsKind[]
  /** Threads that got stuck, or did not come back; each is among the violations too. */
  readonly hung: readonly string[]
  /** Of the first oopses, the one that could be told best. */
  readonly story?: OopsReport
  readonly deaths: readonly Death[]
  /** After everything was given back; missing when the heap could not be trusted any more. */
  readonly accounts?: Accounts
  /** What was not given back, or does not add up, in words. */
  readonly leaks: readonly string[]
  /** What the dead held, which is lost with them, in words; in the checked flavour also who held how much. */
  readonly lost: readonly string[]
  readonly interrupted: boolean
  /** Why it ended before its time was up, where that was neither a violation nor who interrupted it. */
  readonly ended?: string
  /** No violation, nobody died unasked, and the accounts balance. Oopses of an issuer-bound heap are what was to be seen. */
  readonly passed: boolean
}

const REFEREE = "referee"
const NOT_DRAWN_UP = { accounts: undefined, leaks: [], lost: [] }

export class Verdict {
  readonly #scenario: AnyScenario
  readonly #referee: Referee
  readonly #control: Control
  readonly #deaths: Death[] = []
  readonly #violations: Violation[] = []
  /** How many have died, and were cleared up after. */
  #cleared = 0
  #ended: string | undefined
  /** Somebody died who was not meant to. */
  #isDiedUnasked = false

  constructor(scenario: AnyScenario, referee: Referee, control: Control) {
    this.#scenario = scenario
    this.#referee = referee
    this.#control = control
  }

  /** A thread has died: what it left is cleared up, and unless it was meant to die the race is over. */
  died(
    { task, name }: { readonly task: RoleTask; readonly name: string },
    message: string,
    where: readonly string[],
  ): void {
    const isMortal = rolesOf(this.#scenario).some((role) => role.name === task.role && role.isMortal)
    const isMeant = isMortal || mishapsOf(this.#referee.settings).some(({ thread }) => thread === task.index)
    this.#isDiedUnasked ||= !isMeant
    // Who dies on the way to the start line must not hold the others there for ever.
    if (!isMeant || !this.#control.line.isOpen) this.#control.stop()
    const isTold = !isMeant && where.length > 0
    if (!isMortal) this.#deaths.push({ thread: name, message, ...(isTold ? { where } : {}) })
    try {
      const info = this.#referee.heap.threads().find((thread) => thread.name === name)
      if (info) this.#referee.thread.reclaim(info)
      this.#cleared++
    } catch (late) {
      this.#isDiedUnasked = true
      this.#deaths.push({ thread: REFEREE, message: `It could not clear up after ${name}: ${messageOf(late)}` })
    }
  }

  /** What the main thread objects to. */
  violate(message: string): void {
    this.#violations.push({ thread: REFEREE, role: REFEREE, claim: this.#scenario.about, message })
    this.#control.stop()
  }

  /** The race has ended before its time. */
  ended(why: string): void {
    this.#ended = why
  }

  /** Gives everything back, if it can be trusted, and judges. */
  close(
    scene: Scene<unknown>,
    crew: Crew,
    how: { readonly elapsedMs: number; readonly interrupted: boolean },
  ): RaceResult {
    const { reports } = crew
    const { settings } = this.#referee
    const counts = mergeCounts(reports)
    const violations = [...reports.flatMap((r) => r.violations), ...crew.hung, ...this.#violations]
    if (violations.length === 0 && !this.#isDiedUnasked) violations.push(...this.#judged(scene))
    const trusted = violations.length === 0 && !this.#isDiedUnasked
    const { accounts, leaks, lost } = trusted ? this.#drawUp(scene, counts) : NOT_DRAWN_UP
    const broken = trusted && this.#deaths.length > 0 ? worksStill(this.#referee.heap) : undefined
    if (broken !== undefined)
      violations.push({ thread: REFEREE, role: REFEREE, claim: "The heap works after deaths.", message: broken })
    const story = bestStory(reports)
    const oopses = reports.reduce((sum, r) => sum + r.oopses, 0)
    // What a crashed operation had in hand is lost with it, as in a kernel.
    const mayLose = (DANGLING.includes(settings.lifetime) || this.#scenario.findsOopses === true) && oopses > 0
    // Where nothing may dangle an oops is what was found, also by a race that goes on to look for others.
    const isFound = oopses > 0 && !DANGLING.includes(settings.lifetime)
    return {
      settings,
      ...how,
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
      operations: this.#control.operations,
      counts,
      unseen: this.#sides().filter((side) => counts[side] === undefined),
      violations,
      oopses,
      oopsesByCode: merge(reports.map((r) => r.oopsesByCode)),
      oopsKinds: reports.flatMap((r) => r.oopsKinds),
      hung: crew.hung.map(({ thread }) => thread),
      ...(story ? { story } : {}),
      deaths: this.#deaths,
      ...(accounts ? { accounts } : {}),
      leaks,
      lost,
      passed: trusted && !isFound && broken === undefined && (leaks.length === 0 || mayLose),
    }
  }

  #drawUp(scene: Scene<unknown>, counts: Readonly<Record<string, number>>) {
    const { heap, thread } = this.#referee
    const wrong = scene.end(counts) ?? []
    thread.barrier()
    const accounts = heap.accounts()
    const inUse = leaksIn(accounts)
    if (this.#cleared === 0) return { accounts, leaks: [...wrong, ...inUse], lost: [] }
    return {
      accounts,
      leaks: [...wrong, ...damageIn(heap, accounts, this.#cleared)],
      lost: [...inUse, ...accounts.lost],
    }
  }

  /** What the scenario finds when all have ended. */
  #judged(scene: Scene<unknown>): Violation[] {
    try {
      scene.judge?.()
      return []
    } catch (error) {
      return [{ thread: REFEREE, role: REFEREE, claim: this.#scenario.about, message: messageOf(error) }]
    }
  }

  /** What must have happened for the roles that took part to have raced. */
  #sides(): string[] {
    return rolesOf(this.#scenario)
      .filter(({ name }) => this.#referee.cast.includes(name))
      .flatMap(({ name, seen = [] }) => seen.map((what) => `${name}: ${what}`))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
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
