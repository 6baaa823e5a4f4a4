/** All that can be raced: a scenario is a file, and a line here. */
import type { AnyScenario } from "../scenario.js"
import { containers } from "./containers.js"
import { fences } from "./fences.js"
import { mixed } from "./mixed.js"
import { reservations } from "./reservations.js"
import { schedulers } from "./schedulers.js"
import { sleepers } from "./sleepers.js"
import { syncobjs } from "./syncobjs.js"
import { tight } from "./tight.js"

export const SCENARIOS: readonly AnyScenario[] = [
  fences,
  containers,
  reservations,
  schedulers,
  syncobjs,
  sleepers,
  tight,
  mixed,
]
