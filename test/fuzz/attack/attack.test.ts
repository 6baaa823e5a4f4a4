/**
 * Random words are written into a heap, and then everything is called on it: no process dies, no call goes on for ever,
 * and what was no typed error was told by the check.
 *
 *   OUTLIVE_ATTACKS=10000 npx vitest run test/fuzz/attack    more of it
 *   OUTLIVE_FUZZ_SEED=4711 …                                 others (a trial is its seed: it is the same wherever it runs)
 */
import { availableParallelism } from "node:os"
import { expect, it } from "vitest"
import { buildTwin } from "../../faults/twin.js"
import { attackCampaign } from "./campaign.js"
import { FOR_CI } from "../../prove.js"

const TRIALS = Number(process.env["OUTLIVE_ATTACKS"] ?? 200)
const DEFAULT_SEED = 1_000
const SEED = Number(process.env["OUTLIVE_FUZZ_SEED"] ?? DEFAULT_SEED)
const processes = Math.min(4, availableParallelism())

it(
  `no attack of ${TRIALS.toLocaleString("en")} kills, hangs, or goes untold, seed ${SEED}`,
  async () => {
    const result = await attackCampaign({ seed: SEED, trials: TRIALS, processes, limitMs: 10_000 })
    expect(result).toMatchObject({ deaths: [], hangs: [], untold: [] })
    // Both sides were seen: damage that was told, and calls that were refused.
    expect(result.told).toBeGreaterThan(TRIALS / 4)
    expect(result.refused).toBeGreaterThan(TRIALS / 4)
  },
  60_000 + TRIALS * 300,
)

it("a hang is found, where walks have no bound", FOR_CI, async () => {
  const twin = await buildTwin({
    id: "endless",
    sentence: "walks go on for as long as a list does",
    file: "bound.ts",
    from: "if (steps > (kind == ANY ? capacityOfAll() : capacityOf(kind))) breakOff(list)",
    to: "",
  })
  try {
    const found = await attackCampaign({
      seed: DEFAULT_SEED,
      trials: MOST_UNBOUNDED,
      processes,
      limitMs: 1_000,
      engineUrl: twin.url,
    })
    console.log(`${found.hangs.length} of ${MOST_UNBOUNDED} hang`)
    // Over the engine as it is the same trials are the first of those above: none hangs.
    expect(found.hangs.length).toBeGreaterThan(0)
  } finally {
    twin.remove()
  }
})

/** In some of these trials a list comes back to itself. */
const MOST_UNBOUNDED = 60
