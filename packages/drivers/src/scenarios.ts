/** The races: one for each fence type, one for each driver with all of its types, and one for all. Entered by the URL of this file. */
import { FENCE_TYPES } from "./all.js"
import { titleOf } from "./fence-type.js"
import { soundly } from "./soundly.js"
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
  // Everything at once, and what it is passed on in.
  scenarioOf("all drivers", FENCE_TYPES.map(soundly), true),
]
