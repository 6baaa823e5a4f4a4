/** Broken twins of each reclamation scheme are found by the model that is named with them: in one scheme each, or in all (`npm run prove`). */
import { SCHEME_PROOFS, exploreModel } from "@outlive/models"
import { expect, test } from "vitest"
import { SCHEMES, schemeOf } from "../../scripts/strategies.mjs"
import { expectFound } from "../faults/explored.js"
import { PROVES } from "../prove.js"
import { SCHEME_FAULTS } from "./scheme-faults.js"

const MOST_MS = 60_000

test.each(SCHEMES.map(({ name }) => name))("%s has two at least", (scheme) => {
  expect(SCHEME_FAULTS.filter(({ schemes }) => schemes.includes(scheme)).length).toBeGreaterThan(1)
})

for (const fault of SCHEME_FAULTS)
  test.each(PROVES ? fault.schemes : fault.schemes.slice(0, 1))(
    `${fault.id} in %s (${fault.model}): ${fault.sentence}`,
    async (scheme) => {
      const { name, id } = schemeOf(scheme)
      const model = SCHEME_PROOFS.find((proof) => proof.name === fault.model)!
      await expectFound(fault, { scheme: { name: name!, id } }, (factory) =>
        exploreModel(model, { timeMs: MOST_MS }, factory),
      )
    },
  )
