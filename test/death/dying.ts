/**
 * A thread dies at any of its accesses to shared memory: what it did not finish is finished or undone by whoever
 * reclaims it, and nobody else waits for ever. What it held in its local variables is lost, and that is all.
 *
 * Every access is a step (the stepwise build), so a death can come between any two writes. Two can die as well: the one
 * that acts and the one that clears up after it, or two that act; then pairs of steps are sampled, by a seed.
 */
import { Heap, type Thread, defineModule } from "@outlive/core"
import type { EngineFactory } from "@outlive/core/engine-js"
import { Random } from "@outlive/workers"

class Death extends Error {}

/** Accesses, more than anything here needs: a thread that waits for the dead. */
const ENDLESS = 200_000

/** Who died besides: nobody, the one that cleared up, or another in another scenario on the same heap. */
export type Company = "nobody" | "reaper" | "another"

/** What dies, and what must be possible afterwards. */
export interface Scenario<State> {
  readonly name: string
  setup(main: Thread, mortal: Thread): State
  /** By the one that dies. */
  act(mortal: Thread, state: NoInfer<State>): void
  /** By another, before it was reclaimed: life goes on. Must not want a lock that the dead may hold (`isFree`). */
  meanwhile?(main: Thread, state: NoInfer<State>): void
  /** By another, after it was reclaimed. Throws if something is not as it should be. */
  after(main: Thread, state: NoInfer<State>, company: Company): void
}

export const mock = defineModule({
  name: "mock",
  driverName: "mock",
  // Both count in the cell that is their argument.
  works: { count: ({ argument }, { engine, heap }) => void engine.addToCell(heap.cell(argument), 1) },
  deferred: { count: (argument, { engine, heap }) => void engine.addToCell(heap.cell(argument), 1) },
})
/** A fence of its is complete when its `user` is 1. */
export const polled = defineModule({
  name: "polled",
  driverName: "polled",
  ops: { pollSignaled: ({ user }) => user === 1 },
})
/** How often its `free` was called, and came to its end. */
export const freeing = { begun: 0, ended: 0 }
/** Wants to be told that a fence of its goes, and asks the engine then: so who tells it can die there. */
export const teller = defineModule({
  name: "teller",
  driverName: "teller",
  ops: {
    free(fence) {
      freeing.begun++
      fence.hasSignaled()
      freeing.ended++
    },
  },
})
/** To be unloaded. */
export const doomed = defineModule({ name: "doomed", driverName: "doomed" })

const MODULES = [mock, polled, teller, doomed]

/** Which engine is played on. */
export interface Engine {
  readonly factory: EngineFactory
  readonly flavour: "checked" | "release"
}

/** A scenario to be played. */
export interface Play {
  readonly name: string
  /**
   * A death at each step in turn, or at every so-manieth; returns the last. In several passes it comes to the later ones sooner:
   * what is broken is noticed sooner.
   */
  alone(engine: Engine, every?: number, passes?: number): number
  /** The one that clears up dies too, and a third clears up after both; returns how many times it did. */
  reaperDies(engine: Engine, samples: number, seed: number): number
  /** Another dies as well, of another scenario; both orders of clearing up. Returns how many times both died. */
  withAnother(engine: Engine, other: Play, samples: number, seed: number): number
  /** @internal What `withAnother` needs of the other one. */
  begin(stage: Stage): { act(): void; after(): void }
  /** @internal How many steps there are, on that engine. */
  length(engine: Engine): number
}

export function deadly<State>(scenario: Scenario<State>): Play {
  const lengths = new Map<EngineFactory, number>()
  const play: Play = {
    name: scenario.name,
    begin({ main, mortal }) {
      const state = scenario.setup(main, mortal.thread)
      return { act: () => scenario.act(mortal.thread, state), after: () => scenario.after(main, state, "another") }
    },
    length(engine) {
      const known = lengths.get(engine.factory)
      if (known !== undefined) return known
      const { main, heap } = stageOf(engine)
      const mortal = seat(heap, engine, "mortal")
      const state = scenario.setup(main, mortal.thread)
      mortal.life.left = ENDLESS
      scenario.act(mortal.thread, state)
      const steps = ENDLESS - mortal.life.left
      lengths.set(engine.factory, steps)
      return steps
    },
    alone(engine, every = 1, passes = 1) {
      const diesAt = (step: number) =>
        told(`${scenario.name}, and dies at step ${step}`, () => {
          const stage = stageOf(engine)
          const mortal = seat(stage.heap, engine, "mortal")
          const state = scenario.setup(stage.main, mortal.thread)
          if (!dies(mortal, step, () => scenario.act(mortal.thread, state))) return false
          stage.patiently(() => {
            scenario.meanwhile?.(stage.main, state)
            reclaim(stage, "mortal")
            scenario.after(stage.main, state, "nobody")
          })
          return true
        })
      let last = 0
      for (let pass = 0; pass < passes; pass++)
        for (let step = 1 + pass * every; diesAt(step); step += passes * every) last = Math.max(last, step)
      return last
    },
    reaperDies(engine, samples, seed) {
      const chance = new Random(seed)
      const random = () => chance.fraction()
      let both = 0
      for (let i = 0; i < samples; i++) {
        const step = 1 + Math.floor(random() * play.length(engine))
        const share = random()
        told(`${scenario.name}, and dies at step ${step}, and who clears up at ${share.toFixed(3)} of it`, () => {
          const stage = stageOf(engine)
          const mortal = seat(stage.heap, engine, "mortal")
          const reaper = seat(stage.heap, engine, "reaper")
          const state = scenario.setup(stage.main, mortal.thread)
          if (!dies(mortal, step, () => scenario.act(mortal.thread, state))) return
          const reap = () => void reaper.thread.reclaim(infoOf(stage.heap, "mortal")!)
          if (dies(reaper, 1 + Math.floor(share * RECLAIM_STEPS), reap)) both++
          stage.patiently(() => {
            for (const name of random() < 0.5 ? ["mortal", "reaper"] : ["reaper", "mortal"]) reclaim(stage, name)
            expectSeats(stage.heap, 3)
            scenario.after(stage.main, state, "reaper")
          })
        })
      }
      return both
    },
    withAnother(engine, other, samples, seed) {
      const chance = new Random(seed)
      const random = () => chance.fraction()
      let both = 0
      for (let i = 0; i < samples; i++) {
        const steps = [play, other].map((each) => 1 + Math.floor(random() * each.length(engine))) as [number, number]
        const order = random() < 0.5 ? ["first", "second"] : ["second", "first"]
        told(`${scenario.name}, and dies at step ${steps[0]}; ${other.name}, and at ${steps[1]}; ${order}`, () => {
          const stage = stageOf(engine)
          const [first, second] = [seat(stage.heap, engine, "first"), seat(stage.heap, engine, "second")]
          const parts = [play.begin({ ...stage, mortal: first }), other.begin({ ...stage, mortal: second })] as const
          const died = [dies(first, steps[0], parts[0].act), dies(second, steps[1], parts[1].act)]
          if (!died[0] || !died[1]) return
          both++
          stage.patiently(() => {
            for (const name of order) reclaim(stage, name)
            expectSeats(stage.heap, 3)
            for (const { after } of parts) after()
          })
        })
      }
      return both
    },
  }
  return play
}

/** About as many as clearing up takes here; a reaper that would have to die later does not die. */
const RECLAIM_STEPS = 1500

export interface Stage {
  readonly heap: Heap
  readonly main: Thread
  readonly mortal: Mortal
}

export interface Mortal {
  readonly thread: Thread
  readonly heap: Heap
  readonly life: { left: number }
}

/** A heap and the thread that lives on. `patiently`: it may take many steps there, but not for ever. */
export function stageOf(engine: Engine) {
  const patience = { left: Infinity }
  const waits = () => new Error("It waits for ever")
  const heap = Heap.create({
    ...SIZES,
    flavour: engine.flavour,
    onWarning() {},
    substitute: { factory: engine.factory, atomics: counted(patience, waits) },
  })
  const patiently = (act: () => void) => {
    patience.left = ENDLESS
    act()
    patience.left = Infinity
  }
  return { heap, main: heap.attach({ name: "main", modules: MODULES }), patiently }
}

/** A thread that can die. */
export function seat(heap: Heap, engine: Engine, name: string, attaches = true): Mortal {
  const life = { left: Infinity }
  const opened = Heap.open(heap.share(), {
    onWarning() {},
    substitute: { factory: engine.factory, atomics: counted(life, () => new Death()) },
  })
  const thread = attaches ? opened.attach({ name, modules: MODULES }) : (undefined as unknown as Thread)
  return { heap: opened, thread, life }
}

/** Lets it act, and die before its access of that number: whether it did. */
export function dies({ life }: Mortal, step: number, act: () => void): boolean {
  life.left = step
  try {
    act()
    return false
  } catch (error) {
    if (!isDeath(error)) throw error
    return true
  } finally {
    life.left = Infinity
  }
}

const infoOf = (heap: Heap, name: string) => heap.threads().find((info) => info.name === name)

/** Clears up after it, if that has not been done along with another. */
export function reclaim({ heap, main }: { heap: Heap; main: Thread }, name: string): void {
  const info = infoOf(heap, name)
  if (info) main.reclaim(info)
}

/** So many seats are free, if nobody is to be seen but main. */
function expectSeats(heap: Heap, count: number): void {
  if (heap.threads().length > 1) return
  const guests = Array.from({ length: count }, (_, i) => heap.attach({ name: `guest ${i}` }))
  for (const guest of guests) guest.detach()
}

/** What is thrown says when. */
function told<T>(when: string, play: () => T): T {
  try {
    return play()
  } catch (error) {
    throw new Error(`${when}: ${(error as Error).message}`, { cause: error })
  }
}

const SIZES = {
  engine: "js",
  fences: 64,
  callbacks: 160,
  containers: 32,
  objects: 32,
  lists: 32,
  threads: 4,
  cells: 32,
  spins: 1_000_000,
  timestamps: true,
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

/** Dead code's clean-up runs on, dies again at its first access, and is told beside the first death. */
function isDeath(error: unknown): boolean {
  return error instanceof Death || (error instanceof AggregateError && error.errors.every(isDeath))
}
