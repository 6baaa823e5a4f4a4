/** The page as text: well-formed HTML in one file that asks for nothing, small, with a name for each picture and a caption for each table. */
import { page } from "@outlive/report"
import { type DefaultTreeAdapterTypes as Tree, parse } from "parse5"
import { describe, expect, test } from "vitest"
import { campaign, contended, fullRun, result } from "./fixture.js"

type Element = Tree.Element

function elementsOf(node: Tree.Node): Element[] {
  const inside = "childNodes" in node ? node.childNodes.flatMap(elementsOf) : []
  return "tagName" in node ? [node, ...inside] : inside
}
const attribute = (element: Element, name: string) => element.attrs.find((one) => one.name === name)?.value
const textOf = (node: Tree.Node): string =>
  "value" in node ? node.value : "childNodes" in node ? node.childNodes.map(textOf).join("") : ""

/** Every error of the HTML standard's parser, by its name there. */
function errorsIn(html: string): string[] {
  const errors: string[] = []
  parse(html, { onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`) })
  return errors
}

const html = page([result])
const all = elementsOf(parse(html))
const named = (name: string) => all.filter(({ tagName }) => tagName === name)

describe("the page of a result", () => {
  test("is HTML without an error, as its parser sees it; a page with one is told", () => {
    expect(errorsIn(html)).toEqual([])
    expect(
      errorsIn(html.replace("</h1>", "</h1></b>")).length + errorsIn(html.replace("<!doctype html>", "")).length,
    ).toBeGreaterThan(0)
  })

  test("asks for nothing from elsewhere", () => {
    const links = all.flatMap((element) =>
      ["src", "href", "srcset", "data"].flatMap((name) => attribute(element, name) ?? []),
    )
    expect(links.filter((link) => !link.startsWith("#") && link !== "data:,")).toEqual([])
    expect(html).not.toMatch(/@import|url\(|https?:/)
  })

  test("has one first heading, and no heading skips a level", () => {
    const levels = all.flatMap(({ tagName }) => /^h(\d)$/.exec(tagName)?.[1] ?? []).map(Number)
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    expect(levels.every((level, i) => i === 0 || level <= levels[i - 1]! + 1)).toBe(true)
  })

  test("names each picture, captions each table, has a table behind each figure, and each id once", () => {
    const pictures = named("svg")
    expect(pictures.length).toBeGreaterThan(10)
    expect(pictures.every((svg) => attribute(svg, "role") === "img" && attribute(svg, "aria-label")!.length > 20)).toBe(
      true,
    )
    expect(named("table").every((table) => elementsOf(table).some(({ tagName }) => tagName === "caption"))).toBe(true)
    const ids = all.flatMap((element) => attribute(element, "id") ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    const references = all.flatMap((element) => attribute(element, "aria-labelledby")?.split(" ") ?? [])
    expect(references.filter((id) => !ids.includes(id))).toEqual([])
  })

  test("says what was asked, what came out, how sure, the machine and the command", () => {
    const text = textOf(named("main")[0]!)
    for (const said of [
      "What crashed: fences that are bound",
      'What does each operation cost, & how does that compare with "C++"?',
      "Single operations <b>",
      "It slept <for ever>",
      "outlive lab --seed 1",
      "A CPU, 2 cores",
      "crash put, name",
      "signal-remove: use-after-free",
      "JavaScript ÷ WebAssembly",
    ])
      expect(text).toContain(said)
  })

  test("has every sample in the tables behind the pictures", () => {
    const samples = result.experiments![0]!.groups[0]!.arms[0]!.runs.map(({ figures }) =>
      String(Number(figures["ns"]!.toPrecision(3))),
    )
    expect(textOf(named("main")[0]!)).toContain(samples.join("  "))
  })

  test("marks the step that fails", () => {
    const marked = named("tr").filter((row) => attribute(row, "class")?.includes("marked"))
    expect(marked.map(textOf)).toEqual([expect.stringContaining("store flags := 1 fails here")])
  })
})

test("a run of everything is at most 300 kB", () => {
  expect(Buffer.byteLength(page([fullRun]))).toBeLessThan(300_000)
})

test("says which processors share a core and how fast the clock is, or that nobody told", () => {
  expect(page([result])).toContain("2 cores, SMT siblings not told, clock not told")
  const machine = { ...result.machine, threadsPerCore: 2, clockMHz: 2_445 }
  expect(page([{ ...result, machine }])).toContain("2 cores, SMT: 2 to a core, 2445 MHz")
})

test("what was concluded from disturbed runs is said to be so, and else that nothing was", () => {
  const [first] = result.experiments!
  const groups = first!.groups.map((group) => ({
    ...group,
    arms: group.arms.map((arm) => ({ ...arm, runs: arm.runs.map((run) => ({ ...run, underLoad: true })) })),
  }))
  const [asked, other] = [{ evenUnderLoad: true }, {}].map((more) =>
    page([{ ...result, experiments: [{ ...first!, groups, ...more }] }]),
  )
  expect(asked).toContain("conclusions are drawn from those as well, as was asked, and none is to be published")
  expect(asked).not.toContain("nothing is concluded from those")
  expect(other).toContain("nothing is concluded from those")
})

test("several results are one page", () => {
  expect(errorsIn(page([result, { ...result, kind: "bench" }]))).toEqual([])
})

test("results without anything are a page all the same", () => {
  const { answers: _, races: _races, lifetimes: _cells, experiments: _all, explorations: _orders, ...head } = result
  expect(page([{ ...head, experiments: [{ ...result.experiments![0]!, groups: [], claims: [] }] }])).toContain(
    "outlive lab --seed 1",
  )
})

describe("the page of a campaign", () => {
  const textIn = (one: typeof campaign) => textOf(parse(page([], [], [one])))

  test("says how much was played, what was found, what was set aside, and how to repeat it", () => {
    expect(errorsIn(page([result], [], [campaign]))).toEqual([])
    const text = textIn(campaign)
    for (const said of [
      "Outlive: a campaign",
      "9,980 of 10,000 seeds in 998 of 1,000 shards",
      "leads into <text> # of a module",
      "outlive race --seed=77",
      "And 3 more causes",
      "7: seeds 71 to 80",
      campaign.command,
    ])
      expect(text).toContain(said)
  })

  test("tells what held from what failed, what was set aside and what is not finished", () => {
    const shards = { ...campaign.shards, poisoned: 0 }
    const held = { ...campaign, shards, findings: [], moreCauses: 0, poisoned: [], passed: true }
    expect(textIn(campaign)).toContain("failed 1 cause found")
    expect(textIn(held)).toContain("held Nothing was found")
    expect(textIn({ ...held, passed: false })).toContain("unfinished Nothing was found; 1 shards were not played")
    expect(textIn({ ...held, passed: false, shards: campaign.shards })).toContain("failed 1 shard was set aside")
  })
})

test.each([
  ["epochs", 100],
  ["epochs", 11],
  ["epochs", 1_200],
  ["epochs", 104_781],
  ["hazard-pointers (A/A)", 100],
  ["hazard-pointers, offline (A/A)", 100],
  ["./experiments/locks/queue-with-a-long-name.ts (A/A)", 100],
])(
  "words below the slowest operations do not lie on each other, with long names and with any number: %s, %i",
  (label, count) => {
    const histogram: [number, number][] = [
      [100, count - 10],
      [9_000, 10],
    ]
    const run = { ...contended.groups[0]!.arms[0]!.runs[0]!, histogram }
    const group = { ...contended.groups[0]!, picture: "bars" as const, arms: [{ label, runs: [run] }] }
    const drawn = page([{ ...result, experiments: [{ ...contended, groups: [group] }] }])
    const said = [...drawn.matchAll(/<text[^>]* x="([\d.]+)"[^>]*>(all|1 in [^<]+)</g)]
    expect(said.length).toBeGreaterThan(1)
    const places = said.map(([, x]) => Number(x))
    // "1 in 100" is about so wide.
    for (const [i, x] of places.slice(1).entries()) expect(x - places[i]!).toBeGreaterThan(45)
  },
)
