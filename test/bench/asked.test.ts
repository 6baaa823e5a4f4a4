/** What `outlive bench` is asked in words, as experiments: no process is started. */
import { type Experiment, RIGS, assertExperiment } from "@outlive/bench"
import { describe, expect, test } from "vitest"
import { LAB_SCHEMES, LOCKS } from "../../scripts/strategies.mjs"
import { experimentsFrom } from "../../packages/cli/dist/bench/experiments.js"
import { wordsOption } from "../../packages/cli/dist/options.js"

/** "reclamation --stall 10ms" as citty hands it over. */
async function asked(line: string): Promise<Experiment[]> {
  const [which, ...rest] = line.split(" ")
  const given = {
    which,
    ...Object.fromEntries(rest.flatMap((word, i) => (i % 2 ? [] : [[word.slice(2), rest[i + 1]]]))),
  }
  return (await experimentsFrom(given))!.map((one) => assertExperiment(one, line))
}

describe("reclamation", () => {
  test("takes schemes as papers call them, and what is read and stalled as axes", async () => {
    const [one] = await asked(
      "reclamation --scheme ebr,qsbr,hp --structure list:1000 --reads 0,90,100 --stall 10ms --threads 1,2",
    )
    expect(one).toMatchObject({
      over: "reclamation",
      axes: {
        scheme: ["epochs", "quiescent", "hazard-pointers"],
        structure: ["list"],
        size: [1_000],
        reads: [0, 90, 100],
        stall: [10],
        threads: [1, 2],
      },
    })
  })

  test("is of all schemes if none is named; the package's is always the first", async () => {
    const [all] = await asked("reclamation")
    expect(all!.axes["scheme"]).toEqual(LAB_SCHEMES.map(({ name }) => name))
    const [one] = await asked("reclamation --scheme hp")
    expect(one!.axes["scheme"]).toEqual(["epochs", "hazard-pointers"])
  })

  test("has several structures of one size, or one of several", async () => {
    const axes = async (structure: string) => (await asked(`reclamation --structure ${structure}`))[0]!.axes
    expect(await axes("list:100,tree:100")).toMatchObject({ structure: ["list", "tree"], size: [100] })
    expect(await axes("list:100,list")).toMatchObject({ structure: ["list"], size: [100, 1_000] })
  })

  test.each([
    ["--scheme ebr,epochs", "each scheme once"],
    ["--scheme qsb", "there are epochs (ebr), quiescent (qsbr), two-counters"],
    ["--structure list:10,tree:20", "several structures of one size, or one of several"],
    ["--structure list:1:2", "a name and a number, as list:1000"],
    ["--structure lst", 'Did you mean "list"?'],
    ["--reads 0,101", "a whole number from 0 to 100 is needed"],
    ["--stall 10ms,10", "each number once"],
    ["--threads 1,", "a number is missing beside a comma"],
    ["--stall 10s", 'Option --stall is "10s"'],
  ])("%s is refused", async (words, message) => {
    await expect(asked(`reclamation ${words}`)).rejects.toThrow(message)
  })
})

describe("fences", () => {
  test("with a lock of their own, one that they share, or none; what is done is an axis", async () => {
    const [usual] = await asked("fences")
    expect(usual!.axes).toMatchObject({ placement: ["inline", "external", "lock-free"], task: ["issue", "remove"] })
    const [one] = await asked("fences --placement inline,lock-free --task run --lock mcs")
    expect(one!.axes).toMatchObject({ placement: ["inline", "lock-free"], task: ["run"], lock: ["mcs"] })
  })

  test("over all locks that keep others out", async () => {
    const [one] = await asked("fences --lock all")
    expect(one!.axes["lock"]).toEqual(LOCKS.filter(({ excludes }) => excludes !== false).map(({ name }) => name))
  })

  test.each([
    ["--lock lock-free", "lock-free is no lock, but a fence without one: outlive bench fences --placement inline"],
    ["--placement inlne", 'Did you mean "inline"?'],
    ["--task wake", 'Option --task is "wake": one of issue, run, remove is needed'],
    ["--placement inline,inline", "each name once"],
  ])("%s is refused", async (words, message) => {
    await expect(asked(`fences ${words}`)).rejects.toThrow(message)
  })
})

describe("scale", () => {
  const ofWhat = async (line: string) =>
    (await asked(line)).map(({ axes }) => [axes["of"]![0], axes["count"]!.at(-1), axes["engine"]!.length])

  test("is of all things there can be many of: 256 threads, a thousand modules", async () => {
    expect(await ofWhat("scale")).toEqual([
      ["fences", 1_000_000, 2],
      ["promises", 100_000, 2],
      ["threads", 256, 1],
      ["modules", 1_000, 2],
    ])
  })

  test("is of those that are named, in this number; of fences if none is", async () => {
    expect(await ofWhat("scale --of threads,modules --count 10,50")).toEqual([
      ["threads", 50, 1],
      ["modules", 50, 2],
    ])
    expect(await ofWhat("scale --count 100,500")).toEqual([["fences", 500, 2]])
  })

  test.each([
    ["--of threads --count 1024", "of threads there are 1,023 at most (the seats of a heap, but one)"],
    ["--of modules --count 4001", "of modules there are 4,000 at most"],
    ["--of fences,modules --count 10", "of fences 100 at least are timed"],
    ["--of locks", "one of fences, promises, threads, modules is needed"],
  ])("%s is refused", async (words, message) => {
    await expect(asked(`scale ${words}`)).rejects.toThrow(message)
  })
})

test("a thousand waiters are promises; of those that sleep there are 256 threads at most, and why is told", async () => {
  const tools = { lock: async () => [], fences: async () => [], scheme: async () => "" }
  const argsOf = (way: string, waiters: number) => RIGS.wake.argsOf({ way, waiters }, tools, 10)
  expect(await argsOf("asynchronous", 1_000)).toContain("1000")
  expect(await argsOf("parked", 256)).toContain("256")
  expect(await argsOf("parked", 257)).toMatchObject({
    cannot: expect.stringContaining("a thread of its own") as string,
  })
})

test.each([
  [",", "a name is missing beside a comma"],
  ["mcs,", "a name is missing beside a comma"],
  ["", "a name is missing"],
  ["mcs,mcs", "each name once"],
])("the list %j is refused", (text, message) => {
  expect(() => wordsOption("lock", text)).toThrow(`Option --lock is "${text}": ${message}`)
})

test("what an axis calls its places has no comma: it can be asked for in a list", () => {
  const words = Object.values(RIGS).flatMap(({ axes }) =>
    Object.values(axes).flatMap((axis) => ("words" in axis ? [...axis.words] : [])),
  )
  expect(words).toContain("external-uncounted")
  for (const word of words) expect(wordsOption("placement", word)).toEqual([word])
})
