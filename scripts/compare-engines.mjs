#!/usr/bin/env node
/**
 * Single operations of this build beside those of another checkout, in turn: whether a change has made any of them slower. Both must
 * have been built. The other one is measured twice: how far it is from itself is what the machine does.
 *
 *   node scripts/compare-engines.mjs ../before
 *   node scripts/compare-engines.mjs ../before --operations addRemove,addSignalRemove --engines wasm --rounds 24
 *   node scripts/compare-engines.mjs --self-test     checks the verdicts: of a build that is slower, one that is not, and one of which too little is known
 *
 * Exit codes: 0 nothing is; 1 an operation is slower here by more than chance and by more than the other build is from itself; 2 wrong use, or
 * something cannot be measured; 3 nothing can be said of an operation, for fewer than three pairs of its processes were quiet.
 */
import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { runFile } from "../bench/dist/child.js"
import { OPERATIONS } from "../bench/dist/micro/operations.js"
import { believed, runRounds } from "../bench/dist/rounds.js"
import { LEAST_PAIRS, median, ratioByRound } from "../bench/dist/statistics.js"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const HERE = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const VARIANT = join(HERE, "bench/dist/micro/variant.js")
const HOOK = pathToFileURL(join(HERE, "scripts/core-of.mjs")).href
const ENGINES = ["wasm", "js"]
const NAMES = OPERATIONS.filter(({ inLab }) => inLab !== "only").map(({ name }) => name)
const SEED = 1
const ARMS = ["here", "there", "there again"]

const { values, positionals } = parseArgs({
  options: {
    operations: { type: "string", default: NAMES.join(",") },
    engines: { type: "string", default: ENGINES.join(",") },
    rounds: { type: "string", default: "12" },
    ms: { type: "string", default: "60" },
    "self-test": { type: "boolean", default: false },
  },
  allowPositionals: true,
})

function wordsOf(option, known) {
  const words = values[option].split(",")
  const unknown = words.find((word) => !known.includes(word))
  if (unknown !== undefined) fail(`Option --${option} has "${unknown}": it takes ${known.join(", ")}`)
  return words
}

function wholeOf(option) {
  const value = Number(values[option])
  if (!Number.isSafeInteger(value) || value < 1)
    fail(`Option --${option} is "${values[option]}": a whole number from 1 is needed`)
  return value
}

function otherCheckout() {
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0)
    fail("Name one other checkout, built: node scripts/compare-engines.mjs ../before")
  const other = resolve(path)
  if (!existsSync(join(other, "packages/core/dist"))) fail(`${path} has no packages/core/dist: build it first`)
  return other
}

function fail(message) {
  console.error(message)
  process.exit(2)
}

function variantOf(other, arm, engine, operation, ms) {
  const core = arm === "here" ? HERE : other
  const args = ["--import", HOOK, VARIANT, "--engine", engine, "--op", operation, "--ms", ms]
  const read = (stdout) => JSON.parse(stdout.trim().split("\n").at(-1))
  return {
    name: `${arm} ${engine} ${operation}`,
    run: (signal) => runFile(process.execPath, args, read, signal, { ...process.env, OUTLIVE_CORE_OF: core }),
  }
}

/** A row of the table. The quickest moments of processes tell smaller differences than their medians do: neighbours only ever slow down. */
function rowOf(runs, engine, operation) {
  const [here, there, again] = ARMS.map((arm) => `${arm} ${engine} ${operation}`)
  const ratio = ratioByRound(runs, [here, there], "ns", SEED)
  const quickest = ratioByRound(runs, [here, there], "nsMin", SEED)
  const chance = ratioByRound(runs, [again, there], "nsMin", SEED)
  const slower = quickest.low > Math.max(1, chance.high)
  if (Math.min(ratio.pairs, chance.pairs) < LEAST_PAIRS)
    return {
      open: true,
      text: `| ${engine} ${operation} | | | | | nothing can be said: fewer than ${LEAST_PAIRS} quiet pairs |`,
    }
  const cell = (of) => `${of.median.toFixed(3)} (${of.low.toFixed(3)}–${of.high.toFixed(3)})`
  const ns = median(runs.filter(({ variant }) => variant === there).map(({ figures }) => figures.ns))
  const verdict = slower ? "slower" : quickest.high < Math.min(1, chance.low) ? "quicker" : ""
  return {
    slower,
    text: `| ${engine} ${operation} | ${ns.toFixed(2)} | ${cell(ratio)} | ${cell(quickest)} | ${cell(chance)} | ${verdict} |`,
  }
}

/** Builds that are so many times as slow as the other one, measured so often: what has to be said of them. */
function selfTest() {
  const runsOf = (factor, rounds) =>
    ARMS.flatMap((arm) =>
      Array.from({ length: rounds }, (_, round) => {
        // Processes differ by a few per cent, as they do.
        const ns = 10 * (1 + ((round * 7 + arm.length) % 5) / 100) * (arm === "here" ? factor : 1)
        return { variant: `${arm} wasm lockUnlock`, round, figures: { ns, nsMin: ns } }
      }),
    )
  const cases = [
    [1.2, 12, "slower"],
    [1, 12, ""],
    [0.8, 12, "quicker"],
    [1.2, LEAST_PAIRS - 1, "nothing can be said"],
  ]
  for (const [factor, rounds, expected] of cases) {
    const row = rowOf(runsOf(factor, rounds), "wasm", "lockUnlock")
    const said = row.text.split("|").at(-2).trim()
    const isRight =
      (expected === "" ? said === "" : said.startsWith(expected)) &&
      (row.slower === true) === (expected === "slower") &&
      (row.open === true) === rounds < LEAST_PAIRS
    if (!isRight) fail(`${factor} times as slow, ${rounds} rounds: "${said}" instead of "${expected}"`)
  }
  console.log(`engines in turn: self-test ok, ${cases.length} cases`)
  process.exit(0)
}

if (values["self-test"]) selfTest()
const other = otherCheckout()
const operations = wordsOf("operations", NAMES)
const engines = wordsOf("engines", ENGINES)
const ms = String(wholeOf("ms"))
const cells = engines.flatMap((engine) => operations.map((operation) => [engine, operation]))
const stop = new AbortController()
process.once("SIGINT", () => stop.abort())
const isSeen = process.stderr.isTTY
const measured = runRounds(
  cells.flatMap(([engine, operation]) => ARMS.map((arm) => variantOf(other, arm, engine, operation, ms))),
  {
    rounds: wholeOf("rounds"),
    signal: stop.signal,
    onProgress: (text) => isSeen && process.stderr.write(`\r\u001B[K${text}`),
  },
)
const result = await measured.catch((error) => fail(error.message))
if (isSeen) process.stderr.write("\r\u001B[K")
const runs = believed(result)
console.log(`Quiet processes: ${runs.length} of ${result.measurements.length}.\n`)
console.log("| operation | ns there | here ÷ there | quickest moments | there ÷ itself | |\n|---|---|---|---|---|---|")
const rows = cells.map(([engine, operation]) => rowOf(runs, engine, operation))
for (const { text } of rows) console.log(text)
const saysNothing = rows.some(({ open }) => open) ? 3 : 0
process.exitCode = stop.signal.aborted ? 130 : rows.some(({ slower }) => slower) ? 1 : saysNothing
