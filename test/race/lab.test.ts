/** Threads race over all structures of the lab under each scheme: everything adds up, and comes back. */
import { runLabRace } from "@outlive/workers"
import { pathToFileURL } from "node:url"
import { expect, test } from "vitest"
import { LAB_SCHEMES, buildLab } from "../../scripts/strategies.mjs"
import { FOR_CI, eachForCiUnless, PROVES } from "../prove.js"

const THREADS = 3
const OPERATIONS = PROVES ? 5_000 : 800
/** A batch of `hyaline` has a node for each other seat: with fewer a seat waits for more. */
const FEWEST_OF_BATCH = THREADS * (THREADS - 1)

/** One that protects sections, and one that protects nodes, unless everything is raced over: each is compiled for it, for seconds. */
const FEW = new Set(["epochs", "hazard-pointers"])
const AT_SPEED = LAB_SCHEMES.filter(({ name }) => PROVES || FEW.has(name))

test.each(AT_SPEED)("$name in WebAssembly, at full speed", FOR_CI, async ({ name }) => {
  const engineUrl = pathToFileURL(await buildLab(name, { target: "wasm", flavour: "checked" })).href
  const { violations } = await runLabRace({ engineUrl, threads: THREADS, operations: 20 * OPERATIONS })
  expect(violations).toEqual([])
})

eachForCiUnless(LAB_SCHEMES, ({ name }) => FEW.has(name))("$name", {}, async ({ name, reclaims }) => {
  const engineUrl = pathToFileURL(await buildLab(name, { target: "js", flavour: "checked" })).href
  for (let seed = 1; seed <= (PROVES ? 20 : 1); seed++) {
    const { violations, operations, kept } = await runLabRace({
      engineUrl,
      seed,
      threads: THREADS,
      operations: OPERATIONS,
    })
    expect(violations).toEqual([])
    expect(operations).toBe(THREADS * OPERATIONS)
    if (reclaims) expect(kept).toBeLessThanOrEqual(name === "hyaline" ? FEWEST_OF_BATCH : 0)
    else expect(kept).toBeGreaterThan(0)
  }
})
