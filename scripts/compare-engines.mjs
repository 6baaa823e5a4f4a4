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
import { dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { runFile } from "../bench/dist/child.js"
import { OPERATIONS } from "../bench/dist/micro/operations.js"
import { compareInTurn, otherCheckout, selfTest, wholeOf, wordsOf } from "./in-turn.mjs"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const HERE = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const VARIANT = join(HERE, "bench/dist/micro/variant.js")
const HOOK = pathToFileURL(join(HERE, "scripts/core-of.mjs")).href
const ENGINES = ["wasm", "js"]
const NAMES = OPERATIONS.filter(({ inLab }) => inLab !== "only").map(({ name }) => name)

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

if (values["self-test"]) selfTest()
else await main()

async function main() {
  const other = otherCheckout(positionals, "packages/core/dist", "node scripts/compare-engines.mjs ../before")
  const operations = wordsOf(values, "operations", NAMES)
  const engines = wordsOf(values, "engines", ENGINES)
  const ms = String(wholeOf(values, "ms"))
  await compareInTurn({
    names: engines.flatMap((engine) => operations.map((operation) => `${engine} ${operation}`)),
    rounds: wholeOf(values, "rounds"),
    // The quickest moments of processes tell smaller differences than their medians do: neighbours only ever slow down.
    figures: { unit: "ns", told: "ns", judged: "nsMin", judgedAs: "quickest moments" },
    run(isHere, name, signal) {
      const [engine, operation] = name.split(" ")
      const args = ["--import", HOOK, VARIANT, "--engine", engine, "--op", operation, "--ms", ms]
      const env = { ...process.env, OUTLIVE_CORE_OF: isHere ? HERE : other }
      return runFile(process.execPath, args, (stdout) => JSON.parse(stdout.trim().split("\n").at(-1)), signal, env)
    },
  })
}
