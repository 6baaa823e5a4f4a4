#!/usr/bin/env node
/**
 * docs/PERFORMANCE.md against the results that are kept in docs/results: each figure of the page is in a block that names its command,
 * tables are those of the result, and ratios in prose are among what it claims. Once some results are kept, all are: a block of figures without one
 * is a problem then. After a build.
 *
 *   node scripts/check-performance.mjs                  checks; tells which blocks have no result that is kept
 *   node scripts/check-performance.mjs --write          makes the tables anew of the results
 *   node scripts/check-performance.mjs --measure micro  runs the command of the block, keeps its result, makes the table; "all": of all blocks
 *   node scripts/check-performance.mjs --help           says this
 *   node scripts/check-performance.mjs --self-test      checks this check: a broken example of each rule must be caught
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { readResult } from "@outlive/report"
import { commandOf, isOneOf, ratiosOf, slim, tablesOf } from "./performance/kept.mjs"
import { blocksIn, figuresIn, withText } from "./performance/page.mjs"
import { selfTest } from "./performance/self-test.mjs"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const PAGE = join(ROOT, "docs/PERFORMANCE.md")
const RESULTS = join(ROOT, "docs/results")

/** What is wrong with a page; `results`: by name. And which of its blocks have no result. */
export function problemsOf(page, results) {
  const { blocks, problems } = blocksIn(page)
  const notKept = []
  for (const block of blocks) {
    const say = (what) => problems.push(`line ${block.from + 1}: ${what}`)
    const result = results.get(block.name)
    if (block.kind === "once") notKept.push(block.command)
    else if (result === undefined) {
      notKept.push(block.command ?? `what is said of ${block.name}`)
      if (results.size > 0 && block.kind === "figures")
        say(`results/${block.name}.json is missing, and others are kept: --measure ${block.name}`)
    } else if (block.kind === "figures") {
      if (result.interrupted !== block.isPart)
        say(
          `results/${block.name}.json was ${block.isPart ? "not " : ""}interrupted: "part of" is for results that were`,
        )
      if (commandOf(result) !== `outlive ${block.command}`)
        say(`the block is of "outlive ${block.command}", and results/${block.name}.json of "${commandOf(result)}"`)
      if (tablesOf(result, block) !== block.text)
        say(`these are not the figures of results/${block.name}.json: --write`)
    } else {
      for (const figure of figuresIn(block.text))
        if (!figure.endsWith("times")) say(`"${figure}" is no ratio: only those are looked up; another block is for it`)
      const ratios = ratiosOf(result, block.name)
      for (const [, number] of block.text.matchAll(/(\d[\d.,]*)\s?times/g))
        if (!isOneOf(number, ratios)) say(`"${number} times" is no ratio that results/${block.name}.json claims`)
    }
  }
  const used = new Set(blocks.filter(({ kind }) => kind === "figures").map(({ name }) => name))
  for (const name of results.keys())
    if (!used.has(name)) problems.push(`results/${name}.json is in no block of the page`)
  return { problems, notKept, kept: used.size === 0 ? 0 : [...used].filter((name) => results.has(name)).length }
}

function resultsKept() {
  if (!existsSync(RESULTS)) return new Map()
  const files = readdirSync(RESULTS).filter((file) => file.endsWith(".json"))
  return new Map(
    files.map((file) => [file.replace(/\.json$/, ""), readResult(file, readFileSync(join(RESULTS, file), "utf8"))]),
  )
}

function measure(name) {
  const { blocks } = blocksIn(readFileSync(PAGE, "utf8"))
  const figures = blocks.filter(({ kind }) => kind === "figures")
  const wanted = figures.filter((block) => name === "all" || block.name === name)
  if (wanted.length === 0) {
    const names = new Set(figures.map((block) => block.name))
    console.error(`Cannot measure "${name}": there are ${[...names].join(", ")}, and all`)
    process.exit(2)
  }
  for (const block of new Map(wanted.map((one) => [one.name, one])).values()) {
    const folder = mkdtempSync(join(tmpdir(), "outlive-performance-"))
    try {
      const args = [join(ROOT, "packages/cli/dist/main.js"), ...block.command.split(" "), "--out", folder]
      const { status } = spawnSync(process.execPath, args, { stdio: "inherit", cwd: ROOT })
      const [file] = readdirSync(folder)
      if (status !== 0 || file === undefined) throw new Error(`outlive ${block.command} ended with ${status}`)
      const result = slim(readResult(file, readFileSync(join(folder, file), "utf8")))
      mkdirSync(RESULTS, { recursive: true })
      writeFileSync(join(RESULTS, `${block.name}.json`), `${JSON.stringify(result)}\n`)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function write() {
  const results = resultsKept()
  let page = readFileSync(PAGE, "utf8")
  // From the last to the first: what is written moves the lines behind it.
  for (const block of blocksIn(page).blocks.toReversed())
    if (block.kind === "figures" && results.has(block.name))
      page = withText(page, block, tablesOf(results.get(block.name), block))
  writeFileSync(PAGE, page)
}

function check() {
  const { problems, notKept, kept } = problemsOf(readFileSync(PAGE, "utf8"), resultsKept())
  for (const problem of problems) console.error(`docs/PERFORMANCE.md: ${problem}`)
  for (const command of notKept) console.log(`no result is kept: ${command}`)
  console.log(
    `performance: ${kept} results on the page, ${notKept.length} blocks without one, ${problems.length} problems`,
  )
  return problems.length
}

const { values } = parseArgs({
  options: {
    write: { type: "boolean" },
    measure: { type: "string" },
    "self-test": { type: "boolean" },
  },
})
if (values.measure !== undefined) measure(values.measure)
if (values.write || values.measure !== undefined) write()
process.exitCode = (values["self-test"] ? selfTest(problemsOf) : check()) > 0 ? 1 : 0
