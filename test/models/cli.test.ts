/** `outlive explore` and `outlive replay` as people use them. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { readResult } from "@outlive/report"
import { XMLValidator } from "fast-xml-parser"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { FAULTS } from "../faults/faults.js"
import { buildTwin } from "../faults/twin.js"
import { complaints, outlive } from "../race/outlive.js"
import { FOR_CI, PROVES, eachForCiUnless } from "../prove.js"

test("without a name, lists the models", async () => {
  const { code, out } = await outlive(["explore"])
  expect(code).toBe(0)
  expect(out).toContain("signal-add")
})

test("--json prints the result and nothing else; two threads see what one sees", FOR_CI, async () => {
  const [one, two] = await Promise.all(
    ["1", "2"].map(async (jobs) => {
      const { code, out, err } = await outlive(["explore", "signal-poll", "--json", "--quiet", "--jobs", jobs])
      expect({ code, err }).toEqual({ code: 0, err: "" })
      return (JSON.parse(out) as { explorations: { executions: number }[] }).explorations[0]!
    }),
  )
  expect(one).toMatchObject({ model: "signal-poll", verdict: "pass", exhaustive: true })
  expect(two).toMatchObject({ verdict: "pass", exhaustive: true, executions: one!.executions })
})

test("steps of the package's engine are told by the lines of its sources, by explore and replay", FOR_CI, async () => {
  const explored = await outlive(["explore", "wake-queue-inline"])
  const [, schedule] = /^Replay: outlive replay (\S+)$/m.exec(explored.out)!
  const replayed = await outlive(["replay", schedule!])
  for (const { code, out } of [explored, replayed]) {
    expect(code).toBe(1)
    expect(out).toMatch(/packages\/core\/engine\/locks\/strategies\/spin-or-sleep\.ts:\d/)
    expect(out).not.toMatch(/words\.ts:|stepwise-js\.js:\d/)
  }
})

test("--preemptions looks at less", async () => {
  const { out } = await outlive(["explore", "signal-wait", "--preemptions", "1"])
  expect(out).toContain("no failure within the bound")
})

test("--require-exhaustive fails what was cut short, and says why", FOR_CI, async () => {
  const cut = ["explore", "signal-enable", "--seconds", "0.1"]
  const [without, cutShort, complete] = await Promise.all([
    outlive(cut),
    outlive([...cut, "--require-exhaustive"]),
    outlive(["explore", "try-lock", "--require-exhaustive"]),
  ])
  expect(without.code).toBe(0)
  expect(without.out).toContain("Cut short: Ended after 100 ms, as asked for.")
  expect(cutShort).toMatchObject({ code: 1, out: expect.stringContaining("Cut short") as string })
  expect(cutShort.err).toContain("Not every order was explored, as --require-exhaustive asks for: signal-enable")
  expect([complete.code, complaints(complete)]).toEqual([0, ""])
})

test("--quiet says it as well, in its line", FOR_CI, async () => {
  const [cut, complete] = await Promise.all([
    outlive(["explore", "signal-enable", "--seconds", "0.1", "--quiet"]),
    outlive(["explore", "mutex-2", "-q"]),
  ])
  expect(cut.code).toBe(0)
  expect(cut.out).toMatch(/^no failure found in [\d,]+ orders, not all was looked at \(time\)\n$/)
  expect(complete).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^1 of 1 models hold, in \d+ orders\n$/) as string,
  })
})

test("deaths are told with a head, as the report takes it, and that they are some of them only", FOR_CI, async () => {
  const args = ["death", "counter", "--threads", "3", "--seconds", "0.2"]
  const [json, text] = await Promise.all(
    [["--json"], []].map((form) => outlive([...args, ...form], { interruptAfterMs: 300 })),
  )
  expect([json!.code, text!.code]).toEqual([130, 130])
  const result = readResult("deaths.json", json!.out)
  expect(result).toMatchObject({ kind: "death", interrupted: true, command: `outlive ${args.join(" ")}` })
  expect(result.explorations?.[0]).toMatchObject({ part: "adder", thread: 0, access: 1, verdict: "pass" })
  expect(text!.out).toMatch(/adder: dies at each of the first \d+ accesses/)
  expect(text!.out).toContain("Interrupted: this is a partial result.")
})

test("Ctrl-C ends it with what was seen, and exit code 130", FOR_CI, async () => {
  const { code, out } = await outlive(["explore", "tickets-3", "--preemptions", "9"], { interruptAfterMs: 2_500 })
  expect(code).toBe(130)
  expect(out).toContain("no failure found, but not all was looked at")
})

/** In `npm test` the first of them. */
const REFUSED: readonly [args: string[], message: string][] = [
  [["explore", "signl"], 'There is no model "signl"'],
  [["explore", "signal-add", "--jobs", "0"], 'Option --jobs is "0"'],
  [["explore", "signal-add", "--engine", "nowhere.mjs"], "there is no such file"],
  [["replay", "signal-add"], "has no schedule in it"],
  [
    ["replay", "model:AB", "--model", "./model.mjs", "--lock", "ticket"],
    "--lock is for programs, and ./model.mjs exports",
  ],
  [["explore", "mutex-2", "--threads", "3", "--turns", "2"], "--threads is for programs, and mutex-2 is a model of a"],
  [["explore", "counter-2x1", "--turns", "3"], "or say outlive explore counter --threads 2 --turns 2"],
  [["explore", "mutex-2", "--program", "counter"], "Option --program is for programs, and mutex-2"],
  [["explore", "signal-add", "--lifetime", "unlocked", "--threads", "2"], "signal-add is a model of a fixed size"],
  [["explore", "all", "--turns", "2"], '"all" is of the models'],
  [["explore", "--lock", "ticket"], "outlive explore counter --lock ticket"],
]

eachForCiUnless(REFUSED, (_, at) => at === 0)("%j is refused with exit code 2", {}, async (args, message) => {
  const { code, out, err } = await outlive(args)
  expect({ code, out }).toEqual({ code: 2, out: "" })
  expect(err).toContain(message)
})

describe("an engine with a fault in it", () => {
  let twin: Awaited<ReturnType<typeof buildTwin>>

  beforeAll(async () => {
    twin = await buildTwin(
      FAULTS.find(({ id }) => id === "F17")!,
      { stepwise: true },
    )
  })
  afterAll(() => twin.remove())

  test.each(PROVES ? ["1", "2"] : ["1"])(
    "fails with %s threads, and the line that is printed replays it",
    FOR_CI,
    async (jobs) => {
      const engine = ["--engine", fileURLToPath(twin.url)]
      const file = fileURLToPath(new URL(`junit-${jobs}.xml`, twin.url))
      const found = await outlive(["explore", "signal-remove", "-q", "--jobs", jobs, "--junit", file, ...engine])
      expect(found.code).toBe(1)
      expect(found.out).toContain("0 of 1 models hold")
      const xml = readFileSync(file, "utf8")
      expect(XMLValidator.validate(xml)).toBe(true)
      expect(xml).toMatch(/tests="1" failures="1".*<failure message="[^"]+">.*outlive replay/s)
      const line = /^Replay: outlive replay (\S+) --engine (\S+)$/m.exec(found.out)
      expect(line![2]).toBe(engine[1])
      const [failed, sound] = await Promise.all([
        outlive(["replay", line![1]!, ...engine]),
        outlive(["replay", line![1]!, "--json"]),
      ])
      expect(failed.code).toBe(1)
      expect(failed.out).toContain(/signal-remove: (\S+):/.exec(found.out)![1])
      expect(sound.code).not.toBe(1)
    },
  )
})
