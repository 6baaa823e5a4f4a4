/** A twin's race says which sentences it was to break, and whether it has. */
import { FENCE_TYPES, SCENARIOS_URL, titleOf } from "@outlive/drivers"
import { type RaceResult, runRace } from "@outlive/workers"
import { beforeAll, expect, test } from "vitest"
import { raceReport } from "../../packages/cli/dist/race-report.js"
import { brokenIn, sentencesOf } from "../../packages/cli/dist/sentences.js"

const TYPE = FENCE_TYPES.find((one) => titleOf(one) === "amdgpu queue eviction")!
const TWIN = "before-quiet"
const [SENTENCE] = Object.entries(TYPE.controls!).find(([, control]) => control === TWIN)!
/** The same, as if it were seen by what no race shows. */
const UNSEEN = { ...TYPE, controls: { [SENTENCE]: { twin: TWIN, shownBy: "freed nothing" } } }
let result: RaceResult

beforeAll(async () => {
  result = await runRace({ scenariosUrl: SCENARIOS_URL, scenario: titleOf(TYPE), variation: TWIN, seconds: 60 })
})

test("a sentence that it breaks is told", () => {
  expect(brokenIn(result, TYPE)).toEqual([`Shown to break: ${SENTENCE}`])
  expect(raceReport(result, undefined, TYPE)).toContain(`Shown to break: ${SENTENCE}`)
})

test("so is one that it should have broken; not where the twin need not come out, nor without one", () => {
  expect(brokenIn(result, UNSEEN)).toEqual([
    `NOT shown to break, as controls has it (${TWIN}, by freed nothing): ${SENTENCE}`,
  ])
  const { variation: _, ...settings } = result.settings
  expect(brokenIn({ ...result, settings: { ...result.settings, lifetime: "unlocked" } }, UNSEEN)).toEqual([])
  expect(brokenIn({ ...result, settings }, UNSEEN)).toEqual([])
})

test("the table says by what a twin is seen, where that is not the sentence", () => {
  expect(sentencesOf(UNSEEN)).toContain(`${TWIN}, by freed nothing`)
})
