/** Words and values that a model or a search does not know: refused, and never a reason to pass. */
import { ExploreError, explore, linearizable, replay, report } from "@outlive/explore"
import type { Model, Options } from "@outlive/explore"
import { describe, expect, test } from "vitest"

const adds = (cells: Int32Array) => Atomics.add(cells, 0, 1)
const sound: Model<Int32Array> = { memory: 8, setup: (memory) => new Int32Array(memory), threads: [adds, adds] }
const exploreWith = (parts: object, options?: object) =>
  explore({ ...sound, ...parts } as Model<Int32Array>, options as Options)
/** A list of two, of which one is there. */
const holed = (one: unknown): unknown[] => Object.assign([one], { length: 2 })

describe("a model", () => {
  const wrong: Readonly<Record<string, [object, RegExp]>> = {
    "that has a word of its own": [{ chek: () => {} }, /has no "chek": there are name, memory, .*check/],
    "that observes something else": [{ observe: "al" }, /observe is "al": it is "own" or "all"/],
    "with a cell outside of the memory": [{ cells: { flag: 8 } }, /cell "flag" ends at byte 12, and the memory has 8/],
    "with a cell at a text": [{ cells: { flag: "0" } }, /cell "flag" is "0": it is a byte offset/],
    "with a cell at nothing": [{ cells: { flag: null } }, /cell "flag" is null: it is a byte offset/],
    "with cells that are none": [{ cells: 1 }, /cells is 1: it is an object, of names and places/],
    "with outcomes that are none": [{ outcomes: null }, /outcomes is null: it is an object, of names and verdicts/],
    "with a list of outcomes": [{ outcomes: [] }, /^Cannot explore this model: outcomes is/],
    "with a verdict that is none": [{ outcomes: { two: "forbiden" } }, /"forbiden": it is acceptable, forbidden/],
    "that allows races on what it has not": [{ allowedRaces: ["flag"] }, /allowedRaces names "flag"/],
    "with a hole among its threads' names": [{ threadNames: holed("a") }, /threadNames is no array of strings/],
    "with a hole among its groups": [{ symmetric: holed([0, 1]) }, /symmetric is no array of groups/],
    "with two threads of one name": [{ threadNames: ["a", "a"] }, /two threads are called "a"/],
    "with a group of a thread that is not there": [
      { symmetric: [[0, 2]] },
      /symmetric names thread 2: there are 0 to 1/,
    ],
    "with a thread in two groups": [{ symmetric: [[0], [0, 1]] }, /symmetric names thread 0 twice/],
    "with a group of different threads": [
      { threads: [adds, (cells: Int32Array) => Atomics.store(cells, 0, 7)], symmetric: [[0, 1]] },
      /calls threads 0 and 1 identical, and their code differs/,
    ],
    "whose outcome is no text": [{ outcome: () => ({}) }, /outcome: it gave back \[object Object\], not a string/],
    "whose leaks are a number": [{ leaks: () => 1 }, /leaks: it gave back 1, not a string that says what leaked/],
  }
  test.each(Object.entries(wrong))("%s", (_, [parts, message]) => {
    expect(() => exploreWith(parts)).toThrow(ExploreError)
    expect(() => exploreWith(parts)).toThrow(message)
  })

  test.each([undefined, null, 5])("that is %s", (given) => {
    expect(() => explore(given as never)).toThrow(/^Cannot explore this model: it is/)
  })
})

describe("a search", () => {
  const wrong: Readonly<Record<string, [unknown, RegExp]>> = {
    "with an option that is none": [{ execution: 1 }, /^There is no option execution: there are strategy, /],
    "with a text for a number": [{ timeMs: "100" }, /^Option timeMs is "100": it is a number from 0/],
    "with a text for a flag": [{ races: "no" }, /^Option races is "no": it is true or false/],
    "that begins with no thread": [{ beginning: ["A"] }, /^Option beginning is A: it is an array of threads' numbers/],
    "that begins with a hole": [{ beginning: holed(0) }, /^Option beginning is .*: it is an array of threads' numbers/],
    "that begins with a thread that is not there": [
      { beginning: [2] },
      /^Option beginning names thread 2: there are 0 to 1/,
    ],
    "by chance that begins in one way": [
      { strategy: "pct", beginning: [1] },
      /^Option beginning is not for strategy pct$/,
    ],
    "that tells nobody": [{ onProgress: 5 }, /^Option onProgress is 5: it is a function/],
    "without options": [null, /^Options are null/],
  }
  test.each(Object.entries(wrong))("%s", (_, [options, message]) => {
    expect(() => exploreWith({}, options as object)).toThrow(RangeError)
    expect(() => exploreWith({}, options as object)).toThrow(message)
  })

  test.each(["A99999999999", 5])("of a schedule that is %s", (schedule) => {
    expect(() => replay(sound, schedule as string)).toThrow(/^Cannot read .*schedule/)
  })
})

describe("what a check says", () => {
  test("false is a failure, with an order", () => {
    const lost: Model<Int32Array> = {
      ...sound,
      threads: [0, 1].map(() => (cells: Int32Array) => Atomics.store(cells, 0, Atomics.load(cells, 0) + 1)),
      check: (cells) => cells[0] === 2,
    }
    const result = explore(lost)
    expect(result).toMatchObject({ verdict: "assertion", message: "check gave back false" })
    expect(replay(lost, "schedule" in result ? result.schedule : "").verdict).toBe("assertion")
    expect(exploreWith({ check: (cells: Int32Array) => cells[0] === 2 }).verdict).toBe("pass")
  })

  test.each(["outcome", "leaks"])("%s that throws is a failure as well", (name) => {
    const result = exploreWith({
      [name]: () => {
        throw new Error("boom")
      },
    })
    expect(result).toMatchObject({ verdict: "assertion", message: `${name} threw boom` })
  })

  test("an outcome is a name, whatever objects have by that name", () => {
    const result = exploreWith({ outcome: () => "toString", outcomes: { other: "forbidden" } })
    expect(result).toMatchObject({ verdict: "pass", neverSeen: ["other"] })
    expect(report(result)).toMatch(/^ {2}other {2}never seen$/m)
  })

  test("what cannot be made a text is told all the same", () => {
    const bare: object = Object.create(null)
    const thrown = exploreWith({
      threads: [
        () => {
          throw bare
        },
      ],
    })
    expect(thrown).toMatchObject({ verdict: "assertion", message: "Thread A threw [object Object]" })
    const circle: { self?: object } = {}
    circle.self = circle
    expect(
      report(exploreWith({ threads: [(cells: Int32Array) => [adds(cells), circle][1]], check: () => false })),
    ).toMatch(/returns \[object Object\]/)
  })
})

describe("a question of linearizability", () => {
  const subject = {
    make: () => new Int32Array(new SharedArrayBuffer(4)),
    operations: { add: (cells: Int32Array) => Atomics.add(cells, 0, 1) },
    specification: () => {
      let value = 0
      return { add: () => value++ }
    },
  }
  test.each([{ scenarios: 0 }, { calls: Number.NaN }, { executions: "5" }, { timeMs: -1 }])(
    "with %j",
    async (options) => {
      await expect(linearizable(subject, options as never)).rejects.toThrow(
        /^Option \w+ is .*: it is a (whole )?number from/,
      )
    },
  )

  test.each<[string, object, object, RegExp]>([
    ["with an option that is none", {}, { scenario: 3 }, /^There is no option scenario: there are strategy, /],
    ["with a text for a number", {}, { seed: "1" }, /^Option seed is "1": it is a whole number/],
    ["of no operations", { operations: undefined }, {}, /^Cannot explore operations: they are undefined/],
    [
      "of an operation that is none",
      { operations: { add: 1 } },
      {},
      /^Cannot explore operation add: it is 1, no function/,
    ],
    ["of a generator", { operations: { *add() {} } }, {}, /^Cannot explore operation add: it is a generator function/],
    ["of what makes nothing", { make: undefined }, {}, /^Cannot explore make: it is undefined, no function/],
    ["that says nothing", { specification: {} }, {}, /^Cannot explore specification: it is .*, no function/],
  ])("%s", async (_, parts, options, message) => {
    await expect(linearizable({ ...subject, ...parts } as never, options)).rejects.toThrow(message)
  })

  test("of nothing", async () => {
    await expect(linearizable(null as never)).rejects.toThrow(/^Cannot explore null/)
  })

  test("with arguments of an operation that is not there", async () => {
    await expect(linearizable({ ...subject, arguments: { ad: [[1]] } })).rejects.toThrow(/of no operation: ad$/)
  })

  test("of which nothing was looked at in its time is no whole pass", async () => {
    expect(await linearizable(subject, { timeMs: 0 })).toMatchObject({
      verdict: "pass",
      exhaustive: false,
      scenarios: 0,
    })
  })

  test("results that print alike are not taken for one", async () => {
    const maps = {
      ...subject,
      operations: { add: (cells: Int32Array) => new Map([["value", Atomics.add(cells, 0, 1) % 2]]) },
      specification: () => {
        let value = 0
        return { add: () => new Map([["value", value++]]) }
      },
    }
    expect(await linearizable(maps, { scenarios: 5, calls: 3 })).toMatchObject({ verdict: "not-linearizable" })
  })
})
