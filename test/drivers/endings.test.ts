/** When a driver's race ends, what is said of it, and which races there are not. */
import { DRIVER_RACES, FENCE_TYPES, SCENARIOS_URL, cellInWords, raceCell, rowOf, titleOf } from "@outlive/drivers"
import { type GivenSettings, runRace, settingsOf } from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { raceReport } from "../../packages/cli/dist/race-report.js"
import { FOR_CI } from "../prove.js"

const SECONDS = 60
/** More than is needed to tell. */
const OPERATIONS = 400

const raced = (scenario: string, more: GivenSettings = {}) =>
  runRace({ scenariosUrl: SCENARIOS_URL, scenario, seconds: SECONDS, ...more })

describe("a driver's race ends", () => {
  test.each(["amdgpu tlb flush", "xe hw"])("as soon as enough was seen, and says so: %s", async (type) => {
    const result = await raced(type)
    expect(result).toMatchObject({ passed: true, unseen: [], ended: expect.stringContaining("enough was seen") })
    expect(raceReport(result)).toMatch(/Ended after .* of 60 s: enough was seen .*--keep-going takes all the time/)
  })

  test("a while after it crashed: what was not seen is no matter of time then", async () => {
    const result = await raced("sched finished")
    const { violations, deaths, oopsesByCode } = result
    // Seen once to have ended otherwise, on a busy machine, and nobody knows how: so that is told.
    expect(result, JSON.stringify({ violations, deaths, oopsesByCode })).toMatchObject({
      passed: false,
      ended: expect.stringContaining("after the first oops"),
    })
    const report = raceReport(result)
    expect(report).toContain("after the first oops")
    for (const untrue of ["too short", "--keep-going", "0 failures"]) expect(report).not.toContain(untrue)
  })

  test("with the same words as in the table, where a lock went", FOR_CI, async () => {
    const type = FENCE_TYPES.find((one) => titleOf(one) === "soft virtio")!
    const cell = await raceCell(type, "independent", { seconds: SECONDS })
    expect(cellInWords(cell)).toMatch(/^half free; crash .*lock/)
    expect(raceReport(cell.race!)).toContain(`As observed: ${cellInWords(cell)}`)
  })

  test("untold if it is too short: then the table races once more, for longer", async () => {
    const type = FENCE_TYPES.find((one) => titleOf(one) === "amdgpu tlb flush")!
    const least = 0.1
    for await (const { outcomes, race } of rowOf(type, { seconds: least, lifetimes: ["independent", "pinned"] })) {
      const isLonger = race!.settings.seconds > least
      expect(isLonger || outcomes.length > 0).toBe(true)
    }
  })

  test("not before what was asked for, by who keeps going", async () => {
    const result = await raced("xe hw", { stopAtViolation: false, operations: OPERATIONS })
    expect(result.operations).toBeGreaterThanOrEqual(OPERATIONS)
    expect(result.ended).toBeUndefined()
    expect(raceReport(result)).not.toContain("Ended")
  })
})

describe("there is no race", () => {
  const ONE_OF_EACH = { remover: 1, device: 1, worker: 1, submitter: 1, user: 1 }
  const asked = (scenario: string, more: GivenSettings) => () => settingsOf({ scenario, ...more }, DRIVER_RACES)

  test.each(["radeon fence", "amdgpu", "all drivers"])("of fences that cannot be under a lifetime: %s", (name) => {
    expect(asked(name, { lifetime: "layered" })).toThrow(/there can be no such fence under layered\. .*(no|without) /)
    expect(asked(name, { lifetime: "independent" })).not.toThrow()
  })

  test("while those that can be are raced", () => {
    expect(asked("xe hw", { lifetime: "layered" })).not.toThrow()
  })

  test.each([{ remover: 2 }, { remover: 0 }, { device: 0 }, { device: 2 }, { worker: 0 }, { submitter: 0 }])(
    "with another cast: %j",
    (other) => {
      expect(asked("xe hw", { roles: { ...ONE_OF_EACH, ...other } })).toThrow(`roles.${Object.keys(other)[0]}`)
    },
  )

  test("but one with more of those who use it", () => {
    expect(asked("xe hw", { roles: { ...ONE_OF_EACH, worker: 2, submitter: 2, user: 3 } })).not.toThrow()
  })

  test("of a scenario in a variation that it has not", () => {
    expect(() => settingsOf({ variation: "patched" }, [{ ...DRIVER_RACES[0]!, variations: [] }])).toThrow("it has none")
  })
})
