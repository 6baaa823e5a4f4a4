/** When a race is over, who still makes turns is waited for, however slow the machine is; who does not, hangs. */
import { runRace } from "@outlive/workers"
import { expect, test } from "vitest"
import { FOR_CI, FOR_PROOF } from "../prove.js"

const scenariosUrl = new URL("./programs/late.mjs", import.meta.url).href
const race = async (scenario: string) =>
  (await runRace({ scenariosUrl, scenario, threads: 1, seconds: 0.1 })).violations.map(({ message }) => message)

const HANGS = ["It still hangs long after the end"]

test("one that moves comes back", FOR_CI, async () => expect(await race("moves")).toEqual([]))
test("one that sleeps hangs", FOR_CI, async () => expect(await race("sleeps")).toEqual(HANGS))
test("one that moves for ever hangs as well", FOR_PROOF, async () =>
  expect(await race("moves for ever")).toEqual(HANGS),
)
