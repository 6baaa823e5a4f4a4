/** A driver of somebody's own (docs/YOUR-OWN-DRIVER.md): sound it passes, and of each mistake it is told what is wrong. */
import { type RaceResult, runRace } from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { PROVES } from "../prove.js"

const scenariosUrl = new URL("./programs/own.mjs", import.meta.url).href
const SECONDS = 10

const race = (scenario: string, more: object = {}): Promise<RaceResult> =>
  runRace({ scenariosUrl, scenario: `toy ${scenario}`, seconds: SECONDS, ...more })

/** By name: what is said of it, and whether every `npm test` looks. */
const MISTAKES = [
  ["mailbox", "signaled only when the hardware has passed it", true, { variation: "too-early" }],
  ["hasty", "are pending", true],
  ["forgetful", "does not become empty", false],
  ["no device", "does not become empty", false],
  ["device throws", "The hardware is on fire", false],
  ["enable throws", "The driver's enableSignaling fails", true],
  ["poll throws", "The driver's pollSignaled fails", false],
  ["deadline throws", "The driver's setDeadline fails", false],
  ["free throws", "The driver's free fails", false],
] as const

describe("a driver of one's own", () => {
  test.each(["mailbox", ...(PROVES ? ["suicidal", "twice", "slow device"] : [])])("%s: is sound", async (name) => {
    const { violations, deaths, oopsKinds, leaks, passed } = await race(name, PROVES ? {} : { operations: 200 })
    expect({ violations, deaths, oopsKinds, leaks, passed }).toEqual({
      violations: [],
      deaths: [],
      oopsKinds: [],
      leaks: [],
      passed: true,
    })
  })

  test.each(MISTAKES.filter(([, , isShort]) => PROVES || isShort))(
    "%s: is told",
    async (name, said, _, more: object = {}) => {
      const { violations, deaths, passed } = await race(name, more)
      expect(passed).toBe(false)
      expect([...violations, ...deaths].map(({ message }) => message).join("\n")).toContain(said)
    },
  )
})
