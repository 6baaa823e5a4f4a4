#!/usr/bin/env node
/**
 * Writes the tables of docs/STRATEGIES.md: what each lock is like, as looked at and explored; what each reclamation scheme keeps, as
 * measured. Takes a minute.
 *
 *   node scripts/document-strategies.mjs
 */
import { readFileSync, writeFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { LAB_SCHEMES, LOCKS, buildLab, buildStrategy } from "./strategies.mjs"

export const PAGE = new URL("../docs/STRATEGIES.md", import.meta.url)
const [BEGIN, END] = ["<!-- table -->\n", "<!-- end of table -->\n"]
const TITLES = [
  "lock",
  "id",
  "words",
  "of a thread",
  "parks",
  "tries",
  "dead holder",
  "dead waiter",
  "lets two in",
  "overtaken",
  "what it is",
]

/** The first half of a row: what `lookAtLock` tells. */
export function lookedAt({ name, id }, look) {
  const yes = (is) => (is ? "yes" : "no")
  const { words, wordsOfThread, parks, tries, deadHolder, deadWaiter } = look
  return `| \`${name}\` | ${id} | ${words} | ${wordsOfThread} | ${yes(parks)} | ${yes(tries)} | ${deadHolder} | ${deadWaiter} |`
}

/** The other half: what `surveyLock` adds. */
export function explored({ about }, { excludes, overtaken, triedToOvertake }) {
  const bypass = overtaken === 0 ? "never" : `${overtaken} of ${triedToOvertake}`
  return ` ${excludes ? "no" : "yes"} | ${bypass} | ${about} |`
}

const [BEGIN_SCHEMES, END_SCHEMES] = ["<!-- schemes -->\n", "<!-- end of schemes -->\n"]
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
  const rows = [`| ${SCHEME_TITLES.join(" | ")} |`, `|${SCHEME_TITLES.map(() => "---|").join("")}`]
  for (const scheme of LAB_SCHEMES) {
    const { bytes } = await import(
      pathToFileURL(await buildLab(scheme.name, { target: "wasm", flavour: "release" })).href
    )
    rows.push(schemeRow(scheme, surveyScheme(bytes)))
  }
  return rows
}

function write(begin, end, rows) {
  const page = readFileSync(PAGE, "utf8")
  const [before, after] = [page.slice(0, page.indexOf(begin) + begin.length), page.slice(page.indexOf(end))]
  writeFileSync(PAGE, `${before}\n${rows.join("\n")}\n\n${after}`)
}

async function main() {
  const { surveyLock } = await import("../packages/models/dist/index.js")
  const rows = [`| ${TITLES.join(" | ")} |`, `|${TITLES.map(() => "---|").join("")}`]
  for (const lock of LOCKS) {
    const file = await buildStrategy(lock.name, { target: "js", flavour: "stepwise" })
    const { instantiate } = await import(pathToFileURL(file).href)
    const survey = surveyLock(instantiate)
    rows.push(lookedAt(lock, survey) + explored(lock, survey))
  }
  write(BEGIN, END, rows)
  write(BEGIN_SCHEMES, END_SCHEMES, await schemeRows())
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main()
