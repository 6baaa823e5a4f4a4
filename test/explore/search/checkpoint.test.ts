/** Searches that are ended, and gone on with: the same counts as those of one that was not. */
import { assume, explore, exploreAsync, relax, report, until } from "@outlive/explore"
import type { AsyncModel, Checkpoint, Model, Options, Result } from "@outlive/explore"
import { describe, expect, test } from "vitest"

const cells = () => new Int32Array(new SharedArrayBuffer(16))
const release = (view: Int32Array) => [(view[1]! += 1), Atomics.store(view, 0, 0)]
const take = (view: Int32Array) => Atomics.compareExchange(view, 0, 0, 1) === 0
const steps = (view: Int32Array) => [Atomics.add(view, 0, 1), Atomics.add(view, 1, 1), Atomics.load(view, 2)].join()
const named = (view: Int32Array, results: readonly unknown[]) => `${view.join()} ${results.join("|")}`
const same = (threads: number, body: (view: Int32Array) => unknown): Model<Int32Array> => ({
  setup: cells,
  threads: Array.from({ length: threads }, () => body),
  outcome: named,
})

const spins = same(3, (view) => {
  while (!take(view));
  release(view)
})
const MODELS: Readonly<Record<string, readonly [Model<Int32Array>, number, Options?]>> = {
  "of plain steps": [{ ...same(2, steps), threads: [steps, steps, (view) => Atomics.store(view, 2, 1)] }, 5],
  "with loops that are found to wait": [spins, 60],
  "with relax": [
    same(3, (view) => {
      while (!take(view)) relax()
      release(view)
    }),
    7,
  ],
  "with until": [same(4, (view) => [until(() => take(view)), release(view)]), 7],
  "with assume": [same(3, (view) => [assume(take(view)), release(view)]), 1],
  "with symmetric threads": [{ ...same(3, steps), symmetric: [[0, 1, 2]] }, 2],
  "with sleepers": [
    same(2, (view) => {
      while (Atomics.exchange(view, 0, 2) !== 0) Atomics.wait(view, 0, 2)
      release(view)
      Atomics.notify(view, 0, 1)
    }),
    1,
  ],
  "of steps that begin plainly": [
    {
      memory: 8,
      cells: { x: 0 },
      allowedRaces: ["x"],
      setup: (_, tools) => tools.view(Int32Array),
      threads: Array.from({ length: 3 }, (_, thread) => (view: Int32Array) => {
        const seen = view[0]
        view[0] = 1 + thread
        return [seen, Atomics.add(view, 1, 1)].join()
      }),
      outcome: named,
    },
    5,
  ],
  "that is naive": [same(2, steps), 3, { strategy: "naive" }],
}

/** In parts of so many executions each, from one to the next as a file would carry it. */
async function inParts(more: (options: Options) => Result | Promise<Result>, options: Options, part: number) {
  let result = await more({ ...options, executions: part })
  let parts = 1
  for (; restOf(result) !== undefined; parts++)
    result = await more({
      ...options,
      executions: part,
      resume: JSON.parse(JSON.stringify(restOf(result))) as Checkpoint,
    })
  return { result, parts }
}

const restOf = (result: Result) => (result.verdict === "pass" ? result.rest : undefined)
const countsOf = (result: Result) => ({ ...result, ms: 0, outcomes: [...result.outcomes].sort() })

describe("a search", () => {
  test.each(Object.entries(MODELS))("%s comes to the same counts in parts", async (_, [model, part, options = {}]) => {
    const { result, parts } = await inParts((how) => explore(model, how), options, part)
    expect(parts).toBeGreaterThan(2)
    expect(countsOf(result)).toEqual(countsOf(explore(model, options)))
  })

  test("with asynchronous threads, timers and answers comes to the same counts", async () => {
    const model: AsyncModel<Int32Array> = {
      setup: cells,
      threads: [
        async (view) => {
          const timer = setTimeout(() => Atomics.add(view, 1, 1), 2)
          const how = await Atomics.waitAsync(view, 0, 0, 5).value
          clearTimeout(timer)
          return how
        },
        (view) => [Atomics.store(view, 0, 1), Atomics.notify(view, 0)],
      ],
      outcome: named,
    }
    const { result, parts } = await inParts((how) => exploreAsync(model, how), {}, 2)
    expect(parts).toBeGreaterThan(2)
    expect(countsOf(result)).toEqual(countsOf(await exploreAsync(model)))
  })

  test("whose place forgets who sleeps looks at orders again: the counts tell", () => {
    const [model] = MODELS["with relax"]!
    const whole = explore(model)
    const { rest } = explore(model, { executions: 7 }) as { rest: Checkpoint }
    const forgetful = { ...rest, place: { ...rest.place, sleep: rest.place.sleep.map(() => 0) } }
    const again = explore(model, { resume: forgetful, executions: whole.executions })
    expect(again.executions).toBeGreaterThan(whole.executions)
  })

  test("finds a failure behind the place where it was ended", () => {
    const lost = {
      ...same(3, (view) => Atomics.store(view, 0, Atomics.load(view, 0) + 1)),
      outcomes: { "1,0,0,0 1|1|1": "forbidden" },
    } as const
    const whole = explore(lost)
    expect(whole.verdict).toBe("forbidden-outcome")
    const { rest } = explore(lost, { executions: whole.executions - 1 }) as { rest: Checkpoint }
    expect(explore(lost, { resume: rest })).toMatchObject({ verdict: whole.verdict, executions: whole.executions })
  })
})

describe("a checkpoint", () => {
  const { rest } = explore(spins, { executions: 20 }) as { rest: Checkpoint }
  const { place } = rest
  const wrong: Readonly<Record<string, [unknown, Options?]>> = {
    "that is none": [{}],
    "that lacks a row": [{ ...rest, place: { ...place, toTry: [] } }],
    "of a search with another seed": [rest, { seed: 2 }],
    "of a thread that is not there": [{ ...rest, place: { ...place, schedule: place.schedule.map(() => 9) } }],
    "for chance": [rest, { strategy: "random" }],
  }
  test.each(Object.entries(wrong))("%s is refused", (_, [resume, options]) => {
    expect(() => explore(spins, { ...options, resume: resume as Checkpoint })).toThrow(/^Cannot go on/)
  })

  test("of other code is refused", () => {
    expect(() => explore({ ...spins, threads: spins.threads.map(() => steps) }, { resume: rest })).toThrow(/other code/)
  })

  test("there is none of a search that came to its end", () => {
    expect(explore(same(2, steps))).not.toHaveProperty("rest")
  })
})

test("what is left is estimated, and said to be an estimate", () => {
  const model = same(4, (view) => {
    for (let left = 2; left > 0; left--) Atomics.add(view, 0, 1)
  })
  const all = explore(model).executions
  const early = explore(model, { executions: 100 })
  expect(early.verdict === "pass" && early.estimate).toBeGreaterThan(all / 10)
  expect(early.verdict === "pass" && early.estimate).toBeLessThan(all * 10)
  expect(report(early)).toMatch(/^An estimate of all executions, blocked ones included: \d+\.$/m)
  expect(report(explore(model))).not.toMatch(/estimate/)
})
