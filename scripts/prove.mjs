#!/usr/bin/env node
/**
 * The long proofs: every order of the largest models, every lock, scheme and twin, and as many deaths, programs and races as there are. A part is
 * a file of tests that looks at more then (`test/prove.ts`). What has ended is kept for these very sources: the same command goes on after it.
 *
 *   npm run prove                          all parts that have not ended yet, the shortest first; then the summary
 *   npm run prove -- test/strategies       those whose names begin so
 *   npm run prove -- --list                which parts there are, how they stand, how long each took; runs none
 *   npm run prove -- --summary             what can be said so far, as Markdown
 *   npm run prove -- --retry               those that failed, too; that they had failed stays in the summary
 *   npm run prove -- --again               all of them anew
 *   npm run prove -- --minutes 60          begins no part after an hour, and cuts off what runs then
 *   npm run prove -- --minutes-each 5      cuts off what takes longer: nothing is known of it then, and a later run begins it anew
 *
 * Exit code: 0 all asked for hold, 1 one fails, 2 wrong words, 3 none fails, and not all have ended.
 */
import { dirname, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { forget, journalOf, lastedBefore, note, readJournal, standing } from "./prove/journal.mjs"
import { inOrder, partsIn } from "./prove/parts.mjs"
import { runPart } from "./prove/run-part.mjs"
import { lasting, summary } from "./prove/summary.mjs"
import { setup } from "./vitest-build.mjs"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const OPTIONS = {
  list: { type: "boolean" },
  summary: { type: "boolean" },
  retry: { type: "boolean" },
  again: { type: "boolean" },
  minutes: { type: "string" },
  "minutes-each": { type: "string" },
}

async function main() {
  const { values: given, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  const journal = journalOf(ROOT)
  const asked = partsOf(positionals)
  const parts = inOrder(asked, lastedBefore(journal.file))
  const stand = () => standing(readJournal(journal.file))
  if (given.list) return list(parts, stand(), lastedBefore(journal.file))
  if (!given.summary) await prove(parts, journal.file, given)
  process.stdout.write(`\n${summary(journal.sources, parts, stand())}\n`)
  const verdicts = parts.map((part) => stand().get(part)?.verdict)
  if (verdicts.some((verdict) => verdict === "fails" || verdict === "breaks")) process.exitCode = 1
  else if (verdicts.some((verdict) => verdict !== "holds")) process.exitCode = 3
}

function partsOf(prefixes) {
  const all = partsIn(ROOT)
  for (const prefix of prefixes)
    if (!all.some((part) => part.startsWith(prefix)))
      throw new RangeError(`No part begins with "${prefix}": --list shows those that there are`)
  return prefixes.length === 0 ? all : all.filter((part) => prefixes.some((prefix) => part.startsWith(prefix)))
}

async function prove(parts, file, given) {
  const until = performance.now() + minutes(given, "minutes")
  const each = minutes(given, "minutes-each")
  if (given.again) forget(file)
  const stand = standing(readJournal(file))
  const isOver = (part) => {
    const verdict = stand.get(part)?.verdict
    return verdict === "holds" || (!given.retry && (verdict === "fails" || verdict === "breaks"))
  }
  const rest = parts.filter((part) => !isOver(part))
  if (rest.length === 0) return
  const interrupt = new AbortController()
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => interrupt.abort())
  await setup()
  for (const [at, part] of rest.entries()) {
    const left = until - performance.now()
    if (left <= 0 || interrupt.signal.aborted) break
    process.stdout.write(`\n=== ${part} (${at + 1} of ${rest.length})\n`)
    const line = await runPart(ROOT, part, { mostMs: Math.min(left, each), signal: interrupt.signal })
    note(file, line)
    process.stdout.write(`=== ${part}: ${line.verdict}, ${lasting(line.ms)}\n`)
  }
}

function minutes(given, name) {
  if (given[name] === undefined) return Infinity
  const value = Number(given[name])
  if (!(value > 0)) throw new RangeError(`Cannot take --${name} ${given[name]}: it is a number of minutes above 0`)
  return value * 60_000
}

function list(parts, lines, lasted) {
  const width = Math.max(...parts.map((part) => part.length))
  for (const part of parts) {
    const took = lasted.has(part) ? lasting(lasted.get(part)) : "?"
    process.stdout.write(`${part.padEnd(width)}  ${took.padStart(12)}  ${lines.get(part)?.verdict ?? "not run"}\n`)
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof RangeError) && error.code?.startsWith("ERR_PARSE_ARGS") !== true) throw error
  process.stderr.write(`prove: ${error.message}\n`)
  process.exitCode = 2
}
