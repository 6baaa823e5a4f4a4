/** Locks that are not the engine's own, raced by real threads: the sound ones end clean, their broken twins do not. All with OUTLIVE_PROVE. */
import { describe, expect, test } from "vitest"
import { EXTERNAL_LOCKS } from "../../scripts/strategies.mjs"
import { holdTrial } from "../faults/trial.js"
import { buildTwin } from "../faults/twin.js"
import { EXTERNAL_FAULTS, type ExternalFault } from "../strategies/external-faults.js"
import { FOR_CI, PROVES } from "../prove.js"
import { raceOnce, raceUntilCaught } from "./seeds.js"

const RACE = new URL("programs/lock-race.mjs", import.meta.url)
const ALWAYS = "XR2"
const ALWAYS_SOUND = "reciprocating"
const TRIAL = { threads: 3, rounds: 3_000, spins: 0 }

async function race(lock: string, fault: ExternalFault | undefined, races = raceUntilCaught) {
  const twin = await buildTwin(fault, { checked: false, extras: [`locks/external/${lock}`] })
  try {
    return await races((chance) => holdTrial(RACE, { ...TRIAL, ...chance, engineUrl: twin.url }))
  } finally {
    twin.remove()
  }
}

const SOUND = EXTERNAL_LOCKS.map(({ name }) => name)
test.each(SOUND.filter((lock) => PROVES || lock === ALWAYS_SOUND))("%s ends clean", FOR_CI, async (lock) => {
  expect(await race(lock, undefined, raceOnce)).toMatchObject({ verdict: "clean" })
})

describe("a race finds", () => {
  test.each(EXTERNAL_FAULTS.filter(({ id, notRaced }) => notRaced === undefined && (PROVES || id === ALWAYS)))(
    "$id in $lock: $sentence",
    async (fault) => {
      const trial = await race(fault.lock, fault)
      expect(trial, "missed: all races ended clean").toMatchObject({ verdict: "caught" })
      if (trial.verdict === "caught") console.log(`${fault.id} caught after ${Math.round(trial.ms)} ms: ${trial.seen}`)
    },
  )
})
