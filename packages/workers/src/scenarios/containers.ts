/** Arrays, chains and merges, built over fences whose modules come and go. */
import { LIFETIMES } from "../choices.js"
import { clearSlots } from "../roles/fences/clear-slots.js"
import { composer } from "../roles/fences/composer.js"
import { issuers } from "../roles/fences/issuers.js"
import { merger } from "../roles/fences/merger.js"
import { nameReader } from "../roles/fences/name-reader.js"
import { signaler } from "../roles/fences/signaler.js"
import { subscriber } from "../roles/fences/subscriber.js"
import { unloader } from "../roles/fences/unloader.js"
import { waiter } from "../roles/fences/waiter.js"
import { defineScenario } from "../scenario.js"
import { fences } from "./fences.js"

export const containers = defineScenario({
  name: "containers",
  about: "A container is complete when all that it is made of is, and never before.",
  cast: {
    first: [signaler, composer, merger, unloader, subscriber, signaler],
    more: [composer, signaler, merger, waiter],
    asked: [nameReader],
  },
  leastThreads: 3,
  lifetimes: LIFETIMES,
  modules: issuers,
  capacities: (settings, threads) => ({
    ...fences.capacities(settings, threads),
    callbacks: 16_384,
    containers: 4_096,
  }),
  setup: (referee) => ({ tokens: undefined, end: () => clearSlots(referee) }),
})
