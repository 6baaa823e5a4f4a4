/**
 * Every lock that is there passes what a lock must pass, in every order of its steps; those that are none are found out, and
 * so are broken twins of each. With OUTLIVE_PROVE (`npm run prove`) no lock and no order is left out; else there is a lock of each
 * family, a twin is of one lock, and in the three largest models orders with more than two preemptions are left out.
 */
import type { EngineFactory } from "@outlive/core/engine-js"
import { DESTROYED, LOCK_PROOFS, exploreModel } from "@outlive/models"
import { describe, expect, test } from "vitest"
import { LOCKS, buildStrategy, lockOf } from "../../scripts/strategies.mjs"
import { engineAt, expectFound, expectPassed } from "../faults/explored.js"
import { buildTwin } from "../faults/twin.js"
import { EAGER, LOCK_FAULTS } from "./lock-faults.js"
import { FOR_PROOF, forCiUnless, PROVES } from "../prove.js"

const MOST_MS = 1_800_000
/** Tens of thousands of orders in some of the queues. */
const LARGE = new Set(["mutex-2x2", "mutex-3", "two-locks"])
const ALL = [...LOCK_PROOFS, DESTROYED]

const engineWith = async (lock: string) => engineAt(await buildStrategy(lock, { target: "js", flavour: "stepwise" }))

function prove(name: string, factory: EngineFactory, most = 2) {
  const model = ALL.find((proof) => proof.name === name)!
  const bound = !PROVES && LARGE.has(name) ? ({ strategy: "preemption-bounded", maxPreemptions: most } as const) : {}
  return exploreModel(model, { timeMs: MOST_MS, ...bound }, factory)
}

/** One of each family, and the package's own: the others are proved by `npm run prove`. */
const ALWAYS = new Set(["spin-or-sleep", "ttas", "ticket", "mcs", "hemlock"])

/** In `npm test`: the package's own, and a queue. */
const SHORT = new Set(["spin-or-sleep", "mcs"])
const EXCLUDING = LOCKS.filter(({ excludes }) => excludes !== false)

for (const { name: lock } of EXCLUDING)
  describe(lock, forCiUnless(SHORT.has(lock)), () => {
    test.skipIf(!PROVES && !ALWAYS.has(lock)).each(ALL.map(({ name }) => name))(
      "passes %s",
      { timeout: MOST_MS + 60_000 },
      async (name) => {
        expectPassed(prove(name, await engineWith(lock)))
      },
    )

    test("has two broken twins at least", () => {
      expect(LOCK_FAULTS.filter(({ locks }) => locks.includes(lock)).length).toBeGreaterThan(1)
    })
  })

test.each(LOCKS.filter(({ excludes }) => excludes === false).map(({ name }) => name))(
  "%s is found out by every proof",
  async (lock) => {
    const factory = await engineWith(lock)
    for (const { name } of LOCK_PROOFS) expect(prove(name, factory).verdict, name).not.toBe("pass")
  },
)

describe.skipIf(!PROVES).each(Object.entries(EAGER))("%s that hands over at once", (lock, change) => {
  test.each(ALL.map(({ name }) => name))("passes %s", { timeout: MOST_MS + 60_000 }, async (name) => {
    const { name: known, id } = lockOf(lock)
    const variant = await buildTwin(
      { id: lock, sentence: "", ...change },
      { stepwise: true, lock: { name: known!, id } },
    )
    const result = prove(name, await engineAt(variant.url))
    variant.remove()
    expectPassed(result)
  })
})

/** Found after many orders. */
const LATE = "LS3-ttas-backoff"

describe("a model finds", () => {
  for (const fault of LOCK_FAULTS)
    test.each(PROVES ? fault.locks : fault.locks.slice(0, 1))(
      `${fault.id} in %s (${fault.model}): ${fault.sentence}`,
      fault.id === LATE ? FOR_PROOF : forCiUnless(!fault.id.startsWith("LS")),
      async (lock) => {
        const { name, id } = lockOf(lock)
        await expectFound(fault, { lock: { name: name!, id } }, (factory) => prove(fault.model, factory, 3))
      },
    )
})
