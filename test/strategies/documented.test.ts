/** docs/STRATEGIES.md says of each lock what is seen of it; with OUTLIVE_PROVE, also what is explored. */
import { readFileSync } from "node:fs"
import type { EngineFactory } from "@outlive/core/engine-js"
import { lookAtLock, surveyExternalLock, surveyLock, surveyRwLock } from "@outlive/models"
import { expect, test } from "vitest"
import { PAGE, explored, externalRow, lookedAt, rwRow } from "../../scripts/document-strategies.mjs"
import {
  EXTERNAL_LOCKS,
  LOCKS,
  RW_LOCKS,
  buildExternalLock,
  buildRwLock,
  buildStrategy,
} from "../../scripts/strategies.mjs"
import { PROVES } from "../prove.js"

test.each(LOCKS)("$name", async (lock) => {
  const file = await buildStrategy(lock.name, { target: "js", flavour: "stepwise" })
  const { instantiate } = (await import(file)) as { instantiate: EngineFactory }
  const row = readFileSync(PAGE, "utf8")
    .split("\n")
    .find((line) => line.startsWith(`| \`${lock.name}\` |`))
  const look = lookAtLock(instantiate)
  expect(row).toContain(lookedAt(lock, look))
  expect([look.deadHolder, look.deadWaiter]).not.toContain("hangs")
  if (PROVES) expect(row).toContain(explored(lock, surveyLock(instantiate)))
})

/** What can be said of a row without exploring: it is there, and says what the lock is. */
function rowOf({ name, about }: { readonly name: string; readonly about: string }): RegExp {
  const plain = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
  return new RegExp(`^\\| \`${plain(name)}\` \\|.*\\| ${plain(about)} \\|$`, "m")
}

test.each(RW_LOCKS)("reader–writer lock $name", async (lock) => {
  if (!PROVES) return expect(readFileSync(PAGE, "utf8")).toMatch(rowOf(lock))
  const file = await buildRwLock(lock.name, { target: "js", flavour: "stepwise" })
  const { instantiate } = (await import(file)) as { instantiate: EngineFactory }
  expect(readFileSync(PAGE, "utf8")).toContain(`${rwRow(lock, surveyRwLock(instantiate))}\n`)
})

test.each(EXTERNAL_LOCKS)("external lock $name", async (lock) => {
  if (!PROVES) return expect(readFileSync(PAGE, "utf8")).toMatch(rowOf(lock))
  const file = await buildExternalLock(lock.name, { target: "js", flavour: "stepwise" })
  const { instantiate } = (await import(file)) as { instantiate: EngineFactory }
  expect(readFileSync(PAGE, "utf8")).toContain(`${externalRow(lock, surveyExternalLock(instantiate))}\n`)
})
