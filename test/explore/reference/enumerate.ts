/**
 * All interleavings of a program, one by one, and into how many classes they fall.
 *
 * Two interleavings are equivalent (Mazurkiewicz) if one becomes the other by swapping neighbors that do not depend on
 * each other. Then, and only then, each step has the same steps before it in the order that dependence enforces; so the
 * vector clocks of all steps together name the class.
 */
import type { Place, Program } from "./language.js"
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

export interface Bounds {
  /** Gives up after so many interleavings. */
  readonly most?: number
  /** Only those interleavings in which a thread that could go on was left at most so many times. */
  readonly preemptions?: number
  /** Told of every interleaving. */
  readonly onExecution?: (steps: readonly Effect[]) => void
}

export function enumerate(
  program: Program,
  { most = Infinity, preemptions = Infinity, onExecution }: Bounds = {},
): Enumeration {
  const outcomes = new Map<string, number>()
  const classes = new Set<string>()
  let executions = 0
  const threads = program.threads.map((_, thread) => thread)

  function visit(state: State, events: readonly Event[], preempted: number): void {
    if (executions > most) return
    const enabled = threads.filter((thread) => canStep(program, state, thread))
    const last = events.at(-1)?.thread ?? -1
    for (const thread of enabled) {
      const now = preempted + (thread !== last && enabled.includes(last) ? 1 : 0)
      if (now > preemptions) continue
      const [next, effect] = step(program, state, thread)
      visit(next, [...events, { ...effect, clock: clockOf(effect, events, threads.length) }], now)
    }
    if (enabled.length > 0) return
    executions++
    onExecution?.(events)
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
  visit(initialState(program), [], 0)
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
  if (disturbs(a, b) || disturbs(b, a)) return true
  if (a.queue === undefined || b.queue === undefined || a.queue.cell !== b.queue.cell) return false
  return queueKeepsOrder(a.queue.kind, b.queue.kind)
}

function disturbs({ writes }: Effect, other: Effect): boolean {
  if (writes === undefined) return false
  return [...other.reads, ...other.guards, ...(other.writes === undefined ? [] : [other.writes])].some((place) =>
    overlap(place, writes),
  )
}

function overlap(a: Place, b: Place): boolean {
  return a.cell === b.cell && (a.byte === undefined || b.byte === undefined || a.byte === b.byte)
}

type QueueKind = NonNullable<Effect["queue"]>["kind"]

function queueKeepsOrder(a: QueueKind, b: QueueKind): boolean {
  if (a === "notify" || b === "notify") return true // who is woken depends on all that came before
  if (a === "notify-none" || b === "notify-none") return a !== b // it would have woken the other, or itself changes nothing
  return a === "enqueue" && b === "enqueue" // first come, first served; leaving by time disturbs nobody else
}
