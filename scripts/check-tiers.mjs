#!/usr/bin/env node
/**
 * That no test is lost between `npm test` and `npm run test:long`, by what both have reported (vitest's JSON): each that is tagged "long"
 * was asked for in the second, and in that only; all others in the first. What both skip is skipped for a reason of its own: `npm run prove`
 * runs it, or this machine has no such browser. And each file of which `npm run prove` runs more is in one of its parts.
 *
 *   node scripts/check-tiers.mjs short.json long.json
 *   node scripts/check-tiers.mjs --self-test
 */
import { readFileSync, readdirSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { PARTS } from "./prove.mjs"

const TESTS = resolve(dirname(fileURLToPath(import.meta.url)), "../test")

const LONG = "long"
const RAN = new Set(["passed", "failed"])

/** What is wrong. */
export function problemsOf(short, long) {
  const problems = []
  const longs = new Map()
  for (const { key, test } of testsOf(long)) {
    const isLong = test.tags.includes(LONG)
    if (!isLong && RAN.has(test.status)) problems.push(`${key}: is not tagged, and ran in test:long`)
    if (isLong) longs.set(key, (longs.get(key) ?? 0) + 1)
  }
  let count = 0
  for (const { key, test } of testsOf(short)) {
    if (!test.tags.includes(LONG)) {
      if (RAN.has(test.status)) count++
      continue
    }
    if (RAN.has(test.status)) problems.push(`${key}: is tagged "${LONG}", and ran in npm test`)
    const left = longs.get(key) ?? 0
    if (left === 0) problems.push(`${key}: ran nowhere; does its file name FOR_CI?`)
    longs.set(key, left - 1)
  }
  if (count === 0) problems.push("No test ran in npm test")
  for (const [key, left] of longs) if (left > 0) problems.push(`${key}: is in test:long only`)
  return problems
}

function testsOf({ testResults }) {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ key: `${name.replace(/^.*[\\/]test[\\/]/, "test/")} ${test.fullName}`, test })),
  )
}

/** Of these files, with their texts, those of which `npm run prove` would run more, and does not. */
export function unproved(files, parts) {
  return Object.entries(files)
    .filter(([file, text]) => /\bPROVES\b/.test(text) && !parts.some((part) => file.startsWith(`${part}/`)))
    .map(([file]) => `${file}: asks for PROVES, and is in no part of npm run prove`)
}

function testFiles() {
  const names = readdirSync(TESTS, { recursive: true }).map((name) => String(name).replaceAll("\\", "/"))
  const tests = names.filter((name) => name.endsWith(".test.ts"))
  return Object.fromEntries(tests.map((name) => [`test/${name}`, readFileSync(join(TESTS, name), "utf8")]))
}

/** Each kind of loss is told. */
function selfTest() {
  const report = (...tests) => ({
    testResults: [
      {
        name: "/x/test/a.test.ts",
        assertionResults: tests.map(([fullName, status, ...tags]) => ({ fullName, status, tags })),
      },
    ],
  })
  const short = report(["a", "passed"], ["b", "skipped", LONG], ["c", "skipped"])
  const long = report(["a", "skipped"], ["b", "passed", LONG], ["c", "skipped"])
  const cases = [
    [short, long, []],
    [short, report(["a", "skipped"]), ["ran nowhere"]],
    [short, report(["b", "skipped", LONG]), []],
    [report(["a", "passed"], ["b", "passed", LONG]), long, ["and ran in npm test"]],
    [short, report(["a", "passed"], ["b", "passed", LONG]), ["ran in test:long"]],
    [report(["a", "passed"]), long, ["in test:long only"]],
    [report(["b", "skipped", LONG]), long, ["No test ran"]],
  ]
  for (const [first, second, expected] of cases) {
    const found = problemsOf(first, second)
    if (found.length !== expected.length || !expected.every((part, i) => found[i].includes(part)))
      throw new Error(`Expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`)
  }
  const files = { "test/a/x.test.ts": "if (PROVES)", "test/ab/x.test.ts": "if (PROVES)", "test/c/x.test.ts": "" }
  const [first, ...others] = unproved(files, ["test/a"])
  if (!first?.startsWith("test/ab/") || others.length > 0)
    throw new Error(`Expected test/ab, found ${first}, ${others}`)
  console.log(`tiers: self-test ok, ${cases.length + 1} cases`)
}

if (process.argv[2] === "--self-test") selfTest()
else {
  const [short, long] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")))
  const problems = [...problemsOf(short, long), ...unproved(testFiles(), PARTS)]
  for (const problem of problems) console.error(problem)
  console.log(`tiers: ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
