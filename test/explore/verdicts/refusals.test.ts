/** What cannot be explored is refused at once, by name and place, instead of passing. */
import { ExploreError, explore, report, reportHtml, reportLinearizable } from "@outlive/explore"
import type { Model, Options } from "@outlive/explore"
import { describe, expect, test } from "vitest"

type Any = (...parameters: never[]) => unknown

const sound: Model<Int32Array> = {
  memory: 8,
  setup: (memory) => new Int32Array(memory),
  threads: [(cells) => Atomics.add(cells, 0, 1), (cells) => Atomics.add(cells, 0, 1)],
}

/** Models that are wrong in ways that types would refuse. */
function refusalOf(parts: object, options?: Options): ExploreError {
  try {
    explore({ ...sound, ...parts } as Model<Int32Array>, options)
  } catch (error) {
    if (error instanceof ExploreError) return error
    throw error
  }
  throw new Error("Explored all the same")
}

const UNFIT: Readonly<Record<string, Any>> = {
  "an asynchronous function": async () => {},
  "a generator function": function* () {
    yield 1
  },
  "an asynchronous generator function": async function* () {
    yield 1
  },
  "a class": class {
    readonly made = true
  } as unknown as Any,
}
const hintFor = (what: string) => (what === "an asynchronous function" ? ": exploreAsync takes it" : "")
const UNFINISHED: Readonly<Record<string, Any>> = {
  "a promise": () => Promise.reject(new Error("nobody hears this")),
  // oxlint-disable-next-line unicorn/no-thenable
  "a promise, or what can be awaited": () => ({ then: () => {} }),
  "a generator": () => UNFIT["a generator function"]!(),
  "an asynchronous generator": () => UNFIT["an asynchronous generator function"]!(),
  "an object that throws when it is looked at": () =>
    new Proxy(
      {},
      {
        get() {
          throw new Error("trap")
        },
      },
    ),
}

describe.each(["setup", "check", "outcome", "leaks"])("%s", (name) => {
  test.each(Object.entries(UNFIT))("is refused if it is %s", (what, code) => {
    const refusal = refusalOf({ [name]: code })
    expect(refusal).toBeInstanceOf(TypeError)
    expect(refusal.message).toBe(
      `Cannot explore ${name}: it is ${what}, and only synchronous functions can be${hintFor(what)}`,
    )
  })

  test.each(Object.entries(UNFINISHED))("is refused if it gives back %s", (_, code) => {
    expect(refusalOf({ [name]: code }).message).toMatch(new RegExp(`^Cannot explore ${name}: it gives back a`))
  })

  test.each([null, 5, {}, "check"])("is refused if it is %j", (given) => {
    expect(refusalOf({ [name]: given }).message).toMatch(new RegExp(`^Cannot explore ${name}: it is .*no function$`))
  })
})

describe("a thread", () => {
  test.each(Object.entries(UNFIT))("is refused by its name if it is %s", (what, code) => {
    const refusal = refusalOf({ threads: [sound.threads[0], code], threadNames: ["first", "second"] })
    expect(refusal.message).toBe(
      `Cannot explore thread second: it is ${what}, and only synchronous functions can be${hintFor(what)}`,
    )
  })

  test.each(Object.entries(UNFINISHED))("is refused if it gives back %s", (_, code) => {
    expect(refusalOf({ threads: [sound.threads[0], code] }).message).toMatch(
      /^Cannot explore thread B: it gives back a/,
    )
  })

  test("is refused if it is no function", () => {
    expect(refusalOf({ threads: [sound.threads[0], 7] }).message).toBe(
      "Cannot explore thread B: it is number 7, no function",
    )
    expect(refusalOf({ threads: sound.threads[0] }).message).toMatch(/^Cannot explore threads/)
  })
})

describe("memory that is not shared", () => {
  test("what a run makes for itself is its own, what is kept from run to run is not", () => {
    const scratch = () => Atomics.add(new Int32Array(4), 0, 1)
    expect(
      explore({ ...sound, threads: [(cells) => Atomics.add(cells, 0, scratch() + 1), sound.threads[1]!] }),
    ).toMatchObject({ verdict: "pass", exhaustive: true })
    const keptScratch = new Int32Array(1)
    const keeps = (cells: Int32Array) => Atomics.add(cells, 0, Atomics.add(keptScratch, 0, 1))
    expect(refusalOf({ threads: [keeps, keeps] }).code).toBe("own-memory")
  })
})

describe("sleeping outside of the threads", () => {
  test.each(["setup", "check", "outcome", "leaks"])("is refused in %s", (name) => {
    const sleeps = (state: SharedArrayBuffer | Int32Array) =>
      Atomics.wait(state instanceof Int32Array ? state.fill(0) : new Int32Array(state), 0, 0)
    const refusal = refusalOf({ [name]: sleeps })
    expect(refusal.code).toBe("sleep")
    expect(refusal.message).toMatch(new RegExp(`^Cannot explore ${name}: .*refusals\\.test\\.ts:\\d+ would sleep`))
  })

  test("a wait that finds its value changed, or that time ends, is none", () => {
    const waits = (cells: Int32Array) => `${Atomics.wait(cells, 0, 9)} ${Atomics.wait(cells, 1, 0, 1)}`
    expect([...explore({ ...sound, outcome: waits }).outcomes.keys()]).toEqual(["not-equal timed-out"])
  })
})

test.each<[object, string]>([
  [{ strategy: "exhastive" }, 'Option strategy is "exhastive": it is one of exhaustive, preemption-bounded'],
  [{ spins: "on" }, 'Option spins is "on": it is one of automatic, off'],
  [{ maxSteps: 0 }, "Option maxSteps is 0: it is a whole number from 1"],
  [{ executions: 2.5 }, "Option executions is 2.5"],
  [{ maxPreemptions: -1 }, "Option maxPreemptions is -1: it is a whole number from 0"],
  [{ timeMs: NaN }, "Option timeMs is NaN"],
  [{ seed: 1.5 }, "Option seed is 1.5"],
])("options %j are refused", (options, message) => {
  expect(() => explore(sound, options as Options)).toThrow(message)
  expect(() => explore(sound, options as Options)).toThrow(RangeError)
})

describe("what is no result cannot be reported", () => {
  const linear = { verdict: "pass", scenarios: 1, executions: 1, ms: 1, seed: 1, name: "", exhaustive: true }
  test.each([
    [undefined, "undefined"],
    [null, "null"],
    [{}, "[object Object]"],
    ["pass", '"pass"'],
    [Promise.resolve(), "a promise: await it"],
    [linear, "[object Object]"],
  ])("%j", (given, is) => {
    const message = `Cannot report what is no result of an exploration: it is ${is}`
    expect(() => report(given as never)).toThrow(new TypeError(message))
    expect(() => reportHtml(given as never)).toThrow(new TypeError(message))
    if (given !== linear)
      expect(() => reportLinearizable(given as never)).toThrow(/^Cannot report what is no result of linearizable\(\)/)
  })
})
