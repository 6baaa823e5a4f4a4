#!/usr/bin/env node
/**
 * That no test is lost between `npm test` and `npm run test:long`, by what both have reported (vitest's JSON): each that is tagged "long"
 * was asked for in the second, and in that only; all others in the first. What both skip is skipped for a reason of its own: `npm run prove`
 * runs it, or this machine has no such browser.
 *
 *   node scripts/check-tiers.mjs short.json long.json
 *   node scripts/check-tiers.mjs --self-test
 */
import { readFileSync } from "node:fs"

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
  console.log(`tiers: self-test ok, ${cases.length} cases`)
}

if (process.argv[2] === "--self-test") selfTest()
else {
  const [short, long] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")))
  const problems = problemsOf(short, long)
  for (const problem of problems) console.error(problem)
  console.log(`tiers: ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
