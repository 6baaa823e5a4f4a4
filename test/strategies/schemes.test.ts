/**
 * Every reclamation scheme passes what a scheme must pass, in every order of its steps.
 * With OUTLIVE_PROVE (`npm run prove`) each model is explored as far as it says itself; else the large ones with at most two
 * preemptions, or one.
 */
import type { EngineFactory } from "@outlive/core/engine-js"
import { SCHEME_PROOFS, exploreModel } from "@outlive/models"
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { SCHEMES, buildScheme } from "../../scripts/strategies.mjs"
import { engineAt, expectPassed } from "../faults/explored.js"
import { forCiUnless, PROVES } from "../prove.js"

const PAGE = readFileSync(new URL("../../docs/STRATEGIES.md", import.meta.url), "utf8")
const MOST_MS = PROVES ? 1_800_000 : 60_000
/** Thousands of orders, or tens of thousands. */
const LARGE = new Set([
  "synchronize-2-readers",
  "synchronize-2-writers",
  "synchronize-2x2",
  "read-again",
  "retire",
  "defer-barrier",
  "pool",
  "unload-name",
])
/** So large that one preemption has to do. */
const LARGEST = new Set(["synchronize-2x2", "defer-barrier"])
/** Where whoever finds a step half done does it, there are millions of orders in which two do. */
const VAST = new Set(["reader-writer"])
/** What asks of a scheme that it gives something back. */
const ENDS = new Set(SCHEME_PROOFS.map(({ name }) => name))
for (const name of ["retire-reuse", "unload-pending"]) ENDS.delete(name)

const engineWith = async (scheme: string) => engineAt(await buildScheme(scheme, { target: "js", flavour: "stepwise" }))

function prove(name: string, factory: EngineFactory, scheme: string) {
  const model = SCHEME_PROOFS.find((proof) => proof.name === name)!
  const most = PROVES ? (VAST.has(scheme) ? 3 : Infinity) : LARGEST.has(name) ? 1 : 2
  const isBounded = LARGE.has(name) && most < (model.search === "exhaustive" ? Infinity : model.mostPreemptions)
  const bound = isBounded ? ({ strategy: "preemption-bounded", maxPreemptions: most } as const) : {}
  return exploreModel(model, { timeMs: MOST_MS, ...bound }, factory)
}

/** In `npm test`: the package's own, and one that counts. */
const SHORT = new Set(["epochs", "two-counters"])

for (const { name: scheme } of SCHEMES)
  describe(scheme, forCiUnless(SHORT.has(scheme)), () => {
    const { reclaims } = SCHEMES.find(({ name }) => name === scheme)!
    const applies = SCHEME_PROOFS.filter(({ name }) => reclaims || !ENDS.has(name)).map(({ name }) => name)

    test.each(applies)("passes %s", { timeout: MOST_MS + 60_000 }, async (name) => {
      expectPassed(prove(name, await engineWith(scheme), scheme))
    })
  })

test.each(SCHEMES)("docs/STRATEGIES.md has the row of $name", (row) => {
  const yes = (is: boolean) => (is ? "yes" : "no")
  const { id, name, reclaims, robust, idle, stalled, dead, reading, about } = row
  expect(PAGE).toContain(
    `| \`${name}\` | ${id} | ${yes(reclaims)} | ${yes(robust)} | ${idle} | ${stalled} | ${dead} | ${reading} | ${about} |\n`,
  )
})

test("a grace period that never ends is told", async () => {
  expect(prove("synchronize", await engineWith("leak"), "leak").verdict).not.toBe("pass")
})
