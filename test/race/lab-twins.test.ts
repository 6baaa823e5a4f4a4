/** Broken twins of the lab's schemes are found by races as well, each within a few seeds. */
import { runLabRace } from "@outlive/workers"
import { expect, test } from "vitest"
import { labSchemeOf, labStrategies } from "../../scripts/strategies.mjs"
import { buildTwin } from "../faults/twin.js"
import { LAB_FAULTS } from "../strategies/lab-faults.js"
import { PROVES } from "../prove.js"

const SEEDS = 60
/** Those that races find at once, one for each scheme; with OUTLIVE_PROVE all. */
const QUICK = new Set(["LS2", "LH1", "LO1", "LI2", "LY2", "LR1"])
const RACED = LAB_FAULTS.filter(({ notRaced }) => notRaced === undefined).flatMap((fault) =>
  fault.schemes.map((scheme) => ({ fault, scheme, id: fault.id, sentence: fault.sentence })),
)
const CHOSEN = RACED.filter(({ id, scheme }) => PROVES || QUICK.has(id) || (id === "LS3" && scheme === "leak"))

test.each(CHOSEN)("$id in $scheme: $sentence", async ({ fault, scheme }) => {
  const twin = await buildTwin(fault, { ...labStrategies(labSchemeOf(scheme)) })
  try {
    let found: readonly string[] = []
    let seed = 0
    while (found.length === 0 && seed < SEEDS)
      found = (
        await runLabRace({ engineUrl: twin.url, seed: ++seed, operations: 6_000, batch: 1, nodes: 600, mostMs: 5_000 })
      ).violations
    expect(found, `not found with ${SEEDS} seeds`).not.toEqual([])
    console.log(`${fault.id} in ${scheme}, seed ${seed}: ${found[0]}`)
  } finally {
    twin.remove()
  }
})
