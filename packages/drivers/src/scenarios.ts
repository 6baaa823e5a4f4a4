/** The races: one for each fence type, and one for each driver with all of its types. Entered by the URL of this file. */
import { FENCE_TYPES } from "./all.js"
import { titleOf } from "./fence-type.js"
import { scenarioOf } from "./scenario-of.js"

const drivers = [...new Set(FENCE_TYPES.map(({ driver }) => driver))]

export const scenarios = [
  ...FENCE_TYPES.map((type) => scenarioOf(titleOf(type), [type])),
  ...drivers.map((driver) =>
    scenarioOf(
      driver,
      FENCE_TYPES.filter((type) => type.driver === driver),
    ),
  ),
]
