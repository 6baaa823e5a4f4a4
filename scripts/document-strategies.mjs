#!/usr/bin/env node
/**
 * Writes the table of docs/STRATEGIES.md: what each lock is like, as looked at and explored. Takes a minute.
 *
 *   node scripts/document-strategies.mjs
 */
import { readFileSync, writeFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { LOCKS, buildStrategy } from "./strategies.mjs"

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

async function main() {
  const { surveyLock } = await import("../packages/models/dist/index.js")
  const rows = [`| ${TITLES.join(" | ")} |`, `|${TITLES.map(() => "---|").join("")}`]
  for (const lock of LOCKS) {
    const file = await buildStrategy(lock.name, { target: "js", flavour: "stepwise" })
    const { instantiate } = await import(pathToFileURL(file).href)
    const survey = surveyLock(instantiate)
    rows.push(lookedAt(lock, survey) + explored(lock, survey))
  }
  const page = readFileSync(PAGE, "utf8")
  const [before, after] = [page.slice(0, page.indexOf(BEGIN) + BEGIN.length), page.slice(page.indexOf(END))]
  writeFileSync(PAGE, `${before}\n${rows.join("\n")}\n\n${after}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main()
