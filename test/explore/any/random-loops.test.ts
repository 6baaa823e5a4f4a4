/**
 * Random programs of all that an event loop brings: answers of `waitAsync`, timers that are set and cleared, messages. The
 * reduced search must come to the same outcomes as every interleaving of the same steps does.
 *
 * PROGRAMS=1000 for more of them, FIRST=… for others.
 */
// oxlint-disable unicorn/prefer-add-event-listener -- what is set as onmessage is a way of its own
import { exploreAsync } from "@outlive/explore"
import type { AsyncModel } from "@outlive/explore"
import { expect, test } from "vitest"
import { Random } from "../fuzz/random.js"
import { PROVES } from "../../prove.js"

const PROGRAMS = Number(process.env.PROGRAMS ?? (PROVES ? 100 : 8))
const FIRST = Number(process.env.FIRST ?? 1)
/** Of programs with more interleavings, none is looked at. */
const MOST = Number(process.env.MOST ?? (PROVES ? 100_000 : 10_000))

interface State {
  readonly cells: Int32Array
  readonly channels: readonly MessageChannel[]
}

/** What one thread does, and what it has seen. */
class Doing {
  readonly seen: string[] = []
  readonly cells: Int32Array
  readonly channels: readonly MessageChannel[]
  timer: ReturnType<typeof setTimeout> | undefined

  constructor({ cells, channels }: State) {
    this.cells = cells
    this.channels = channels
  }

  see(what: string, value: unknown): void {
    this.seen.push(`${what}${String(value)}`)
  }
}

type Instruction = (doing: Doing) => unknown

const KINDS: readonly ((random: Random, thread: number, threads: number) => [string, Instruction])[] = [
  (random) => {
    const cell = random.below(2)
    return [`load ${cell}`, (doing) => doing.see("l", Atomics.load(doing.cells, cell))]
  },
  (random) => {
    const [cell, value] = [random.below(2), random.below(2)]
    return [`store ${cell} ${value}`, ({ cells }) => Atomics.store(cells, cell, value)]
  },
  (random) => {
    const cell = random.below(2)
    return [`notify ${cell}`, (doing) => doing.see("n", Atomics.notify(doing.cells, cell, 1))]
  },
  (random) => {
    const cell = random.below(2)
    return [
      `await waitAsync ${cell}`,
      async (doing) => doing.see("w", await Atomics.waitAsync(doing.cells, cell, 0, 5).value),
    ]
  },
  (random) => {
    const cell = random.below(2)
    return [
      `waitAsync ${cell}`,
      (doing) =>
        void Promise.resolve(Atomics.waitAsync(doing.cells, cell, 0, 5).value).then((how) => doing.see("v", how)),
    ]
  },
  (random) => {
    const [cell, ms] = [random.below(2), random.below(3)]
    return [
      `set timer ${ms} to add ${cell}`,
      (doing) => (doing.timer = setTimeout(() => doing.see("t", Atomics.add(doing.cells, cell, 1)), ms)),
    ]
  },
  () => ["clear timer", ({ timer }) => clearTimeout(timer)],
  (random) => {
    const ms = 1 + random.below(3)
    return [`sleep ${ms}`, () => new Promise((resolve) => setTimeout(resolve, ms))]
  },
  (random, thread, threads) => {
    const to = (thread + 1 + random.below(threads - 1)) % threads
    const value = random.below(9)
    return [`post ${value} to ${to}`, ({ channels }) => channels[to]!.port2.postMessage(value)]
  },
  (_, thread) => [
    "listen",
    (doing) => (doing.channels[thread]!.port1.onmessage = ({ data }: MessageEvent) => doing.see("m", data)),
  ],
]

function program(seed: number): { readonly text: string; readonly model: AsyncModel<State> } {
  const random = new Random(seed)
  const threads = random.chance(0.8) ? 2 : 3
  const codes = Array.from({ length: threads }, (_, thread) =>
    Array.from({ length: threads === 2 ? 2 + random.below(2) : 1 }, () => random.pick(KINDS)(random, thread, threads)),
  )
  const model: AsyncModel<State> = {
    setup: () => ({
      cells: new Int32Array(new SharedArrayBuffer(8)),
      channels: codes.map(() => new MessageChannel()),
    }),
    threads: codes.map((code) => async (state: State) => {
      const doing = new Doing(state)
      for (const [, work] of code) await work(doing)
      await new Promise((resolve) => setTimeout(resolve, 1))
      return doing.seen.join(" ")
    }),
    outcome: ({ cells }, results) => `${cells.join()} | ${results.join(" | ")}`,
  }
  return { text: codes.map((code) => code.map(([text]) => text).join("; ")).join("\n"), model }
}

test(
  `${PROGRAMS} random programs: the outcomes of every interleaving, and no other`,
  { timeout: 60_000 + PROGRAMS * 2_000 },
  async () => {
    const differences: string[] = []
    const totals = { programs: 0, interleavings: 0, executions: 0, outcomes: 0, differentWithout: 0 }
    for (let seed = FIRST; totals.programs < PROGRAMS; seed++) {
      const { text, model } = program(seed)
      const quiet = { spins: "off", races: false } as const
      const all = await exploreAsync(model, { ...quiet, strategy: "naive", executions: MOST })
      if (all.verdict !== "pass" || !all.exhaustive) {
        if (all.verdict !== "pass") differences.push(`seed ${seed}: ${all.verdict}: ${all.message}\n${text}`)
        continue
      }
      const reduced = await exploreAsync(model, quiet)
      totals.programs++
      totals.interleavings += all.executions
      totals.executions += reduced.executions
      totals.outcomes += all.outcomes.size
      const [wanted, got] = [all, reduced].map(({ outcomes }) => [...outcomes.keys()].sort())
      const missed = wanted!.filter((outcome) => !got!.includes(outcome))
      if (missed.length > 0) differences.push(`seed ${seed}: missed ${missed.length}, such as ${missed[0]}\n${text}`)
      if (reduced.verdict !== "pass" || got!.length > wanted!.length)
        differences.push(`seed ${seed}: ${reduced.verdict}\n${text}`)
      const faulty = await exploreAsync(model, { ...quiet, faults: { forgetArrivals: true } })
      if (wanted!.some((outcome) => !faulty.outcomes.has(outcome))) totals.differentWithout++
      if (reduced.executions > all.executions)
        differences.push(`seed ${seed}: ${reduced.executions} > ${all.executions}`)
    }
    console.log(totals)
    expect(differences.join("\n")).toBe("")
    expect(totals.executions).toBeLessThan(totals.interleavings / 2)
    // The same search without its knowledge of arrivals is unsound, and that shows here.
    expect(totals.differentWithout).toBeGreaterThan(0)
  },
)
