/** Makes a failing schedule easier to read: the fewest preemptions, then the fewest switches, then the fewest steps. */
import { PreemptionBounded } from "../search/bounded.js"
import { Exploration } from "../execution/exploration.js"
import type { FailureVerdict, Model, Options } from "../model.js"
import { Races } from "./races.js"
import { conclude, MOST_STEPS, Replayer } from "./replayer.js"
import type { Attempt } from "./replayer.js"

/** For each of the two ways. */
const PATIENCE_MS = 1_000

export function shrink(
  model: Model<unknown>,
  options: Options,
  schedule: readonly number[],
  verdict: FailureVerdict,
): readonly number[] {
  const replayer = new Replayer(model, options, false)
  const attempt = (candidate: readonly number[]) => {
    const made = replayer.run(candidate)
    return made.found?.verdict === verdict ? made : undefined
  }
  const first = attempt(schedule)
  if (first === undefined) return schedule
  const bySearch = searchFewer(model, options, verdict, first.preemptions)
  const start = bySearch === undefined ? first : (attempt(bySearch) ?? first)
  return moveBlocks(start, attempt).schedule
}

/** The first failure under a rising bound of preemptions has the fewest. */
function searchFewer(
  model: Model<unknown>,
  options: Options,
  verdict: FailureVerdict,
  preemptions: number,
): readonly number[] | undefined {
  if (preemptions === 0) return undefined
  const exploration = new Exploration(model, options, false)
  const { machine, body } = exploration
  const bounded = { ...options, beginning: [], maxPreemptions: preemptions - 1 }
  const search = new PreemptionBounded(machine, options.maxSteps ?? MOST_STEPS, bounded)
  const races = options.races === false ? undefined : new Races(machine, body.initialAccesses, model.allowedRaces)
  machine.ordersPlain = exploration.mayRacePlainly && options.faults?.ignorePlainOrders !== true
  exploration.begin(search)
  const deadline = performance.now() + PATIENCE_MS
  do {
    exploration.run()
    conclude(exploration, races, new Map(), search.truncated)
    if (machine.found?.verdict === verdict) return [...machine.thread.subarray(0, machine.told)]
    machine.found = undefined
    races?.forget(0)
  } while (performance.now() < deadline && search.next())
  return undefined
}

/** Moves each block of steps to the next or the last one of the same thread, as long as that is any better. */
function moveBlocks(start: Attempt, attempt: (schedule: readonly number[]) => Attempt | undefined): Attempt {
  const deadline = performance.now() + PATIENCE_MS
  let best = start
  for (let improved = true; improved && performance.now() < deadline;) {
    improved = false
    for (const candidate of rearrangements(best.schedule)) {
      const made = attempt(candidate)
      if (made !== undefined && isSimpler(made, best)) {
        best = made
        improved = true
        break
      }
      if (performance.now() >= deadline) break
    }
  }
  return best
}

function isSimpler(a: Attempt, b: Attempt): boolean {
  if (a.preemptions !== b.preemptions) return a.preemptions < b.preemptions
  if (a.switches !== b.switches) return a.switches < b.switches
  return a.schedule.length < b.schedule.length
}

function* rearrangements(schedule: readonly number[]): Generator<number[]> {
  const blocks: { thread: number; steps: number }[] = []
  for (const thread of schedule) {
    const last = blocks.at(-1)
    if (last?.thread === thread) last.steps++
    else blocks.push({ thread, steps: 1 })
  }
  for (let from = 0; from < blocks.length; from++) {
    const { thread } = blocks[from]!
    const later = blocks.findIndex((block, at) => at > from && block.thread === thread)
    const earlier = blocks.findLastIndex((block, at) => at < from && block.thread === thread)
    const without = blocks.filter((_, at) => at !== from)
    if (earlier >= 0) yield expand(without, earlier + 1, blocks[from]!)
    if (later >= 0) yield expand(without, later - 1, blocks[from]!)
    // To the end, and away: what is missing comes behind the end, without switches.
    yield expand(without, without.length, { thread, steps: 0 })
  }
}

function expand(
  blocks: readonly { thread: number; steps: number }[],
  at: number,
  moved: { thread: number; steps: number },
): number[] {
  return blocks.toSpliced(at, 0, moved).flatMap(({ thread, steps }) => Array<number>(steps).fill(thread))
}
