#!/usr/bin/env node
/**
 * First explorations of this build beside those of another checkout, in turn, each in a process of its own: whether a change has made any of them
 * slower. Both must have been built. The other one is measured twice: how far it is from itself is what the machine does.
 *
 *   node scripts/compare-explorers.mjs ../before
 *   node scripts/compare-explorers.mjs ../before --programs "casw 5,cinc 4" --rounds 40
 *
 * Exit codes: 0 nothing is; 1 a program's first exploration takes longer here, by more than chance and by more than the other build is from itself;
 * 2 wrong use, or something cannot be measured; 3 nothing can be said of a program, for fewer than three pairs of its processes were quiet.
 */
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { runFile } from "../bench/dist/child.js"
import { PROGRAMS } from "../bench/dist/explore/programs.js"
import { compareInTurn, otherCheckout, wholeOf, wordsOf } from "./in-turn.mjs"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const HERE = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const VARIANT = "bench/dist/explore/variant.js"
// A comma is between the words of an option.
const NAMES = PROGRAMS.map(({ name }) => name.replaceAll(",", ""))

const { values, positionals } = parseArgs({
  options: {
    programs: { type: "string", default: NAMES.join(",") },
    rounds: { type: "string", default: "14" },
  },
  allowPositionals: true,
})

const other = otherCheckout(positionals, VARIANT, "node scripts/compare-explorers.mjs ../before")
await compareInTurn({
  names: wordsOf(values, "programs", NAMES),
  rounds: wholeOf(values, "rounds"),
  figures: { unit: "ms", told: "firstMs", judged: "firstMs" },
  run(isHere, name, signal) {
    const args = [join(isHere ? HERE : other, VARIANT), "--program", PROGRAMS[NAMES.indexOf(name)].name]
    return runFile(process.execPath, args, (stdout) => JSON.parse(stdout.trim().split("\n").at(-1)), signal)
  },
})
