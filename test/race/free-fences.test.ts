/** The broken twins of the fence without a lock once more, found by real threads; the sound one ends clean. With OUTLIVE_PROVE all. */
import { expect, test } from "vitest"
import { type Trial, holdTrial } from "../faults/trial.js"
import { buildTwin } from "../faults/twin.js"
import { LOCK_FREE_FAULTS } from "../strategies/lock-free-faults.js"
import { FOR_CI, PROVES } from "../prove.js"
import { raceOnce, raceUntilCaught } from "./seeds.js"

const RACE = new URL("programs/free-fence-race.mjs", import.meta.url)
const ALWAYS = "LF2"
/** Two, who need no processor for a third; and held up often: what is to be met is one step wide. */
const TRIAL = {
  threads: 2,
  rounds: PROVES ? 2_000 : 500,
  spins: 0,
  delays: { delayOneIn: 8, sleepOneIn: 60 },
}
const EXTRAS = ["lab/lock-free-fence"]

/** In the checked build first, where a record that is freed too soon is found out; in the release build, others are: there it is used anew at once. */
async function race(fault: (typeof LOCK_FREE_FAULTS)[number] | undefined, races = raceUntilCaught): Promise<Trial> {
  for (const checked of [true, false]) {
    const twin = await buildTwin(fault, { checked, extras: EXTRAS })
    try {
      const trial = await races((chance) => holdTrial(RACE, { ...TRIAL, ...chance, engineUrl: twin.url }))
      if (trial.verdict === "caught") return trial
    } finally {
      twin.remove()
    }
  }
  return { verdict: "clean", ms: 0 }
}

test("the sound one ends clean", FOR_CI, async () => {
  expect(await race(undefined, raceOnce)).toMatchObject({ verdict: "clean" })
})

const RACED = LOCK_FREE_FAULTS.filter(({ id, notRaced }) => notRaced === undefined && (PROVES || id === ALWAYS))
test.each(RACED)("a race finds $id: $sentence", async (fault) => {
  const trial = await race(fault)
  expect(trial, "missed: all races ended clean").toMatchObject({ verdict: "caught" })
  if (trial.verdict === "caught") console.log(`${fault.id} caught after ${Math.round(trial.ms)} ms: ${trial.seen}`)
})
