/** Fences issued, signaled, awaited and dropped, while their modules come and go. */
import { LIFETIMES } from "../choices.js"
import { nameReader } from "../roles/fences/name-reader.js"
import { clearSlots } from "../roles/fences/clear-slots.js"
import { issuers } from "../roles/fences/issuers.js"
import { signaler } from "../roles/fences/signaler.js"
import { subscriber } from "../roles/fences/subscriber.js"
import { unloader } from "../roles/fences/unloader.js"
import { waiter } from "../roles/fences/waiter.js"
import { defineScenario } from "../scenario.js"

export const fences = defineScenario({
  name: "fences",
  about: "Fences outlive the modules that issued them.",
  cast: {
    first: [signaler, nameReader, unloader, waiter, subscriber],
    more: [signaler, waiter, subscriber, nameReader],
  },
  leastThreads: 2,
  lifetimes: LIFETIMES,
  modules: issuers,
  capacities: ({ slots, flavour }, threads) => ({
    fences: 4_096,
    callbacks: 4_096,
    containers: 16,
    modules: 64,
    timelines: 256,
    cells: slots + threads,
    trace: flavour === "checked" ? 1_024 : 0,
  }),
  setup: (referee) => ({ tokens: undefined, end: () => clearSlots(referee) }),
})
