/**
 * How many functions a first exploration runs, and how many of them are compiled only then. It takes 5 ms, most of which is what runs for the first
 * time: a time cannot be asserted on, but the number of functions can. Whoever goes over the bound has put a function into every model's way: into
 * the way of those alone that need it, it costs nobody else.
 */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseSync, Visitor } from "oxc-parser"
import { expect, test } from "vitest"
import { functionsRun } from "../../../scripts/eager.mjs"

const MOST_FUNCTIONS = 165
/** Constructors, what has a `super`, and functions inside of others. */
const MOST_COMPILED_LATE = 30

const ROOT = new URL("../../../", import.meta.url)
const BUILT = fileURLToPath(import.meta.resolve("@outlive/explore"))
/** As the compiler writes it: nothing of it is in parentheses. */
const UNBUNDLED = fileURLToPath(new URL("packages/explore/dist/index.js", ROOT))
const SMALLEST = fileURLToPath(new URL("scripts/eager-program.mjs", ROOT))
const TWIN = fileURLToPath(new URL("twin.mjs", import.meta.url))

/** What a program runs of the explorer, without what runs when the explorer is loaded: where each function ends, by file. */
function ranOf(program: string, index: string): [file: string, ends: number[]][] {
  const loaded = functionsRun(index)
  return [...functionsRun(program, index)]
    .filter(([file]) => file.includes("/packages/explore/") || file.includes("\\packages\\explore\\"))
    .map(([file, ends]) => [file, [...ends].filter((end) => !loaded.get(file)?.has(end))])
}

function countOf(ran: [string, number[]][]): number {
  return ran.reduce((sum, [, ends]) => sum + ends.length, 0)
}

/** V8 compiles a function in parentheses with its file. */
function inParentheses(text: string): Set<number> {
  const ends = new Set<number>()
  new Visitor({
    ParenthesizedExpression({ expression }) {
      if (expression.type === "FunctionExpression") ends.add(expression.end)
    },
  }).visit(parseSync("module.mjs", text).program)
  return ends
}

/** How many of them are compiled only when they run. */
function countLate(ran: [string, number[]][]): number {
  const late = ran.map(([file, ends]): [string, number[]] => {
    const early = inParentheses(readFileSync(file, "utf8"))
    return [file, ends.filter((end) => !early.has(end))]
  })
  return countOf(late)
}

const ran = ranOf(SMALLEST, BUILT)

test(`a first exploration runs at most ${MOST_FUNCTIONS} functions`, () => {
  expect(countOf(ran)).toBeLessThanOrEqual(MOST_FUNCTIONS)
  expect(countOf(ran)).toBeGreaterThan(MOST_FUNCTIONS - 30)
})

test(`at most ${MOST_COMPILED_LATE} of them are compiled only then`, () => {
  expect(countLate(ran)).toBeLessThanOrEqual(MOST_COMPILED_LATE)
})

test("negative control: a program with more in its way runs more than that", () => {
  expect(countOf(ranOf(TWIN, BUILT))).toBeGreaterThan(MOST_FUNCTIONS)
})

test("negative control: of an explorer that nobody has rewritten, all are", () => {
  expect(countLate(ranOf(SMALLEST, UNBUNDLED))).toBeGreaterThan(MOST_FUNCTIONS - 30)
})

/** V8 makes one more function for a class that has any. */
const PRIVATE = /^\s+(?:static |readonly |async |get |set |\*)*#\w+/m

test("no class of the explorer has private fields", () => {
  expect(PRIVATE.test("class A {\n  #made = 1\n}")).toBe(true)
  const sources = fileURLToPath(new URL("../../../packages/explore/src", import.meta.url))
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  expect(files.length).toBeGreaterThan(50)
  expect(files.filter((file) => PRIVATE.test(readFileSync(join(sources, file), "utf8")))).toEqual([])
})
