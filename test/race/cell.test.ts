/**
 * Claim: whoever reads a cell sees one version, whole; no update is lost; of the versions that were replaced no block is left; and a
 * fence that a thread has transferred is alive where it arrives, and arrives once.
 */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { VALUE_FAULTS } from "../faults/value-faults.js"
import { buildTwin } from "../faults/twin.js"
import { wrongOf } from "./seeds.js"
import { FOR_CI, eachForCiUnless } from "../prove.js"

const PROGRAM = fileURLToPath(new URL("programs/cell-race.mjs", import.meta.url))
const SEED = Number(process.env["OUTLIVE_SEED"] ?? 20_261_127) % 1_000_000
const LONG = 90_000

interface Seen {
  readonly wrong: readonly string[]
  readonly died: boolean
  readonly taken: number
  readonly read: number
  readonly updated: number
}

/** Races in a process of its own: what hangs ends there, and what is broken breaks nothing here. */
function race(settings: Readonly<Record<string, unknown>>): Promise<Seen> {
  const asked = JSON.stringify({ engine: "wasm", flavour: "release", seed: SEED, turns: 1000, ...settings })
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
    { engine: "js", flavour: "checked", turns: 300 },
  ],
  (_, at) => at === 0,
)("$engine $flavour: nothing is lost, and nothing is torn", { timeout: LONG }, async (build) => {
  const seen = await race(build)
  expect(seen.wrong, `seed ${SEED}`).toEqual([])
  expect(Math.min(seen.read, seen.updated, seen.taken)).toBeGreaterThan(0)
})

test("one dies: the others go on, and no block is lost", { timeout: LONG, ...FOR_CI }, async () => {
  const seen = await race({ dies: true, flavour: "checked", turns: 20_000 })
  expect(seen.wrong, `seed ${SEED}`).toEqual([])
  expect(seen.died).toBe(true)
})

/** A version that is given back at once; one that takes the place of whatever is there; a token that is good twice. */
eachForCiUnless(
  [
    VALUE_FAULTS.find(({ id }) => id === "RV1")!,
    {
      id: "RV5",
      sentence: "an update replaces whatever is there",
      file: "sync/versions.ts",
      from: "    if (expected != Address.None && (seen != expected",
      to: "    if (expected < 0 && (seen != expected",
    },
    {
      id: "TR5",
      sentence: "what is taken can be taken again",
      file: "composite/parcel.ts",
      from: "  if (content != Address.None) discard(thread, parcel)\n",
      to: "  if (content != Address.None) store(parcel + Parcel.state, generation)\n",
    },
  ],
  (_, at) => at === 0,
)("is noticed: $sentence", { timeout: LONG }, async (fault) => {
  const twin = await buildTwin(fault)
  try {
    const settings = { engine: "js", flavour: "checked", twin: twin.url, turns: 2000, hangsMs: 8_000 }
    expect(await wrongOf((seed) => race({ ...settings, seed }), SEED), `seeds from ${SEED}`).not.toEqual([])
  } finally {
    twin.remove()
  }
})
