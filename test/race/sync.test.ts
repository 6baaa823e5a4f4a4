/**
 * Claim: whatever threads do with the primitives of `@outlive/sync`, sleeping and as promises, giving up and dying, nobody is where
 * somebody else is, nobody waits for ever, and no permit, ticket or count is lost.
 */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { eachForCiUnless, PROVES } from "../prove.js"
import { wrongOf } from "./seeds.js"

const PROGRAM = fileURLToPath(new URL("programs/sync-race.mjs", import.meta.url))
const SEED = Number(process.env["OUTLIVE_SEED"] ?? 20_261_127) % 1_000_000
const LONG = 90_000

interface Seen {
  readonly wrong: readonly string[]
  readonly died: boolean
  readonly told: number
  readonly locked: number
  readonly late: number
  readonly aborted: number
  readonly slept: number
}

/** Races in a process of its own: what hangs ends there, and what is broken breaks nothing here. */
function race(settings: Readonly<Record<string, unknown>>): Promise<Seen> {
  const asked = JSON.stringify({ engine: "wasm", flavour: "release", seed: SEED, turns: 400, ...settings })
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROGRAM, asked], { timeout: LONG }, (error, out, errors) => {
      const line = out.trim().split("\n").at(-1)
      if (line) resolve(JSON.parse(line) as Seen)
      else reject(new Error(`${asked}: ${errors}`, { cause: error }))
    })
  })
}

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
  const twin = await buildTwin({ id: "sync", ...fault })
  try {
    const settings = { engine: "js", flavour: "checked", twin: twin.url, turns: 500, hangsMs: 2_500 }
    expect(await wrongOf((seed) => race({ ...settings, seed }), SEED), `seeds from ${SEED}`).not.toEqual([])
  } finally {
    twin.remove()
  }
})
