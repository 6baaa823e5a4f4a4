/** A race's trace keeps the rules of the format: slices nest, ends have beginnings, arrows have both ends. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type ChromeTrace, type RaceEvent, chromeTrace, problemsOf } from "@outlive/report"
import { afterAll, describe, expect, test } from "vitest"
import { FOR_CI, PROVES } from "../prove.js"
import { outlive } from "../race/outlive.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-trace-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** thread, event, address, and when in nanoseconds. */
const EVENTS: readonly (readonly [string, string, number, number])[] = [
  ["signaler-0", "Loaded", 1, 0],
  ["waiter-1", "WaitBegan", 0x100, 10],
  ["waiter-1", "WaitSleeps", 0x100, 40],
  ["signaler-0", "LockTaken", 0x108, 50],
  ["signaler-0", "SectionBegan", 0, 60],
  ["signaler-0", "Signaled", 0x100, 70],
  ["signaler-0", "Delivered", 0x900, 75],
  // Does not nest: the lock is given back in the section.
  ["signaler-0", "LockGiven", 0x108, 80],
  ["signaler-0", "SectionEnded", 0, 100],
  ["waiter-1", "WaitBegan", 0x100, 120],
  ["waiter-1", "WaitEnded", 0x100, 130],
  ["subscriber-2", "Received", 0x900, 140],
  ["waiter-1", "LockTaken", 0x200, 150],
  ["signaler-0", "LockWanted", 0x200, 160],
  ["waiter-1", "LockGiven", 0x200, 170],
  ["signaler-0", "LockTaken", 0x200, 180],
  ["signaler-0", "Going", 1, 190],
  ["signaler-0", "GraceBegan", 0, 200],
  ["signaler-0", "GraceEnded", 0, 230],
  ["signaler-0", "Gone", 1, 240],
]

const events = (lost = 0): RaceEvent[] =>
  EVENTS.map(([thread, event, a, ns], i) => ({
    order: i + lost,
    thread,
    event,
    a,
    b: 0,
    atNs: 1_700_000_000_000_000_000n + BigInt(ns),
  }))

const named = (trace: ChromeTrace, name: string) => trace.traceEvents.filter((line) => line.name === name)

describe("of a small race", () => {
  const trace = chromeTrace(events(), "small")

  test("keeps the rules", () => {
    expect(problemsOf(trace)).toEqual([])
    expect(trace.otherData).toMatchObject({ events: EVENTS.length, lostEvents: 0 })
  })

  test("has locks held and waited for, waits and sleeps, grace periods, modules", () => {
    expect(named(trace, "waits for lock 0x200")).toMatchObject([{ ph: "X", ts: 0.16, dur: 0.02 }])
    expect(named(trace, "waits for fence 0x100")).toMatchObject([{ ph: "X", ts: 0.01, dur: 0.12 }])
    expect(named(trace, "sleeps for fence 0x100")).toMatchObject([{ ph: "X", ts: 0.04, dur: 0.08 }])
    expect(named(trace, "waits for a grace period")).toMatchObject([{ ph: "X", ts: 0.2, dur: 0.03 }])
    expect(named(trace, "load 1")).toMatchObject([
      { ph: "b", ts: 0 },
      { ph: "e", ts: 0.24 },
    ])
  })

  test("puts what does not nest on a track of its own", () => {
    expect(named(trace, "holds lock 0x108")).toMatchObject([{ ph: "X" }])
    expect(named(trace, "read section")).toMatchObject([{ ph: "b" }, { ph: "e" }])
  })

  test("has an arrow from the signal to the woken waiter, and from a delivery to who takes it", () => {
    expect(named(trace, "wakes waiter-1")).toMatchObject([
      { ph: "s", ts: 0.07 },
      { ph: "f", ts: 0.129, bp: "e" },
    ])
    expect(named(trace, "delivers to subscriber-2").map(({ ts }) => ts)).toEqual([0.075, 0.14])
  })

  test("has no arrow to a thread whose ring has lost its waits", () => {
    const late = events().filter(({ thread, event }) => thread !== "waiter-1" || event.startsWith("Lock"))
    expect(named(chromeTrace(late, "late"), "wakes waiter-1")).toEqual([])
  })

  test("ends a module's life with the last event, if it outlives that", () => {
    const [, end] = named(
      chromeTrace(
        events().filter(({ event }) => event !== "Gone"),
        "still loaded",
      ),
      "load 1",
    ).filter(({ ph }) => ph !== "n")
    expect(end).toMatchObject({ ph: "e", ts: 0.23 })
  })

  test("tells what the rings had no room for", () => {
    expect(chromeTrace(events(5_000), "small").otherData["lostEvents"]).toBe(5_000)
  })

  test.each<[string, (lines: ChromeTrace["traceEvents"]) => unknown[], string]>([
    [
      "a slice that ends after what it is in",
      (all) => all.map((line) => (line.name === "sleeps for fence 0x100" ? { ...line, dur: 0.5 } : line)),
      "ends after it",
    ],
    ["an arrow without its end", (all) => all.filter(({ ph }) => ph !== "f"), "has no end"],
    ["an arrow without its beginning", (all) => all.filter(({ ph }) => ph !== "s"), "has no beginning"],
    [
      "an arrow that hangs on nothing",
      (all) => all.filter(({ name }) => !name.startsWith("signals") && !name.startsWith("holds")),
      "is in no slice",
    ],
    [
      "an arrow back in time",
      (all) => all.map((line) => (line.ph === "f" ? { ...line, ts: 0.001 } : line)),
      "goes back in time",
    ],
    ["an end without a beginning", (all) => all.filter(({ ph }) => ph !== "b"), "has not begun"],
    ["a beginning without an end", (all) => all.filter(({ ph }) => ph !== "e"), "does not end"],
    [
      "a moment that is none",
      (all) => all.map((line) => ({ ...line, ts: line.ph === "X" ? Number.NaN : line.ts })),
      "is at NaN",
    ],
  ])("%s is told", (_, broken, message) => {
    const lines = broken(trace.traceEvents) as ChromeTrace["traceEvents"]
    expect(problemsOf({ ...trace, traceEvents: lines }).join("\n")).toContain(message)
  })
})

// The traced engine is built when it is asked for: of WebAssembly that takes ten seconds.
test("of a real race: keeps the rules, and has all there is to see", async () => {
  const file = join(folder, "race.json")
  const { code, out, err } = await outlive([
    "race",
    "--seconds",
    "0.5",
    "--trace",
    file,
    ...(PROVES ? [] : ["--engine", "js"]),
  ])
  expect({ code, err }).toMatchObject({ code: 0 })
  expect(out).toMatch(/^Trace: .*race\.json, [\d,]+ events; (none was lost|[\d,]+ older ones are lost)/m)
  const trace = JSON.parse(readFileSync(file, "utf8")) as ChromeTrace
  expect(problemsOf(trace)).toEqual([])
  const kinds = new Set(trace.traceEvents.map(({ cat }) => cat))
  for (const kind of ["lock", "section", "grace period", "moment", "module"]) expect(kinds).toContain(kind)
})

/** As the README says it; the picture beside it is of this very command. */
describe("the README's command", () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")
  const [command] = /outlive race [^`]*--trace trace\.json/.exec(read("README.md"))!

  test("shows who wakes whom, what locks are held, who reads, and the module's life", FOR_CI, async () => {
    const { code, err } = await outlive(command.split(" ").slice(1), { cwd: folder })
    expect({ code, err }).toMatchObject({ code: 0 })
    const { traceEvents, otherData } = JSON.parse(readFileSync(join(folder, "trace.json"), "utf8")) as ChromeTrace
    expect(problemsOf({ traceEvents, displayTimeUnit: "ns", otherData })).toEqual([])
    const lines = (phase: string, category: string) =>
      traceEvents.filter(({ ph, cat }) => ph === phase && cat === category)
    const wakes = new Set(lines("s", "woken").map(({ name }) => name))
    expect([...wakes].toSorted()).toEqual(
      ["answerer-2", "answerer-3", "opener-0", "opener-1"].map((name) => `wakes ${name}`),
    )
    for (const kind of ["lock", "section", "fence wait", "sleep"]) expect(lines("X", kind)).not.toEqual([])
    // The module is gone only after the race: its life ends with the last event, and not with its loading.
    const [[loaded], [gone]] = [lines("b", "module"), lines("e", "module")]
    const latest = traceEvents.reduce((most, { ph, ts }) => (ph === "X" ? Math.max(most, ts) : most), 0)
    expect(gone!.ts).toBeGreaterThanOrEqual(latest)
    expect(gone!.ts).toBeGreaterThan(loaded!.ts)
  })

  test("is what made its picture", () => {
    const [, title, arrows] = /aria-label="Trace: ([^:]*): [^"]*, and (\d+) arrows/.exec(
      read("docs/pictures/trace.svg"),
    )!
    expect(title).toBe(command)
    expect(Number(arrows)).toBeGreaterThan(0)
  })
})

test("is refused of an engine that has none", async () => {
  const { code, err } = await outlive(["race", "--flavour", "release", "--trace", join(folder, "none.json")])
  expect(code).toBe(2)
  expect(err).toContain("Option --trace is for checked engines")
})
