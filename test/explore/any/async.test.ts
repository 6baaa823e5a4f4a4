/** Asynchronous threads: promises, `waitAsync`, timers and signals, in every order of what arrives. */
import { ExploreError, explore, exploreAsync, replayAsync, report } from "@outlive/explore"
import type { AsyncModel, Result } from "@outlive/explore"
import { expectFailureAsync, expectPassAsync } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"
import { FAMILIES } from "../litmus/families.js"
import { SHAPES } from "../litmus/shapes.js"

const CELLS = 8
/** A microtask later. */
const later = () => Promise.resolve()
const cells = () => new Int32Array(new SharedArrayBuffer(CELLS * 4))
const outcomesOf = (result: Result) => [...result.outcomes.keys()].sort()
const joined = (_: unknown, results: readonly unknown[]) => results.join(" ")

function model(...threads: ((cells: Int32Array) => unknown)[]): AsyncModel<Int32Array> {
  return { setup: cells, threads, outcome: joined }
}

test("every published count holds when the same programs are asynchronous", async () => {
  for (const litmus of [...SHAPES, ...FAMILIES.filter(({ executions }) => executions < 100)]) {
    const result = await expectPassAsync<Int32Array>({
      memory: 512,
      setup: (memory) => new Int32Array(memory),
      threads: litmus.threads.map((thread) => async (state: Int32Array) => {
        await later()
        return thread(state)
      }),
      outcome: (_, results) => results.filter((one) => one !== undefined).join(" "),
    })
    expect(result.executions, litmus.name).toBe(litmus.executions)
    if (litmus.outcomes) expect(Object.fromEntries(result.outcomes)).toEqual(litmus.outcomes)
  }
})

describe("waitAsync", () => {
  const waits = async (view: Int32Array) => {
    const { async, value } = Atomics.waitAsync(view, 0, 0)
    return `${async} ${await value}`
  }

  test("is told by a notify that finds it, and finds a value that has changed", async () => {
    const wakes = (view: Int32Array) => [Atomics.store(view, 0, 1), Atomics.notify(view, 0)][1]
    const result = await expectPassAsync(model(waits, wakes))
    expect(outcomesOf(result)).toEqual(["false not-equal 0", "true ok 1"])
  })

  test("a wake that comes too early is lost, and the order is told and replayed", async () => {
    const early = (view: Int32Array) => [Atomics.notify(view, 0), Atomics.store(view, 0, 1)][0]
    const failing = model(waits, early)
    const result = await expectFailureAsync(failing, "lost-wakeup")
    expect(result.message).toMatch(/^Nobody is left to wake A on async\.test\.ts:\d+@0$/)
    expect(report(result)).toMatch(/waitAsync async\.test\.ts:\d+@0 = 0, is to be told/)
    expect(await replayAsync(failing, result.schedule)).toMatchObject({ verdict: "lost-wakeup" })
  })

  test("with a time-out it comes back in any case", async () => {
    const tries = async (view: Int32Array) => Atomics.waitAsync(view, 0, 0, 10).value
    const result = await expectPassAsync(model(tries, (view) => Atomics.notify(view, 0)))
    expect(outcomesOf(result)).toEqual(["ok 1", "timed-out 0"])
  })

  test("several at once are answered in any order, and taken in the order of arrival", async () => {
    const both = async (view: Int32Array) => {
      const order: string[] = []
      const first = Atomics.waitAsync(view, 0, 0, 10)
      const second = Atomics.waitAsync(view, 1, 0, 10)
      await Promise.all([
        Promise.resolve(first.value).then((how) => order.push(`first ${how}`)),
        Promise.resolve(second.value).then((how) => order.push(`second ${how}`)),
      ])
      return order.join(", ")
    }
    const result = await expectPassAsync(model(both, (view) => Atomics.notify(view, 1)))
    expect(outcomesOf(result)).toEqual([
      "first timed-out, second ok 1",
      "first timed-out, second timed-out 0",
      "second ok, first timed-out 1",
      "second timed-out, first timed-out 0",
    ])
  })

  test("waiters of both kinds are in one queue, first come, first served", async () => {
    const sleeps = (view: Int32Array) => Atomics.wait(view, 0, 0, 10)
    const result = await expectPassAsync(
      model(
        async (view) => Atomics.waitAsync(view, 0, 0, 10).value,
        sleeps,
        (view) => Atomics.notify(view, 0, 1),
      ),
    )
    expect(outcomesOf(result)).toEqual(["ok timed-out 1", "timed-out ok 1", "timed-out timed-out 0"])
  })
})

describe("promises", () => {
  test("one that nothing settles is a deadlock, and says whose", async () => {
    const result = await expectFailureAsync(
      model(
        () => new Promise(() => {}),
        (view) => Atomics.load(view, 0),
      ),
      "deadlock",
    )
    expect(result.message).toContain("awaited by A")
  })

  test("what is rejected is a failure, heard or not", async () => {
    const rejects = async (view: Int32Array) => {
      if (Atomics.add(view, 0, 1) === 1) throw new Error("second")
    }
    expect((await expectFailureAsync(model(rejects, rejects), "assertion")).message).toMatch(
      /Thread . threw Error: second/,
    )
    const unheard = async (view: Int32Array) => {
      void rejects(view)
      await later()
      await later()
    }
    expect((await expectFailureAsync(model(unheard, unheard), "assertion")).message).toMatch(/threw Error: second/)
  })

  test("an operation stops the whole thread, not only the function that it is in", async () => {
    const twice = async (view: Int32Array) => {
      const one = async () => Atomics.add(view, 0, 1)
      return (await Promise.all([one(), one()])).join("")
    }
    const result = await expectPassAsync(model(twice, twice))
    expect(result.executions).toBe(6)
    expect(outcomesOf(result)).toEqual(["01 23", "02 13", "03 12", "12 03", "13 02", "23 01"])
  })

  test("queueMicrotask, process.nextTick and promises keep their own order", async () => {
    const order = async () => {
      const seen: string[] = []
      queueMicrotask(() => seen.push("microtask"))
      process.nextTick(() => seen.push("tick"))
      await later()
      seen.push("awaited")
      await new Promise<void>((resolve) => {
        setTimeout(resolve)
      })
      return seen.join(" ")
    }
    expect(outcomesOf(await expectPassAsync(model(order)))).toEqual([
      await new Promise((resolve) => setImmediate(() => resolve(order()))),
    ])
  })
})

describe("timers", () => {
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

  test("of one thread go off in the order of their times, but time passes between the calls that set them", async () => {
    const thread = async () => {
      const seen: number[] = []
      await Promise.all([30, 10, 20].map(async (ms) => void seen.push((await sleep(ms), ms))))
      return seen.join()
    }
    expect(outcomesOf(await expectPassAsync(model(thread)))).toEqual(["10,20,30", "10,30,20", "30,10,20"])
  })

  test("of several threads, in any order, and before or after what arrives", async () => {
    const races = async (view: Int32Array) =>
      Promise.race([sleep(1_000).then(() => "late"), Promise.resolve(Atomics.waitAsync(view, 0, 0).value)])
    const result = await expectPassAsync(
      model(races, (view) => [Atomics.store(view, 0, 1), Atomics.notify(view, 0)][1]),
    )
    // The notify may find the waiter, and the timer may be first all the same.
    expect(outcomesOf(result)).toEqual(["late 1", "not-equal 0", "ok 1"])
  })

  test("that are cleared do not call, whenever they would have", async () => {
    const thread = async (view: Int32Array) => {
      let called = false
      const timer = setTimeout(() => (called = true), 5)
      await Atomics.waitAsync(view, 0, 0, 10).value
      const before = called
      clearTimeout(timer)
      await sleep(1)
      return `${before} ${called}`
    }
    const result = await expectPassAsync(model(thread))
    expect(outcomesOf(result)).toEqual(["false false", "true true"])
  })

  test("setInterval goes on until it is cleared; polling ends when what it waits for comes", async () => {
    const polls = (view: Int32Array) =>
      new Promise((resolve) => {
        const timer = setInterval(() => {
          if (Atomics.load(view, 0) === 0) return
          clearInterval(timer)
          resolve("seen")
        }, 5)
      })
    const result = await exploreAsync(model(polls, (view) => Atomics.store(view, 0, 1)))
    expect(result, report(result)).toMatchObject({ verdict: "pass", exhaustive: true })
    expect(outcomesOf(result)).toEqual(["seen 1"])
  })

  test("AbortSignal.timeout aborts sometime", async () => {
    const thread = async (view: Int32Array) => {
      const signal = AbortSignal.timeout(50)
      const aborted = new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason.name)))
      return Promise.race([aborted, Promise.resolve(Atomics.waitAsync(view, 0, 0).value)])
    }
    const result = await expectPassAsync(model(thread, (view) => Atomics.notify(view, 0)))
    expect(outcomesOf(result)).toEqual(["TimeoutError 0", "TimeoutError 1", "ok 1"])
  })
})

test("setup, check and outcome may be asynchronous", async () => {
  const result = await expectPassAsync({
    setup: async () => cells(),
    threads: [async (view: Int32Array) => Atomics.add(view, 0, 2)],
    check: async (view) => {
      await later()
      expect(Atomics.load(view, 0)).toBe(2)
    },
    outcome: async (_, results) => String(await results[0]),
  })
  expect(outcomesOf(result)).toEqual(["0"])
  const fails = await exploreAsync({ threads: [() => 0], check: async () => Promise.reject(new Error("no")) })
  expect(fails).toMatchObject({ verdict: "assertion", message: "no" })
})

test("what is synchronous has the same counts either way; what is not is refused by explore, with the remedy", async () => {
  const adds = (view: Int32Array) => Atomics.add(view, 0, 1)
  expect((await exploreAsync(model(adds, adds, adds))).executions).toBe(6)
  const late: AsyncModel<Int32Array> = model((view) => Promise.resolve(Atomics.load(view, 0)))
  expect(() => explore(late as never)).toThrow(ExploreError)
  expect(() => explore(late as never)).toThrow("exploreAsync takes it")
  expect(await exploreAsync(late)).toMatchObject({ verdict: "pass" })
})

test("afterwards promises, timers and rejections are the platform's again", async () => {
  const before = process.listenerCount("unhandledRejection")
  await exploreAsync(model(async (view) => Atomics.waitAsync(view, 0, 0, 1).value))
  expect(process.listenerCount("unhandledRejection")).toBe(before)
  expect(await new Promise((resolve) => setTimeout(() => resolve("timer"), 1))).toBe("timer")
  expect(setTimeout.name).toBe("setTimeout")
})
