/**
 * A thread dies at any of its accesses to shared memory: what it did not finish is finished or undone by whoever
 * reclaims it, and nobody else waits for ever. What it held in its local variables is lost, and that is all.
 *
 * Every access is a step (the stepwise build), so a death can come between any two writes.
 */
import { Heap, type Thread, defineModule } from "@outlive/core"
import type { EngineFactory } from "@outlive/core/engine-js"

class Death extends Error {}

/** Accesses, more than anything here needs: a thread that waits for the dead. */
const ENDLESS = 200_000

/** What dies, and what must be possible afterwards. */
export interface Scenario<State> {
  readonly name: string
  setup(main: Thread, mortal: Thread): State
  /** By the one that dies. */
  act(mortal: Thread, state: NoInfer<State>): void
  /** By another, after it was reclaimed. Throws if something is not as it should be. */
  after(main: Thread, state: NoInfer<State>): void
}

export const mock = defineModule({ name: "mock", driverName: "mock" })

/** A scenario to be played: returns the number of steps at which it could die. */
export interface Play {
  readonly name: string
  play(factory: EngineFactory): number
}

/** Plays with a death at each step in turn, until the last time nobody dies. */
export function deadly<State>(scenario: Scenario<State>): Play {
  return {
    name: scenario.name,
    play(factory) {
      let step = 1
      while (dieAt(step, scenario, factory)) step++
      return step - 1
    },
  }
}

function dieAt<State>(step: number, scenario: Scenario<State>, factory: EngineFactory): boolean {
  const life = { left: Infinity }
  const patience = { left: Infinity }
  const heap = Heap.create({
    ...SIZES,
    substitute: { factory, atomics: counted(patience, () => new Error("It waits for ever")) },
  })
  const main = heap.attach({ name: "main", modules: [mock] })
  const other = Heap.open(heap.share(), { substitute: { factory, atomics: counted(life, () => new Death()) } })
  const mortal = other.attach({ name: "mortal", modules: [mock] })
  const state = scenario.setup(main, mortal)
  life.left = step
  let died = false
  try {
    scenario.act(mortal, state)
  } catch (error) {
    if (!(error instanceof Death)) throw error
    died = true
  }
  life.left = Infinity
  if (!died) return false
  patience.left = ENDLESS
  try {
    main.reclaim(heap.threads().find((info) => info.name === "mortal")!)
    scenario.after(main, state)
  } catch (error) {
    throw new Error(`${scenario.name}, and dies at step ${step}: ${(error as Error).message}`, { cause: error })
  }
  return true
}

const SIZES = {
  engine: "js",
  flavour: "checked",
  fences: 64,
  callbacks: 256,
  containers: 32,
  objects: 32,
  lists: 32,
  threads: 3,
  cells: 8,
  spins: 1_000_000,
} as const

/** `Atomics` that end when there is nothing left. */
function counted(budget: { left: number }, end: () => Error): typeof Atomics {
  const names = ["load", "store", "add", "sub", "and", "or", "xor", "exchange", "compareExchange"] as const
  const each = names.map((name) => [
    name,
    (...access: unknown[]) => {
      if (--budget.left <= 0) throw end()
      return (Atomics[name] as (...a: unknown[]) => number)(...access)
    },
  ])
  return { ...Object.fromEntries(each), wait: Atomics.wait, notify: Atomics.notify } as typeof Atomics
}
