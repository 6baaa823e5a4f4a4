/** Broken twins of the lab's schemes are found by races as well, each within a few seeds. */
import { runLabRace } from "@outlive/workers"
import { expect } from "vitest"
import { labSchemeOf, labStrategies } from "../../scripts/strategies.mjs"
import { buildTwin } from "../faults/twin.js"
import { faultyLabs } from "../strategies/lab-faults.js"
import { eachForCiUnless, PROVES } from "../prove.js"

/** Some need a thread to stop between two certain steps: found with the 16th seed, or so. */
const SEEDS = 100
const MOST_MS = 400_000
/** The section schemes share all but their clock: `npm test` races with one of them. */
const OTHER_SECTIONS = new Set(["quiescent", "two-counters", "one-counter", "reader-writer", "leak"])
const CHOSEN = faultyLabs(PROVES).filter(
  ({ fault, scheme }) => fault.notRaced === undefined && (PROVES || !OTHER_SECTIONS.has(scheme)),
)

/** The first of them in `npm test`. */
eachForCiUnless(CHOSEN, (_, at) => at === 0)(
  "$id in $scheme: $sentence",
  { timeout: MOST_MS },
  async ({ fault, scheme }) => {
    const twin = await buildTwin(fault, { ...labStrategies(labSchemeOf(scheme)) })
    try {
      let found: readonly string[] = []
      let seed = 0
      while (found.length === 0 && seed < SEEDS)
        found = (
          await runLabRace({
            engineUrl: twin.url,
            seed: ++seed,
            operations: 6_000,
            batch: 1,
            eraEvery: 1,
            nodes: 600,
            mostMs: 5_000,
          })
        ).violations
      expect(found, `not found with ${SEEDS} seeds`).not.toEqual([])
      console.log(`${fault.id} in ${scheme}, seed ${seed}: ${found[0]}`)
    } finally {
      twin.remove()
    }
  },
)
