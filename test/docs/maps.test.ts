/** The maps say what is so: each file, name, model, twin, command and size that they name is looked for. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { layout } from "@outlive/core/engine-js"
import { FENCE_TYPES, titleOf } from "@outlive/drivers"
import { DRIVER_FAULTS, MODELS, modelNamed } from "@outlive/models"
import { PROGRAMS } from "@outlive/programs"
import { describe, expect, test } from "vitest"
import { TWINS, idsIn, missingFiles, missingMembers, missingNames, quoted, wrongCommands } from "./claims.js"
import { ROOT } from "./printed.js"

const read = (file: string) => readFileSync(join(ROOT, file), "utf8")
const cellsOf = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim())
const rowsOf = (page: string) =>
  page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map(cellsOf)

const MAPS = [
  "ARCHITECTURE.md",
  "docs/INVARIANTS.md",
  "docs/LIFETIMES.md",
  "docs/MEMORY-MODEL.md",
  "docs/MODELS.md",
  "docs/RULES.md",
  "docs/FINDINGS.md",
  "docs/YOUR-OWN-DRIVER.md",
  "docs/YOUR-OWN-LOCK.md",
  ...new Set(FENCE_TYPES.map(({ driver }) => `packages/drivers/src/${driver}/README.md`)),
]
/** Of the kernel map what is ours: the first column is the kernel's. */
const KERNEL_MAP = rowsOf(read("docs/KERNEL-MAP.md"))
  .map(([, ...ours]) => ours.join(" | "))
  .join("\n")
const PAGES = [...MAPS.map((file) => ({ file, text: read(file) })), { file: "docs/KERNEL-MAP.md", text: KERNEL_MAP }]

describe.each(PAGES)("$file names", ({ text }) => {
  test("files that there are", () => expect(missingFiles(text)).toEqual([]))
  test("names that there are", () => expect(missingNames(text)).toEqual([]))
  test("members that there are", () => expect(missingMembers(text)).toEqual([]))
  test("commands that there are", () => expect(wrongCommands(text)).toEqual([]))
})

describe("a wrong one is told", () => {
  test.each([
    ["a file", missingFiles, "`fence/works.ts`, `fence/signal.ts`, `test/unit/work`, `test/unit/works`, `nothing/`"],
    ["a name", missingNames, "`signalTwice`, `signalLocked`, `dma_fence_signal_twice`"],
    ["a member", missingMembers, "`thread.unload()`, `thread.reclaim(dead)`, `Heap.make()`, `Thread.keptLocks`"],
    ["a command", wrongCommands, "`outlive explode`, `outlive explore signal-add`, `npm run nothing`, `npm run prove`"],
    ["a model", wrongCommands, "`outlive explore signal-all`, `explore signal-add --lifetime unlocked`"],
    ["an option", wrongCommands, "`outlive race --thread 3`, `outlive race --threads 3`"],
    ["a fence type", wrongCommands, '`outlive race --driver "amdgpu rings"`, `race --driver "amdgpu ring"`'],
    ["a lifetime", wrongCommands, "`outlive race --lifetime eternal`, `outlive race --lifetime pinned`"],
  ] as const)("%s", (_, wrongOf, page) => expect(wrongOf(page)[0]).toBe(/`([^`]+?)(?:\(\))?`/.exec(page)![1]))
})

describe("docs/INVARIANTS.md", () => {
  const rows = rowsOf(read("docs/INVARIANTS.md")).slice(1)
  const ids = rows.map(([id]) => id!)
  const ENGINE = [...TWINS].filter(
    ([file]) => !file.startsWith("test/strategies/") && !file.startsWith("test/programs/"),
  )

  test("has each id once", () => expect(new Set(ids).size).toBe(ids.length))

  test("has every invariant that a model, or a program, is about", () => {
    const named = [...MODELS, ...PROGRAMS].flatMap(({ invariants = [] }) => invariants)
    expect([...new Set(named)].filter((id) => !ids.includes(id))).toEqual([])
  })

  test("names every twin of the engine, and no other", () => {
    const named = rows.flatMap((row) => idsIn(row[4]!))
    const there = ENGINE.flatMap(([, twins]) => twins)
    expect([...new Set(there)].filter((id) => !named.includes(id))).toEqual([])
    expect(named.filter((id) => !there.includes(id))).toEqual([])
  })

  test("names models that there are", () => {
    const models = rows.flatMap(([, , , attackers]) =>
      [...attackers!.matchAll(/models? ((?:`[^`]+`(?:, | and )?)+)/g)].flatMap(([, names]) => quoted(names!)),
    )
    expect(models.length).toBeGreaterThan(70)
    const isThere = (name: string) =>
      name.endsWith("…")
        ? MODELS.some((model) => model.name.startsWith(name.slice(0, -1)))
        : modelNamed(name) !== undefined
    expect(models.filter((name) => !isThere(name))).toEqual([])
  })
})

test("docs/KERNEL-MAP.md has every fence type of a driver", () => {
  expect(FENCE_TYPES.map(titleOf).filter((title) => !KERNEL_MAP.includes(`"${title}"`))).toEqual([])
})

describe("docs/MODELS.md", () => {
  const page = read("docs/MODELS.md")
  test("has a row for each model, and no other", () => {
    const names = rowsOf(page).filter((row) => row.length === 5 && row[0]!.startsWith("`"))
    expect(names.map(([name]) => name).sort()).toEqual(MODELS.map(({ name }) => `\`${name}\``).sort())
  })
  test("has every fault of a driver that has a model", () => {
    const named = quoted(page)
    expect(DRIVER_FAULTS.map(({ sound }) => sound.name).filter((name) => !named.includes(name))).toEqual([])
  })
  test("names models that there are under other lifetimes", () => {
    const names = rowsOf(page.slice(page.indexOf("## Under other lifetimes"))).flatMap(([name]) => quoted(name!))
    expect(names.filter((name) => !name.startsWith("…") && modelNamed(name) === undefined)).toEqual([])
  })
})

test("docs/LIFETIMES.md says of which fence types processes may die", () => {
  const said = /In independent heaps this can be asked of ([\s\S]*?)\. /.exec(read("docs/LIFETIMES.md"))![1]!
  expect(quoted(said)).toEqual(FENCE_TYPES.filter(({ survives }) => survives).map(titleOf))
})

describe("ARCHITECTURE.md", () => {
  const page = read("ARCHITECTURE.md")
  const { Size } = layout
  test.each([
    [/thread records \((\d+) bytes\)/, Size.Thread],
    [/fences \((\d+) bytes, inline lock/, Size.Fence],
    [/callbacks \((\d+)\)/, Size.Callback],
    [/bodies of containers \((\d+)\)/, Size.Body],
    [/blocks of lists \((\d+)\)/, Size.Slots],
    [/shared objects \((\d+):/, Size.Object],
    [/issuers' records \((\d+):/, Size.IssuerRecord],
  ])("has the size %s", (said, size) => expect(Number(said.exec(page)?.[1])).toBe(size))
})
