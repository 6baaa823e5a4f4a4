/**
 * The whole public API, called at random with everything in every state: typed errors only, balanced accounts, nothing
 * wrong in the heap, nothing thrown where nobody can catch it, nothing that hangs.
 *
 *   OUTLIVE_FUZZ_CALLS=1000000 npx vitest run test/fuzz/fuzz.test.ts     more of it (default 100,000)
 *   OUTLIVE_FUZZ_SEED=4711 …                                             another part of it (default: always the same)
 */
import { availableParallelism } from "node:os"
import { expect, it } from "vitest"
import { eachForCiUnless, PROVES } from "../prove.js"
import { campaign, replay } from "./api/campaign.js"
import { SABOTAGES } from "./api/sabotage.js"

const CALLS = Number(process.env["OUTLIVE_FUZZ_CALLS"] ?? 100_000)
const SEED = Number(process.env["OUTLIVE_FUZZ_SEED"] ?? 20_261_126)
const PER_BATCH = 200
/** No call takes so long, on a busy machine either. */
const LIMIT_MS = 10_000
const processes = Math.min(4, availableParallelism())

it(
  `keeps what it promises in ${CALLS.toLocaleString("en")} calls, seed ${SEED}`,
  async () => {
    const { calls, findings } = await campaign({
      seed: SEED,
      calls: CALLS,
      perBatch: PER_BATCH,
      processes,
      limitMs: LIMIT_MS,
    })
    expect(calls).toBeGreaterThanOrEqual(CALLS)
    const [worst] = findings
    const minimal = worst ? await replay(worst, PER_BATCH, LIMIT_MS) : []
    expect(
      findings.map(({ count, seed, step, key }) => `${count} times, first at ${seed}:${step}: ${key}`),
      minimal.join("\n"),
    ).toEqual([])
  },
  60_000 + CALLS,
)

/** What takes thousands of calls until it shows. */
const LATE = [
  "a sync file takes one reference too many",
  "a token is opened whatever its generation",
  "a callback's record is not given back",
  "an argument is used before it is checked",
  "an error is of another grammar",
]
const sabotages = Object.keys(SABOTAGES).filter((sabotage) => PROVES || !LATE.includes(sabotage))

/** In `npm test` one of each kind: of what is counted, of what hangs, of what dies. */
const SHORT = new Set(["an object is not given back", "a call never ends", "the process is ended"])

eachForCiUnless(sabotages, (sabotage) => SHORT.has(sabotage))(
  "finds it when %s",
  { timeout: 300_000 },
  async (sabotage) => {
    const { findings } = await campaign({
      seed: 1,
      calls: 20_000,
      perBatch: PER_BATCH,
      processes: 1,
      limitMs: 700,
      sabotage,
      first: true,
    })
    expect(findings).not.toEqual([])
  },
)
