/**
 * The broken twins of the locks once more, found by real threads: a race that ends with an addition lost, an oops, or all
 * threads asleep. The sound locks, raced in the same way, must end clean. Some of them always; with OUTLIVE_PROVE all.
 */
import { describe, expect, test } from "vitest"
import { LOCKS, lockOf } from "../../scripts/strategies.mjs"
import { holdTrial } from "../faults/trial.js"
import { buildTwin } from "../faults/twin.js"
import { LOCK_FAULTS, type LockFault } from "../strategies/lock-faults.js"
import { FOR_CI, forCiUnless, PROVES } from "../prove.js"
import { raceOnce, raceUntilCaught } from "./seeds.js"

const RACE = new URL("programs/lock-race.mjs", import.meta.url)
/** One that loses a wake, and one that takes two locks to be seen; `broken` loses additions. */
const ALWAYS = new Set(["LS5", "LQ6"])
const ALWAYS_SOUND = new Set(["hemlock"])
/** In `npm test`. */
const SHORT = "LS5"
const TRIAL = { threads: 3, rounds: 3_000, spins: 0 }

async function race(lock: string, fault: LockFault | undefined, races = raceUntilCaught) {
  const { name, id } = lockOf(lock)
  const twin = await buildTwin(fault, { checked: false, lock: { name: name!, id } })
  try {
    return await races((chance) => holdTrial(RACE, { ...TRIAL, ...chance, engineUrl: twin.url }))
  } finally {
    twin.remove()
  }
}

const SOUND = LOCKS.filter(({ excludes }) => excludes !== false).map(({ name }) => name)
test.each(SOUND.filter((lock) => PROVES || ALWAYS_SOUND.has(lock)))("%s ends clean", FOR_CI, async (lock) => {
  expect(await race(lock, undefined, raceOnce)).toMatchObject({ verdict: "clean" })
})

const NONE = LOCKS.filter(({ excludes }) => excludes === false).map(({ name }) => name)
test.each(NONE.filter((lock) => PROVES || lock === "broken"))("%s is found out", async (lock) => {
  expect(await race(lock, undefined)).toMatchObject({ verdict: "caught" })
})

describe("a race finds", () => {
  // With a reason, not by being forgotten.
  test("every broken twin, but for those that say why not", () => {
    const missing = LOCK_FAULTS.filter(({ notRaced }) => notRaced !== undefined)
    expect(missing.map(({ id, model }) => `${id}: ${model}`)).toEqual([
      "LD1: destroyed-lock",
      "LD2-mcs: destroyed-lock",
      "LD2-hemlock: destroyed-lock",
      "LD3: destroyed-lock",
    ])
  })

  for (const fault of LOCK_FAULTS.filter(({ id, notRaced }) => notRaced === undefined && (PROVES || ALWAYS.has(id))))
    test.each(PROVES ? fault.locks : fault.locks.slice(0, 1))(
      `${fault.id} in %s: ${fault.sentence}`,
      forCiUnless(fault.id === SHORT),
      async (lock) => {
        const trial = await race(lock, fault)
        expect(trial, "missed: all races ended clean").toMatchObject({ verdict: "caught" })
        if (trial.verdict === "caught")
          console.log(`${fault.id} caught after ${Math.round(trial.ms)} ms: ${trial.seen}`)
      },
    )
})
