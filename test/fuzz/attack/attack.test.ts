/**
 * Random words are written into a heap, and then everything is called on it: no process dies, no call goes on for ever,
 * and what was no typed error was told by the check.
 *
 *   OUTLIVE_ATTACKS=10000 npx vitest run test/fuzz/attack
 *   OUTLIVE_FUZZ_SEED=4711 …                                 the same again
 *
 * It runs when it is asked for only: not all walks of the engine are bounded by their pool yet, so some attacks hang.
 */
import { availableParallelism } from "node:os"
import { expect, it } from "vitest"
import { attackCampaign } from "./campaign.js"

const TRIALS = Number(process.env["OUTLIVE_ATTACKS"] ?? 0)
const SEED = Number(process.env["OUTLIVE_FUZZ_SEED"] ?? Math.floor(Math.random() * 1_000_000))

it.runIf(TRIALS > 0)(
  `no attack of ${TRIALS.toLocaleString("en")} kills, hangs, or goes untold, seed ${SEED}`,
  async () => {
    const processes = Math.min(4, availableParallelism())
    const result = await attackCampaign({ seed: SEED, trials: TRIALS, processes, limitMs: 10_000 })
    expect(result).toMatchObject({ deaths: [], hangs: [], untold: [] })
    // Both sides were seen: damage that was told, and calls that were refused.
    expect(result.told).toBeGreaterThan(TRIALS / 4)
    expect(result.refused).toBeGreaterThan(TRIALS / 4)
  },
  60_000 + TRIALS * 100,
)
