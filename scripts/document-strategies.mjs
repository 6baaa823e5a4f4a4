#!/usr/bin/env node
/**
 * Writes the tables of docs/STRATEGIES.md: what each lock is like, as looked at and explored; what each reclamation scheme keeps, as
 * measured. Takes a minute.
 *
 *   node scripts/document-strategies.mjs
 */
import { readFileSync, writeFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import {
  EXTERNAL_LOCKS,
  LAB_SCHEMES,
  LOCKS,
  RW_LOCKS,
  buildExternalLock,
  buildLab,
  buildRwLock,
  buildStrategy,
} from "./strategies.mjs"

export const PAGE = new URL("../docs/STRATEGIES.md", import.meta.url)
const [BEGIN, END] = ["<!-- table -->\n", "<!-- end of table -->\n"]
const [RW_BEGIN, RW_END] = ["<!-- table of reader–writer locks -->\n", "<!-- end of that table -->\n"]
const [EXTERNAL_BEGIN, EXTERNAL_END] = ["<!-- table of external locks -->\n", "<!-- end of the external ones -->\n"]
const EXTERNAL_TITLES = ["lock", "bytes", "tries", "lets two in", "overtaken", "what it is"]
const RW_TITLES = [
  "lock",
  "bytes",
  "lets two in",
  "readers together",
  "reader overtaken",
  "writer overtaken",
  "what it is",
]
const TITLES = [
  "lock",
  "id",
  "bytes",
  "of a thread",
  "parks",
  "tries",
  "dead holder",
  "dead waiter",
  "lets two in",
  "overtaken",
  "what it is",
]

/** Words are of 32 bits. */
const bytesOf = (words) => 4 * words

/** The first half of a row: what `lookAtLock` tells. */
export function lookedAt({ name, id }, look) {
  const yes = (is) => (is ? "yes" : "no")
  const { words, wordsOfThread, parks, tries, deadHolder, deadWaiter } = look
  return `| \`${name}\` | ${id} | ${bytesOf(words)} | ${bytesOf(wordsOfThread)} | ${yes(parks)} | ${yes(tries)} | ${deadHolder} | ${deadWaiter} |`
}

/** The other half: what `surveyLock` adds. */
export function explored({ about }, { excludes, overtaken, triedToOvertake }) {
  const bypass = overtaken === 0 ? "never" : `${overtaken} of ${triedToOvertake}`
  return ` ${excludes ? "no" : "yes"} | ${bypass} | ${about} |`
}

const SCHEMES_TABLE = ["<!-- schemes -->\n", "<!-- end of schemes -->\n"]
const SCHEME_TITLES = [
  "scheme",
  "id",
  "protects by",
  "reclaims",
  "bounded",
  "kept: nobody reads",
  "stalled reader",
  "goes on",
  "dead reader",
  "cleared up",
  "idle thread",
  "offline",
  "whole engine",
  "reading",
  "what it is",
]
/** A stalled reader that keeps less of 8,000 nodes is no more than some batches. */
const FEW = 800

/** The row of a reclamation scheme: `surveyScheme` measures it. */
export function schemeRow({ id, name, kind, reclaims, engine, reading, about }, survey) {
  const yes = (is) => (is ? "yes" : "no")
  const { quiet, stalled, goneOn, dead, settled, idle, offline } = survey
  const kept = [quiet, stalled, goneOn, dead, settled, idle, offline].map((count) => count.toLocaleString("en"))
  const cells = [`\`${name}\``, id, kind, yes(reclaims), yes(stalled < FEW), ...kept, engine, reading, about]
  return `| ${cells.join(" | ")} |`
}

async function schemeRows() {
  const { surveyScheme } = await import("../packages/models/dist/index.js")
  const rows = headed(SCHEME_TITLES)
  for (const scheme of LAB_SCHEMES) {
    const { bytes } = await import(
      pathToFileURL(await buildLab(scheme.name, { target: "wasm", flavour: "release" })).href
    )
    rows.push(schemeRow(scheme, surveyScheme(bytes)))
  }
  return rows
}

/** A row of the other table: all of it is explored. */
export function rwRow({ name, about }, { words, excludes, together, readerOvertaken, writerOvertaken, tried }) {
  const times = (n) => (n === 0 ? "never" : `${n} of ${tried}`)
  const cells = [excludes ? "no" : "yes", together ? "yes" : "no", times(readerOvertaken), times(writerOvertaken)]
  return `| \`${name}\` | ${bytesOf(words)} | ${cells.join(" | ")} | ${about} |`
}

/** A row of the table of locks that are not the engine's own. */
export function externalRow({ name, about }, { words, tries, excludes, overtaken, triedToOvertake }) {
  const bypass = overtaken === 0 ? "never" : `${overtaken} of ${triedToOvertake}`
  return `| \`${name}\` | ${bytesOf(words)} | ${tries ? "yes" : "no"} | ${excludes ? "no" : "yes"} | ${bypass} | ${about} |`
}

/** The page with these rows between two of its lines. */
function withTable(page, [begin, end], rows) {
  const [before, after] = [page.slice(0, page.indexOf(begin) + begin.length), page.slice(page.indexOf(end))]
  return `${before}\n${rows.join("\n")}\n\n${after}`
}

const headed = (titles) => [`| ${titles.join(" | ")} |`, `|${titles.map(() => "---|").join("")}`]

async function factoryIn(file) {
  return (await import(pathToFileURL(file).href)).instantiate
}

async function main() {
  const { surveyExternalLock, surveyLock, surveyRwLock } = await import("../packages/models/dist/index.js")
  const stepwise = { target: "js", flavour: "stepwise" }
  const rows = headed(TITLES)
  for (const lock of LOCKS) {
    const survey = surveyLock(await factoryIn(await buildStrategy(lock.name, stepwise)))
    rows.push(lookedAt(lock, survey) + explored(lock, survey))
  }
  const rwRows = headed(RW_TITLES)
  for (const lock of RW_LOCKS)
    rwRows.push(rwRow(lock, surveyRwLock(await factoryIn(await buildRwLock(lock.name, stepwise)))))
  const externalRows = headed(EXTERNAL_TITLES)
  for (const lock of EXTERNAL_LOCKS)
    externalRows.push(
      externalRow(lock, surveyExternalLock(await factoryIn(await buildExternalLock(lock.name, stepwise)))),
    )
  let page = withTable(readFileSync(PAGE, "utf8"), [BEGIN, END], rows)
  page = withTable(page, [EXTERNAL_BEGIN, EXTERNAL_END], externalRows)
  page = withTable(page, [RW_BEGIN, RW_END], rwRows)
  writeFileSync(PAGE, withTable(page, SCHEMES_TABLE, await schemeRows()))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main()
