/**
 * Claim: whatever threads do with the primitives of `@outlive/sync`, sleeping and as promises, giving up and dying, nobody is where
 * somebody else is, nobody waits for ever, and no permit, ticket or count is lost.
 */
import { expect } from "vitest"
import { eachForCiUnless, PROVES } from "../prove.js"
import { LONG, SEED, raceOf, wrongOfTwin } from "./own-process.js"

interface Seen {
  readonly wrong: readonly string[]
  readonly died: boolean
  readonly told: number
  readonly locked: number
  readonly late: number
  readonly aborted: number
  readonly slept: number
}

const race = raceOf<Seen>("sync-race", { turns: 400 })

eachForCiUnless(
  [
    { engine: "wasm", flavour: "release" },
    { engine: "js", flavour: "checked", turns: 200 },
  ],
  (_, at) => at === 0,
)("$engine $flavour: nothing is lost", { timeout: LONG }, async (build) => {
  const seen = await race(build)
  expect(seen, `seed ${SEED}`).toMatchObject({ wrong: [], died: false, told: 0 })
  // Both sides of it were there: those that went on, and those that gave up.
  expect(Math.min(seen.locked, seen.slept, seen.late + seen.aborted)).toBeGreaterThan(0)
})

eachForCiUnless(
  [
    { dies: "holding", engine: "wasm", flavour: "release" },
    { dies: "waiting", engine: "wasm", flavour: "checked" },
    ...(PROVES ? [{ dies: "anywhere", engine: "js", flavour: "release" }] : []),
  ],
  (_, at) => at === 0,
)("one dies $dies: the others go on", { timeout: LONG }, async (settings) => {
  const seen = await race({ ...settings, turns: 500 })
  expect(seen.wrong, `seed ${SEED}`).toEqual([])
  if (settings.dies !== "anywhere") expect(seen.died).toBe(true)
  if (settings.dies === "holding") expect(seen.told, "somebody is told").toBeGreaterThan(0)
})

eachForCiUnless(
  [
    {
      sentence: "who gives a mutex back rings nobody",
      file: "sync/owned.ts",
      from: "  if (everybody) ringAll(object)\n  else ringBoth(object)\n",
      to: "  if (everybody) ringAll(object)\n",
    },
    {
      sentence: "a mutex for which others wait counts as free",
      file: "sync/owned.ts",
      from: "    if (seen == FREE || seen == SyncWord.Died) {\n      if (compareExchange",
      to: "    if (seen == FREE || (seen & PARKED) != 0) {\n      if (compareExchange",
    },
  ],
  (_, at) => at === 0,
)("is noticed: $sentence", { timeout: LONG }, async (fault) => {
  const broken = { turns: 500, hangsMs: 2_500 }
  expect(await wrongOfTwin(race, { id: "sync", ...fault }, broken), `seeds from ${SEED}`).not.toEqual([])
})
