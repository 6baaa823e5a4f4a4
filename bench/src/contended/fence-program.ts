/**
 * What each thread does to fences of its own, over and over: a program for each task, of fences with a lock and of those without. Which of
 * them it is stands in the module's URL: `fence-program.js?fences=lock-free&task=remove`.
 */
import { layout } from "@outlive/core/engine-js"
import { type Place, defineProgram, must } from "@outlive/programs"
import { oneOf } from "@outlive/workers"
import type { LabEngine } from "../lab-fences.js"
import { TASKS, type Task, WITHOUT_LOCK } from "./fence-tasks.js"

/** So many are on each fence. */
const CALLBACKS = 8
const { AddToCell } = layout.Action
const { Kind, Size } = layout

/** What a fence of either kind can do. */
interface Fences {
  create(): number
  signal(fence: number): void
  add(fence: number): number
  remove(node: number): number
  drop(fence: number): void
}

/** Those of a timeline: their lock is their own, or its. */
function ofTimeline({ engine, record, fence, cell, index }: Place): Fences {
  const mine = cell(Math.max(0, index))
  return {
    create: fence,
    signal: (made) => void engine.signal(record, made),
    add: (made) => engine.addCallback(record, made, AddToCell, mine),
    remove: (node) => engine.removeCallback(record, node),
    drop: (made) => void engine.dropRef(record, made),
  }
}

function withoutLock({ engine, record, made, cell, index }: Place): Fences {
  const lab = engine as LabEngine
  const mine = cell(Math.max(0, index))
  return {
    create: () => lab.createFree(record) || made(() => lab.createFree(record)),
    signal: (fence) => void lab.signalFree(record, fence),
    add: (fence) => lab.addFree(record, fence, AddToCell, mine),
    remove: (node) => lab.removeFree(record, node),
    drop: (fence) => lab.destroyFree(record, fence),
  }
}

const { searchParams } = new URL(import.meta.url)
const task = oneOf("task", searchParams.get("task") ?? TASKS[0], TASKS)
const fencesOf = searchParams.get("fences") === WITHOUT_LOCK ? withoutLock : ofTimeline

function added(fences: Fences, fence: number, nodes: Int32Array): void {
  for (let i = 0; i < CALLBACKS; i++) nodes[i] = fences.add(fence)
  must(
    nodes.every((node) => node > 0),
    "A callback was not added to a pending fence",
  )
}

/** The oldest first: each but the last is in the middle. */
function removed(fences: Fences, nodes: Int32Array): number {
  let inTime = 0
  for (let i = 0; i < CALLBACKS; i++) inTime += fences.remove(nodes[i]!)
  return inTime
}

const TURNS: Readonly<Record<Task, (fences: Fences) => () => void>> = {
  issue: (fences) => () => {
    const fence = fences.create()
    fences.signal(fence)
    fences.drop(fence)
  },
  run(fences) {
    const nodes = new Int32Array(CALLBACKS)
    return () => {
      const fence = fences.create()
      added(fences, fence, nodes)
      fences.signal(fence)
      must(removed(fences, nodes) === 0, "A callback has not run")
      fences.drop(fence)
    }
  },
  remove(fences) {
    const nodes = new Int32Array(CALLBACKS)
    return () => {
      const fence = fences.create()
      added(fences, fence, nodes)
      must(removed(fences, nodes) === CALLBACKS, "A callback has run before its fence was signaled")
      fences.signal(fence)
      fences.drop(fence)
    }
  },
}

export const program = defineProgram({
  name: `fences-${task}`,
  claim: "Each callback runs, or is removed, and all records come back.",
  about: "fences",
  needs: { fences: 4, cells: (threads) => threads, callbacks: 256 * CALLBACKS },
  threads: [{ name: "issuer", play: (place) => TURNS[task](fencesOf(place)) }],
  sizes: [{ threads: 2, turns: 1, preemptions: 2 }],
})

/** What a removed callback keeps until its fence completes, in bytes, on average; alone, after the run. */
export function figures(place: Place): Record<string, number> {
  if (task !== "remove") return {}
  const { engine } = place
  const fences = fencesOf(place)
  const nodes = new Int32Array(CALLBACKS)
  const fence = fences.create()
  const before = engine.countInUse(Kind.Callback)
  added(fences, fence, nodes)
  removed(fences, nodes)
  const kept = engine.countInUse(Kind.Callback) - before
  fences.signal(fence)
  fences.drop(fence)
  return { keptBytes: (kept * Size.Callback) / CALLBACKS }
}
