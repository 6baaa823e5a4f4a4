/**
 * Claim: whoever reads a cell sees one version, whole; no update is lost; of the versions that were replaced no block is left; and a
 * fence that a thread has transferred is alive where it arrives, and arrives once.
 */
import { expect, test } from "vitest"
import { VALUE_FAULTS } from "../faults/value-faults.js"
import { LONG, SEED, raceOf, wrongOfTwin } from "./own-process.js"
import { FOR_CI, eachForCiUnless } from "../prove.js"

interface Seen {
  readonly wrong: readonly string[]
  readonly died: boolean
  readonly taken: number
  readonly read: number
  readonly updated: number
}

const race = raceOf<Seen>("cell-race", { turns: 1000 })

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
  const broken = { turns: 2000, hangsMs: 8_000 }
  expect(await wrongOfTwin(race, fault, broken), `seeds from ${SEED}`).not.toEqual([])
})
