/**
 * All interleavings of a program, one by one, and into how many classes they fall.
 *
 * Two interleavings are equivalent (Mazurkiewicz) if one becomes the other by swapping neighbors that do not depend on
 * each other. Then, and only then, each step has the same steps before it in the order that dependence enforces; so the
 * vector clocks of all steps together name the class.
 */
import type { Program } from "./language.js"
import { canStep, hasEnded, initialState, step, zeros } from "./machine.js"
import type { Effect, State } from "./machine.js"

export interface Enumeration {
  /** How executions end, by memory and registers; "stuck" if somebody waits and nobody can step. */
  readonly outcomes: ReadonlyMap<string, number>
  /** Interleavings. */
  readonly executions: number
  readonly classes: number
  /** False if there were more interleavings than asked for. */
  readonly complete: boolean
}

interface Event extends Effect {
  /** How many steps of each thread come before it, itself included. */
  readonly clock: readonly number[]
}

export function enumerate(program: Program, most = Infinity): Enumeration {
  const outcomes = new Map<string, number>()
  const classes = new Set<string>()
  let executions = 0
  const threads = program.threads.map((_, thread) => thread)

  function visit(state: State, events: readonly Event[]): void {
    if (executions > most) return
    const enabled = threads.filter((thread) => canStep(program, state, thread))
    for (const thread of enabled) {
      const [next, effect] = step(program, state, thread)
      visit(next, [...events, { ...effect, clock: clockOf(effect, events, threads.length) }])
    }
    if (enabled.length > 0) return
    executions++
    const ended = threads.every((thread) => hasEnded(program, state, thread))
    const outcome = ended
      ? outcomeOf(
          state.memory,
          state.threads.map(({ registers }) => registers),
        )
      : "stuck"
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    classes.add(classOf(events, threads))
  }
  visit(initialState(program), [])
  return { outcomes, executions, classes: classes.size, complete: executions <= most }
}

export function outcomeOf(memory: readonly number[], registers: readonly (readonly number[])[]): string {
  return [memory, ...registers].map((values) => values.join(" ")).join(" | ")
}

function clockOf(effect: Effect, events: readonly Event[], threads: number): number[] {
  const clock = zeros(threads)
  events.forEach((event, depth) => {
    if (event.thread !== effect.thread && effect.because !== depth && !areDependent(event, effect)) return
    for (let thread = 0; thread < threads; thread++) clock[thread] = Math.max(clock[thread]!, event.clock[thread]!)
  })
  clock[effect.thread]!++
  return clock
}

function classOf(events: readonly Event[], threads: readonly number[]): string {
  const ofThread = (thread: number) => events.filter((event) => event.thread === thread)
  return threads
    .map((thread) =>
      ofThread(thread)
        .map(({ clock }) => clock.join())
        .join(" "),
    )
    .join(" | ")
}

/** Whether somebody could tell their order. */
export function areDependent(a: Effect, b: Effect): boolean {
  if (a.writes !== undefined && (a.writes === b.writes || b.reads.includes(a.writes))) return true
  if (b.writes !== undefined && a.reads.includes(b.writes)) return true
  if (a.queue === undefined || b.queue === undefined || a.queue.cell !== b.queue.cell) return false
  return queueKeepsOrder(a.queue.kind, b.queue.kind)
}

type QueueKind = NonNullable<Effect["queue"]>["kind"]

function queueKeepsOrder(a: QueueKind, b: QueueKind): boolean {
  if (a === "notify" || b === "notify") return true // who is woken depends on all that came before
  if (a === "notify-none" || b === "notify-none") return a !== b // it would have woken the other, or itself changes nothing
  return a === "enqueue" && b === "enqueue" // first come, first served; leaving by time disturbs nobody else
}
