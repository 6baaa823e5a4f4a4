/**
 * Threads are terminated at random, alone and together, over all roles and builds: the others get on, and the heap works
 * afterwards. What the dead held is counted by the accounts; the checked flavour names it. In JavaScript they die at an access.
 *
 *   OUTLIVE_DEATHS=1000 npx vitest run test/race/deaths    more of them (default: one race of each scenario)
 */
import { SCENARIOS, runRace } from "@outlive/workers"
import { expect, test } from "vitest"
import { type Trial, holdTrial } from "../faults/trial.js"
import { buildTwin } from "../faults/twin.js"
import { eachForCiUnless, forCiUnless } from "../prove.js"

const WANTED = Number(process.env["OUTLIVE_DEATHS"] ?? 0)
const SEED = Number(process.env["OUTLIVE_SEED"] ?? 20_261_126)
const LEAST_ROUNDS = 1
const MOST_AT_ONCE = 3
/** What a twin leaves behind is seen if one of the dead had it: a matter of how many die, not of how long a race lasts. */
const MOST_TRIALS = 12
const TRIAL_SECONDS = 1
/** Only what hangs takes so long. */
const LONGEST_MS = 120_000 + 5_000 * WANTED

const BUILDS = [
  { engine: "wasm", flavour: "release" },
  { engine: "js", flavour: "checked" },
  { engine: "wasm", flavour: "checked" },
  { engine: "js", flavour: "release" },
] as const

/** Those in which anybody may die. */
const scenarios = SCENARIOS.filter((one) => !one.conductsDeaths && one.standsNoDeath === undefined)

/** In `npm test`. */
const SHORT = new Set(["fences", "reservations", "mixed"])

for (const [n, { name }] of scenarios.entries())
  test(`${name}: whoever lives gets on`, { timeout: LONGEST_MS, ...forCiUnless(SHORT.has(name)) }, async () => {
    const wanted = WANTED / scenarios.length
    let deaths = 0
    for (let round = 0; round < LEAST_ROUNDS || deaths < wanted; round++) {
      const seed = SEED + 1_000 * n + round
      const race = {
        scenario: name,
        ...BUILDS[(n + round) % BUILDS.length]!,
        perturbation: round % 3 === 0,
        seconds: 0.4,
        seed,
        deaths: 1 + (round % MOST_AT_ONCE),
      }
      const result = await runRace(race)
      const { violations, accounts, leaks, passed } = result
      deaths += result.deaths.length
      expect({ race, violations, leaks, passed }).toEqual({ race, violations: [], leaks: [], passed: true })
      expect(accounts?.threads.inUse, `threads that did not leave, seed ${seed}`).toBe(1)
    }
    if (WANTED > 0) console.log(`${name}: ${deaths} deaths`)
  })

/** Twins of the clearing up, each with a race in which it shows. */
const HOLES = [
  {
    id: "T3",
    sentence: "the locks of the dead stay taken",
    from: "  breakLocks(dead, token)\n",
    // Who takes reservations holds one most of the time.
    race: { scenario: "reservations", roles: { locker: 6 }, deaths: 4 },
    seen: /./,
  },
  {
    id: "T4",
    sentence: "what the dead had registered stays with them",
    from: "  dropCallbacks(dead)\n",
    race: { scenario: "mixed", roles: { generalist: 8 }, deaths: 6 },
    seen: /^seat \d+ mailbox: Nobody sits there/,
  },
] as const

eachForCiUnless(HOLES, (_, at) => at === 0)(
  "$id: a heap is noticed in which $sentence",
  { timeout: LONGEST_MS },
  async (hole) => {
    const twin = await buildTwin({
      id: hole.id,
      sentence: hole.sentence,
      file: "death/reclaim.ts",
      from: hole.from,
      to: "",
    })
    const settings = { ...hole.race, engine: "js", seconds: TRIAL_SECONDS }
    const race = new URL("../faults/trials/race.mjs", import.meta.url)
    const trials: Trial[] = []
    // On a busy machine something else that comes of it is seen first, now and then.
    const isSeen = (trial?: Trial) => trial?.verdict === "caught" && hole.seen.test(trial.seen)
    try {
      for (let round = 0; round < MOST_TRIALS && !isSeen(trials.at(-1)); round++)
        trials.push(await holdTrial(race, { ...settings, seed: SEED + round, engineUrl: twin.url }))
      expect(trials.at(-1), `missed, seeds from ${SEED}`).toMatchObject({
        verdict: "caught",
        seen: expect.stringMatching(hole.seen) as string,
      })
    } finally {
      twin.remove()
    }
  },
)
