/** Locks that are not the engine's own, raced by real threads: the sound ones end clean, their broken twins do not. All with OUTLIVE_PROVE. */
import { describe, expect, test } from "vitest"
import { EXTERNAL_LOCKS } from "../../scripts/strategies.mjs"
import { holdTrial } from "../faults/trial.js"
import { buildTwin } from "../faults/twin.js"
import { EXTERNAL_FAULTS, type ExternalFault } from "../strategies/external-faults.js"
import { PROVES } from "../prove.js"

const RACE = new URL("programs/lock-race.mjs", import.meta.url)
const SEED = 20_261_127
const ALWAYS = "XR2"
const ALWAYS_SOUND = "reciprocating"
const TRIAL = { threads: 3, rounds: 3_000, spins: 0, seed: SEED }

async function race(lock: string, fault: ExternalFault | undefined) {
  const twin = await buildTwin(fault, { checked: false, extras: [`locks/external/${lock}`] })
  try {
    return await holdTrial(RACE, { ...TRIAL, ...(fault?.delays && { delays: fault.delays }), engineUrl: twin.url })
  } finally {
    twin.remove()
  }
}

const SOUND = EXTERNAL_LOCKS.map(({ name }) => name)
test.each(SOUND.filter((lock) => PROVES || lock === ALWAYS_SOUND))("%s ends clean", async (lock) => {
  const { ms: _, ...trial } = await race(lock, undefined)
  expect({ ...trial, seed: SEED }).toEqual({ verdict: "clean", seed: SEED })
})

describe("a race finds", () => {
  test.each(EXTERNAL_FAULTS.filter(({ id, notRaced }) => notRaced === undefined && (PROVES || id === ALWAYS)))(
    "$id in $lock: $sentence",
    async (fault) => {
      const trial = await race(fault.lock, fault)
      expect(trial, `missed: the race ended clean, seed ${SEED}`).toMatchObject({ verdict: "caught" })
      if (trial.verdict === "caught") console.log(`${fault.id} caught after ${Math.round(trial.ms)} ms: ${trial.seen}`)
    },
  )
})
