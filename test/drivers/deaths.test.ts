/** Processes are terminated in the middle of a driver's race, wherever they stand: the driver works on, and the others get on. */
import { SCENARIOS_URL, judged } from "@outlive/drivers"
import { runRace } from "@outlive/workers"
import { expect, test } from "vitest"
import { FOR_CI, PROVES, eachForCiUnless } from "../prove.js"

const SEED = 20_261_127
/** Until a death is where it does harm. */
const MOST_TRIES = 10
/** Of each. */
const RACES = PROVES ? 20 : 1

const DRIVERS = [
  { scenario: "amdgpu ring", variation: "patched" },
  { scenario: "amdgpu ring" },
  { scenario: "i915 request" },
  { scenario: "soft vgem", variation: "patched" },
  { scenario: "soft vgem" },
  { scenario: "amdgpu tlb flush" },
  { scenario: "sched finished", variation: "patched" },
  { scenario: "xe hw" },
  { scenario: "xe tlb", variation: "patched" },
  { scenario: "soft crtc", variation: "patched" },
  { scenario: "soft virtio", variation: "patched" },
  { scenario: "soft virtio", variation: "counted" },
  { scenario: "soft prime" },
  { scenario: "soft sw_sync" },
] as const

/** Of all that a driver may have: a module that the dead keep loaded is brought up again and again, and takes no more for that. */
const MOST_TIMELINES = 8

/** Of each kind of code that finishes what the dead had begun: a ring, a list, works, and what is emitted in order. */
const CHOSEN: readonly string[] = ["amdgpu ring patched", "i915 request ", "amdgpu tlb flush ", "soft virtio counted"]
const raced = DRIVERS.filter(
  (one) => PROVES || CHOSEN.includes(`${one.scenario} ${"variation" in one ? one.variation : ""}`),
)

const BUILDS = [{}, { engine: "js" }, { flavour: "release" }] as const

eachForCiUnless(raced, (_, at) => at === 0)("$scenario $variation: the others get on", {}, async (driver) => {
  for (let n = 0; n < RACES; n++) {
    const race = {
      ...driver,
      ...BUILDS[n % BUILDS.length],
      scenariosUrl: SCENARIOS_URL,
      threads: 9,
      seconds: 0.6,
      deaths: 1 + (n % 4),
      perturbation: n % 2 === 0,
      seed: SEED + n,
    }
    const result = await runRace(race)
    const { violations, oopsKinds, leaks, passed, accounts } = result
    expect({ race, violations, oopsKinds, leaks, passed }).toEqual({
      race,
      violations: [],
      oopsKinds: [],
      leaks: [],
      passed: true,
    })
    expect(judged(result).outcomes).not.toContain("wrong")
    expect(accounts!.timelines.inUse).toBeLessThanOrEqual(MOST_TIMELINES)
  }
})

test("a driver is noticed in which nobody finishes what the dead had begun", FOR_CI, async () => {
  const told: string[] = []
  // Who dies is in the middle of it most of the time, not always.
  for (let seed = SEED; told.length === 0 && seed < SEED + MOST_TRIES; seed++) {
    const { violations } = await runRace({
      scenariosUrl: new URL("./programs/own.mjs", import.meta.url).href,
      scenario: "toy frail",
      seconds: 3,
      seed,
      mishap: { thread: 4, kind: "exit", afterMs: 30 },
    })
    told.push(...violations.map(({ message }) => message))
  }
  expect(told).toEqual(["an emission does not end"])
})

test(
  "who comes out of an emission by an error keeps nobody, and it is the dead who bind the module, not its own table",
  FOR_CI,
  async () => {
    const result = await runRace({
      scenariosUrl: SCENARIOS_URL,
      scenario: "amdgpu ring",
      variation: "patched",
      seconds: 1,
      mishap: { thread: 4, kind: "throw", afterMs: 200 },
    })
    const { violations, oopsKinds, leaks, passed } = result
    expect({ violations, oopsKinds, leaks, passed }).toEqual({ violations: [], oopsKinds: [], leaks: [], passed: true })
    expect(judged(result).outcomes).not.toContain("bound for ever")
  },
)

test.each([
  [{ scenario: "amdgpu ring", deaths: 3 }, "2 threads may die (submitter, user). Not remover: who unloads"],
  [{ scenario: "amdgpu ring", mishap: { thread: 0, kind: "exit", afterMs: 1 } }, "not device: hardware does not die"],
  [{ scenario: "radeon fence", deaths: 1 }, "dies in the code of radeon fence is finished by nobody"],
  [{ scenario: "amdgpu ring", deaths: 1, lifetime: "names-only" }, "lifetime must be independent"],
] as const)("who cannot die is told by name: %j", async (asked, said) => {
  await expect(runRace({ scenariosUrl: SCENARIOS_URL, ...asked })).rejects.toThrow(said)
})
