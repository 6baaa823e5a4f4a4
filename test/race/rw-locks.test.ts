/** Reader–writer locks raced by real threads: the sound ones end clean, their broken twins do not. Some always, all with OUTLIVE_PROVE. */
import { describe, expect, test } from "vitest"
import { RW_LOCKS } from "../../scripts/strategies.mjs"
import { holdTrial } from "../faults/trial.js"
import { buildTwin } from "../faults/twin.js"
import { EAGER_BRAVO, RW_FAULTS } from "../strategies/rw-faults.js"
import { FOR_CI, PROVES } from "../prove.js"
import { raceOnce, raceUntilCaught } from "./seeds.js"

const RACE = new URL("programs/rw-race.mjs", import.meta.url)
const ALWAYS = "RB1"
const ALWAYS_SOUND = "bravo"
const TRIAL = { threads: 3, rounds: 3_000, spins: 0 }

async function race(lock: string, fault: Parameters<typeof buildTwin>[0], races = raceUntilCaught) {
  const twin = await buildTwin(fault, { checked: false, extras: [`locks/rw/${lock}`] })
  try {
    return await races((chance) => holdTrial(RACE, { ...TRIAL, ...chance, engineUrl: twin.url }))
  } finally {
    twin.remove()
  }
}

/** Each as it is, and with the change that some twins of it are raced with. */
const SOUND = RW_LOCKS.map(({ name }) => name)
test.each(SOUND.filter((lock) => PROVES || lock === ALWAYS_SOUND))("%s ends clean", FOR_CI, async (lock) => {
  expect(await race(lock, undefined, raceOnce)).toMatchObject({ verdict: "clean" })
})

test.runIf(PROVES)("bravo that is biased again at once ends clean", async () => {
  expect(await race("bravo", { id: "eager", sentence: "", ...EAGER_BRAVO }, raceOnce)).toMatchObject({
    verdict: "clean",
  })
})

describe("a race finds", () => {
  test.each(RW_FAULTS.filter(({ id, notRaced }) => notRaced === undefined && (PROVES || id === ALWAYS)))(
    "$id in $lock: $sentence",
    async (fault) => {
      const trial = await race(fault.lock, fault)
      expect(trial, "missed: all races ended clean").toMatchObject({ verdict: "caught" })
      if (trial.verdict === "caught") console.log(`${fault.id} caught after ${Math.round(trial.ms)} ms: ${trial.seen}`)
    },
  )
})
