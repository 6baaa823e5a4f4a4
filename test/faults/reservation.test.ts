/** Broken twins of the engine that the races over reservations must catch, each within ten seconds. */
import { describe, expect, test } from "vitest"
import { type Role, SEED, race } from "../race/reservation-race.js"
import { DEAD_HOLDER, LOCKS, RESERVATION_FAULTS, WALKS } from "./reservation-faults.js"
import { buildTwin } from "./twin.js"

/** The race in which the twins run: the JavaScript engine, checked, slowed down access by access. */
async function raceTwin(fault: Parameters<typeof buildTwin>[0], roles: readonly Role[], ms: number) {
  const built = await buildTwin(fault)
  try {
    return await race({ engine: "js", flavour: "checked", roles, ms, slow: true, engineUrl: built.url })
  } finally {
    built.remove()
  }
}

describe("a race over reservations catches", () => {
  for (const twin of [...RESERVATION_FAULTS, DEAD_HOLDER])
    test(`${twin.id}: ${twin.sentence}`, { timeout: 40_000 }, async () => {
      const { violations, ms } = await raceTwin(twin, twin.roles, 10_000)
      expect(violations.length, `not caught in ${Math.round(ms)} ms, seed ${SEED}`).toBeGreaterThan(0)
      console.log(`${twin.id} caught after ${Math.round(ms)} ms: ${violations[0]}`)
    })

  test.each([WALKS, LOCKS])("nothing, when there is no fault: %s, %s, %s, %s", async (...roles) => {
    const { violations } = await raceTwin(undefined, roles, 3_000)
    expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
  })
})
