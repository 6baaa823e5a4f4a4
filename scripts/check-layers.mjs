#!/usr/bin/env node
/**
 * Imports go in one direction: fails, naming file and line, on one that goes the other way, on a circle of imports
 * that is larger than MOST_IN_CIRCLE allows, and where ARCHITECTURE.md says otherwise.
 *
 *   node scripts/check-layers.mjs               checks the project
 *   node scripts/check-layers.mjs --self-test   checks this check: a broken example of each rule must be caught
 *
 * The list of layers is here; what ARCHITECTURE.md says of it is held to it.
 */
import { dirname, posix, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { lineAt, readFiles, separate, writtenFiles } from "./source-text.mjs"

const ENGINE = "packages/core/engine"

const HOST = "packages/core/src"

/** Folders with floors, lowest first. A file may import from lower floors and from its own. A file that is named stands where it is named. */
const FLOORS = {
  [ENGINE]: [
    ["words", "host", "layout/*", "portable.d"],
    ["tag", "check", "trace", "backoff", "wide", "bound", "clear", "first-error", "lifetime", "independent"],
    ["locks/*"],
    [
      "chains",
      "pool",
      "refcount",
      "list",
      "kept",
      "deferral",
      "postpone",
      "action-kinds",
      "no-action-kinds",
      "actions",
      "cells",
      "threads",
      "contexts",
      "membership",
    ],
    ["rcu/*"],
    ["lab/layout", "lab/kind", "lab/link", "lab/lives", "lab/pool", "lab/retired"],
    ["lab/scheme", "lab/schemes/*"],
    ["lab/nodes", "lab/structures/*", "lab/lab", "lab/index"],
    ["issuer/*"],
    ["modules"],
    ["fence/*"],
    ["composite/*"],
    ["sync/*"],
    ["scheduler/*"],
    ["functions"],
    ["families", "families/*"],
    ["release", "recover"],
    ["work"],
    ["turn"],
    ["death/*"],
    ["exports/*"],
    ["heap-map"],
    ["fences", "primitives"],
    ["index"],
    // In no build that does not ask for it.
    ["lab/*"],
  ],
  [HOST]: [
    ["errors", "name", "dispose", "entrance/*"],
    ["host/*"],
    ["memory/*"],
    ["seat/*"],
    ["waiting/*"],
    ["issuer/*"],
    ["fence/*"],
    ["composite/*"],
    ["scheduler/*"],
    ["heap/*"],
    ["api", "building", "engine-js", "stepwise"],
    ["entries/*"],
    ["index"],
  ],
  "packages/explore/src": [
    ["model", "refusal", "schedule", "text"],
    ["platform/*"],
    ["execution/*"],
    ["search/*"],
    ["findings/*"],
    ["reports/*"],
    ["explore", "replay"],
    ["explore-async"],
    ["linearizability/*"],
    ["workers/*"],
    ["browser/*"],
    ["index", "vitest"],
  ],
}

/** The one file of the engine that knows what stands above it: what kinds of fences there are. */
const LOOKS_UP = `${ENGINE}/fence/kinds.ts`

/** How many files of a folder may import each other in a circle, types included. */
const MOST_IN_CIRCLE = { [ENGINE]: 9, [HOST]: 0 }

/** Every room that holds TypeScript, the packages it may enter, and by which name it is entered itself. */
const ROOMS = {
  "packages/core": { name: "@outlive/core", enters: [] },
  "packages/sync": { name: "@outlive/sync", enters: ["packages/core"] },
  "packages/webgpu": { name: "@outlive/webgpu", enters: ["packages/core"] },
  "packages/programs": { name: "@outlive/programs", enters: ["packages/core"] },
  "packages/workers": { name: "@outlive/workers", enters: ["packages/core", "packages/programs"] },
  "packages/drivers": { name: "@outlive/drivers", enters: ["packages/core", "packages/workers"] },
  "packages/explore": { name: "@outlive/explore", enters: [] },
  "packages/report": { name: "@outlive/report", enters: [] },
  "packages/models": { name: "@outlive/models", enters: ["packages/core", "packages/programs", "packages/explore"] },
  "packages/campaign": { name: "@outlive/campaign", enters: [] },
  bench: {
    name: "@outlive/bench",
    enters: [
      "packages/core",
      "packages/report",
      "packages/sync",
      "packages/programs",
      "packages/workers",
      "packages/explore",
    ],
  },
  "packages/cli": {
    name: "outlive",
    enters: [
      "packages/core",
      "packages/report",
      "packages/programs",
      "packages/workers",
      "packages/drivers",
      "packages/explore",
      "packages/models",
      "packages/campaign",
      "bench",
    ],
  },
  // What is claimed of locks and schemes, as experiments. Before "examples": the first room that a file is in is its own.
  "examples/findings": { enters: ["bench"] },
  // What users see: of packages only those that they install for their own programs.
  examples: { enters: ["packages/core", "packages/sync", "packages/webgpu"] },
  test: {
    enters: [
      "packages/core",
      "packages/report",
      "packages/sync",
      "packages/webgpu",
      "packages/programs",
      "packages/workers",
      "packages/drivers",
      "packages/explore",
      "packages/models",
      "packages/campaign",
      "bench",
      "packages/cli",
      "examples",
    ],
  },
}

/** Runs in Node and in browsers, and brings nothing along: no npm package, no `node:` module. */
const STANDS_ALONE = "packages/core"
const BUILT = "packages/core/built"
/** What is imported by the package's names: each of them brings the API along. */
const ENTRIES = `${HOST}/entries`
const ATOMIC_SEAM = `${ENGINE}/words.ts`
/** Says the same for people. */
const PAGE = "ARCHITECTURE.md"
const NAMELESS_FOLDERS = new Set(["utils", "common", "helpers", "types"])

/** All wrong doors in these files (path to text), as `{ file, line, message }`. */
function findWrongDoors(files) {
  const wrong = []
  for (const [file, text] of files) {
    const { code } = separate(text)
    const report = (offset, message) => wrong.push({ file, line: lineAt(text, offset), message })
    checkPlace(file, report)
    if (file.startsWith(`${ENGINE}/`) && file !== ATOMIC_SEAM) checkAtomics(code, report)
    for (const door of importsOf(code)) {
      const message = whyWrong(file, door)
      if (message) report(door.offset, message)
    }
  }
  return wrong
}

function checkPlace(file, report) {
  const folder = file
    .split("/")
    .slice(0, -1)
    .find((name) => NAMELESS_FOLDERS.has(name))
  if (folder) report(0, `a folder named "${folder}" says nothing about what is in it`)
  if (!file.includes("/")) return
  if (!roomOf(file)) report(0, "this room is not in ROOMS of scripts/check-layers.mjs")
  else if (floorsOver(file) && floorOf(file) === -1) report(0, "this file is on no floor of scripts/check-layers.mjs")
}

function checkAtomics(code, report) {
  for (const match of code.matchAll(/\bAtomics\b|\batomic\./g)) {
    report(match.index, `only engine/words.ts may name "${match[0]}"`)
  }
}

/** Whatever opens another file: import, export … from, import(), require() and new URL("….js", import.meta.url). */
function importsOf(code) {
  const patterns = [
    /\b(?:import|export)\b[^"'`;=()]*?\bfrom\s*["']([^"']+)["']/g,
    /\bimport\s*["']([^"']+)["']/g,
    /\b(?:import|require)\s*\(\s*["'`]([^"'`]+)["'`]/g,
    /\bnew\s+URL\(\s*["'`]([^"'`]+\.[cm]?[jt]s)["'`]\s*,\s*import\.meta\.url/g,
  ]
  return patterns
    .flatMap((pattern) => [...code.matchAll(pattern)])
    .map((match) => ({
      specifier: match[1],
      offset: match.index + match[0].lastIndexOf(match[1]),
    }))
}

/** Why this import is a wrong door; undefined if it is a right one. */
function whyWrong(file, { specifier }) {
  const from = roomOf(file)
  if (specifier.startsWith(".")) return whyWrongPath(file, from, specifier)
  const to = Object.keys(ROOMS).find((room) => isAt(specifier, ROOMS[room].name))
  if (from && from === to) return `imports its own package's index "${specifier}": name the file`
  if (from === STANDS_ALONE) return `${STANDS_ALONE} imports no package, but here "${specifier}"`
  if (from && to && !ROOMS[from].enters.includes(to)) return `${from} may not enter ${to}`
  return undefined
}

function whyWrongPath(file, from, specifier) {
  const target = posix.join(posix.dirname(file), specifier)
  const to = roomOf(target)
  const inEngine = isAt(file, ENGINE)
  if (isAt(target, ENGINE) && !inEngine) return `enters ${ENGINE}: what it is compiled to is in ${BUILT}`
  if (inEngine && !isAt(target, ENGINE)) return `the engine imports nothing from outside, but here "${specifier}"`
  if (from && from === to && isIndex(target, specifier) && !isAt(file, ENTRIES))
    return `imports an index "${specifier}": name the file`
  if (from && from !== "test" && to && from !== to)
    return `reaches into ${to} by path: import ${ROOMS[to].name ?? "nothing from it"}`
  const floors = floorsOver(file)
  if (file === LOOKS_UP) return undefined
  if (floors && floors === floorsOver(target) && floorOf(target) > floorOf(file)) {
    return `${nameOf(file)} (floor ${floorOf(file) + 1}) may not import ${nameOf(target)} (floor ${floorOf(target) + 1})`
  }
  return undefined
}

const isAt = (path, place) => place !== undefined && (path === place || path.startsWith(`${place}/`))
const isIndex = (target, specifier) => /\/index(\.[jt]s)?$/.test(target) || /(^|\/)\.{0,2}\/?$/.test(specifier)
const roomOf = (path) => Object.keys(ROOMS).find((room) => isAt(path, room))
const floorsOver = (path) => Object.keys(FLOORS).find((folder) => path.startsWith(`${folder}/`))
const nameOf = (path) => path.slice(floorsOver(path).length + 1).replace(/\.[jt]s$/, "")

function floorOf(path) {
  const name = nameOf(path)
  const floors = FLOORS[floorsOver(path)]
  const named = floors.findIndex((floor) => floor.includes(name))
  if (named !== -1) return named
  return floors.findIndex((floor) => floor.some((entry) => entry.endsWith("/*") && name.startsWith(entry.slice(0, -1))))
}

/** The largest circle of each folder: files that import each other, directly or by way of others. */
function findCircles(files) {
  return Object.entries(MOST_IN_CIRCLE).map(([folder, most]) => {
    const inside = [...files.keys()].filter((file) => file.startsWith(`${folder}/`))
    const graph = new Map(inside.map((file) => [file, targetsOf(file, files)]))
    const circles = circlesOf(graph).sort((a, b) => b.length - a.length)
    return { folder, most, largest: (circles[0] ?? []).map(nameOf).sort() }
  })
}

/** What a file imports: a type, too, must be understood before what uses it. */
function targetsOf(file, files) {
  return importsOf(separate(files.get(file)).code)
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ specifier }) => `${posix.join(posix.dirname(file), specifier).replace(/\.[jt]s$/, "")}.ts`)
    .filter((target) => files.has(target))
}

/** The strongly connected components of more than one file (Tarjan 1972). */
function circlesOf(graph) {
  const order = new Map()
  const lowest = new Map()
  const open = []
  const circles = []
  const visit = (file) => {
    order.set(file, order.size)
    lowest.set(file, order.get(file))
    open.push(file)
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) visit(target)
      if (open.includes(target)) lowest.set(file, Math.min(lowest.get(file), lowest.get(target)))
    }
    if (lowest.get(file) !== order.get(file)) return
    const circle = open.splice(open.indexOf(file))
    if (circle.length > 1) circles.push(circle)
  }
  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return circles
}

const isTooLarge = ({ most, largest }) => largest.length > most

function describeCircle({ folder, most, largest }) {
  if (largest.length === 0) return `${folder}: no circle of imports`
  return `${folder}: the largest circle of imports has ${largest.length} files (at most ${most}): ${largest.join(", ")}`
}

/** One broken example of each rule, and what must be said of it; the last ones are right doors, of which nothing may be. */
const EXAMPLES = [
  ["packages/core/engine/pool.ts", 'import { unload } from "./modules"', "may not import modules"],
  ["packages/core/engine/layout/fence.ts", 'import { lock } from "../locks/lock"', "may not import locks/lock"],
  ["packages/core/engine/locks/spin.ts", 'export { take } from "../pool"', "may not import pool"],
  ["packages/core/engine/rcu/epoch.ts", 'import {\n  signal,\n} from "../fence/signal"', "may not import fence/signal"],
  ["packages/core/engine/fence/signal.ts", 'import { heapBytes } from "../heap-map"', "may not import heap-map"],
  [
    "packages/core/engine/fence/ops.ts",
    'import { enableArray } from "../composite/array"',
    "may not import composite/array",
  ],
  ["packages/core/engine/composite/chain.ts", 'import { settle } from "../work"', "may not import work"],
  ["packages/core/engine/tag.ts", 'import * as all from "./index"', "imports an index"],
  ["packages/core/engine/novelty.ts", "", "on no floor"],
  ["packages/core/engine/pool.ts", 'import { Heap } from "../src/heap"', "imports nothing from outside"],
  ["packages/core/engine/pool.ts", "const seen = Atomics.load($words, 0)", 'may name "Atomics"'],
  ["packages/core/engine/pool.ts", "const seen = atomic.load<i32>(0)", 'may name "atomic."'],
  ["packages/core/src/heap.ts", 'import { heapBytes } from "../engine/heap-map.js"', "enters packages/core/engine"],
  ["test/unit/pool.test.ts", 'import { take } from "../../packages/core/engine/pool"', "enters packages/core/engine"],
  ["packages/core/src/heap.ts", 'import { race } from "@outlive/workers"', "imports no package"],
  ["packages/core/src/heap.ts", 'import { readFileSync } from "node:fs"', "imports no package"],
  ["packages/core/src/heap.ts", 'import type { Fence } from "./index.js"', "imports an index"],
  ["packages/core/src/heap.ts", 'import { Fence } from "."', "imports an index"],
  ["packages/core/src/heap/heap.ts", 'import "../entries/checked.js"', "may not import entries/checked"],
  ["packages/core/src/heap.ts", 'import { Fence } from "@outlive/core"', "own package's index"],
  ["packages/workers/src/role.ts", 'import { measure } from "@outlive/bench"', "may not enter bench"],
  ["packages/programs/src/counter.ts", 'import { Stage } from "@outlive/workers"', "may not enter packages/workers"],
  ["packages/campaign/src/crew.ts", 'import { runRace } from "@outlive/workers"', "may not enter packages/workers"],
  ["packages/programs/src/counter.ts", 'import { explore } from "@outlive/explore"', "may not enter packages/explore"],
  ["packages/workers/src/role.ts", 'const cli = await import("outlive")', "may not enter packages/cli"],
  ["packages/workers/src/role.ts", 'import { Heap } from "../../core/src/heap.js"', "reaches into packages/core"],
  ["packages/workers/src/role.ts", 'new Worker(new URL("../../cli/dist/main.js", import.meta.url))', "reaches into"],
  ["packages/core/src/fence/fence.ts", 'import { Heap } from "../heap/heap.js"', "may not import heap/heap"],
  ["packages/core/src/fence/fence.ts", 'import { type Heap, open } from "../heap/heap.js"', "may not import heap/heap"],
  ["packages/core/src/novelty.ts", "", "on no floor"],
  ["packages/explore/src/execution/body.ts", 'import { find } from "../search/dpor.js"', "may not import search/dpor"],
  ["packages/explore/src/findings/race.ts", 'import type { A } from "../explore.js"', "may not import explore"],
  ["packages/explore/src/novelty.ts", "", "on no floor"],
  ["examples/browser/race.ts", 'import { runRace } from "@outlive/workers"', "may not enter packages/workers"],
  ["bench/src/index.ts", 'import { main } from "outlive"', "may not enter packages/cli"],
  ["packages/report/src/page.ts", 'import { explore } from "@outlive/explore"', "may not enter packages/explore"],
  ["packages/cli/src/main.ts", 'import { seeds } from "../../../test/race/seeds.js"', "reaches into test"],
  ["packages/cli/src/utils/text.ts", "", 'folder named "utils"'],
  ["packages/novelty/src/index.ts", "", "not in ROOMS"],
  [
    "packages/core/engine/pool.ts",
    'import { lock } from "./locks/lock"\n// Atomics, and import { x } from "./index"',
    null,
  ],
  ["packages/core/src/fence/fence.ts", 'import type { Heap } from "../heap/heap.js"', "may not import heap/heap"],
  ["packages/core/src/fence/fence.ts", 'import type { Seat } from "../seat/seat.js"', null],
  ["packages/explore/src/search/dpor.ts", 'import { Point } from "../execution/point.js"', null],
  ["packages/core/engine/threads.ts", 'import { flushCaches } from "./pool"', null],
  ["packages/core/engine/words.ts", "return Atomics.load($words, address >> 2)", null],
  ["packages/core/engine/fence/kinds.ts", 'import { enableArray } from "../composite/array"', null],
  ["packages/core/src/host/engine.ts", 'import { bytes } from "../../built/release-wasm.js"', null],
  ["packages/core/src/entries/page.ts", 'export * from "../api.js"', null],
  ["packages/models/src/program-model.ts", 'import { dealt } from "@outlive/programs"', null],
  ["packages/cli/src/main.ts", 'import { bench } from "@outlive/bench"\nimport { race } from "@outlive/workers"', null],
  ["test/faults/twin.ts", 'const SOURCES = new URL("../../packages/core/engine", import.meta.url)', null],
  ["test/differential/engine.test.ts", 'import { instantiate } from "../../packages/core/built/checked-js.js"', null],
]

/** Rings of so many files, each of which imports the next, beside one that imports the ring and is in no circle. */
const CIRCLES = [
  { files: 10, closed: true, expected: true },
  { files: 9, closed: true, expected: false },
  { files: 20, closed: false, expected: false },
  { files: 2, closed: true, expected: true, folder: HOST },
]

function selfTestCircles() {
  let failed = 0
  for (const { files: count, closed, expected, folder: tried = ENGINE } of CIRCLES) {
    const names = Array.from({ length: count }, (_, i) => `${tried}/fence/file-${i}.ts`)
    const files = new Map(
      names.map((name, i) => {
        const next =
          i + 1 < count || closed ? `import ${i % 2 ? "type " : ""}{ f } from "./file-${(i + 1) % count}"` : ""
        return [name, next]
      }),
    )
    files.set(`${tried}/fence/visitor.ts`, 'import { f } from "./file-0"\nimport type { T } from "./file-1"')
    const circle = findCircles(files).find(({ folder }) => folder === tried)
    const size = closed ? count : 0
    if (isTooLarge(circle) === expected && circle.largest.length === size) continue
    failed++
    console.error(`self-test: ${count} files, ${closed ? "closed" : "open"}: ${describeCircle(circle)}`)
  }
  return failed
}

function selfTest() {
  let failed = 0
  for (const [file, text, expected] of EXAMPLES) {
    const messages = findWrongDoors(new Map([[file, text]])).map(({ message }) => message)
    const good = expected === null ? messages.length === 0 : messages.some((message) => message.includes(expected))
    if (good) continue
    failed++
    console.error(
      `self-test: ${file}: ${JSON.stringify(text)}\n  expected ${expected ?? "nothing"}, got ${messages.join("; ") || "nothing"}`,
    )
  }
  failed += selfTestCircles() + selfTestPage()
  const count = EXAMPLES.length + CIRCLES.length + 4
  console.log(`layers self-test: ${count - failed} of ${count} examples judged right`)
  return failed
}

/** What ARCHITECTURE.md says of floors and rooms, as it must stand there but for the ends of lines. */
function inWords() {
  const floorsOf = (floors) => floors.map(floorInWords).filter(Boolean).join(" → ")
  const rooms = Object.entries(ROOMS).filter(([room, { enters }]) => room !== "test" && enters.length > 0)
  return [
    ...Object.entries(FLOORS).map(([folder, floors]) => ({ of: folder, words: floorsOf(floors) })),
    ...rooms.map(([room, { enters }]) => ({ of: room, words: `${shortly(room)}: ${enters.map(shortly).join(", ")};` })),
  ]
}

/** Parts of the lab that stand lower than the lab, and declarations, are no rooms of the engine's. */
const floorInWords = (floor) =>
  floor
    .filter((entry) => entry === "lab/*" || !/^lab\/|\.d$/.test(entry))
    .map((entry) => entry.replace("/*", ""))
    .filter((name, at, names) => names.indexOf(name) === at)
    .join(", ")
const shortly = (room) => room.replace("packages/", "")

/** Floors and rooms of which a page says something else, or nothing. */
const untrueIn = (page) => inWords().filter(({ words }) => !page.replaceAll(/\s+/g, " ").includes(words))

function checkPage(root) {
  const untrue = untrueIn(readFiles(root, [PAGE]).get(PAGE))
  for (const { of, words } of untrue) console.error(`${PAGE}: of ${of} it must say "${words}"`)
  return untrue.length
}

function selfTestPage() {
  const right = inWords()
    .map(({ words }) => words)
    .join("\n")
  const wrongs = [
    right.replace("pool, ", ""),
    right.replace("rcu → issuer", "issuer → rcu"),
    right.replace("workers: core", "workers: sync"),
  ]
  const missed = [untrueIn(right).length === 0, ...wrongs.map((page) => untrueIn(page).length === 1)].filter(
    (is) => !is,
  )
  if (missed.length > 0) console.error(`self-test: ${missed.length} pages are judged wrong`)
  return missed.length
}

function checkProject() {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), "..")
  const files = readFiles(
    root,
    writtenFiles(root, (path) => path.endsWith(".ts")),
  )
  const wrong = findWrongDoors(files)
  for (const { file, line, message } of wrong) console.error(`${file}:${line}: ${message}`)
  console.log(`layers: ${files.size} files, ${wrong.length} wrong doors`)
  const circles = findCircles(files)
  for (const circle of circles) (isTooLarge(circle) ? console.error : console.log)(describeCircle(circle))
  return wrong.length + checkPage(root) + circles.filter(isTooLarge).length + (files.size === 0 ? 1 : 0)
}

process.exitCode = (process.argv.includes("--self-test") ? selfTest() : checkProject()) > 0 ? 1 : 0
