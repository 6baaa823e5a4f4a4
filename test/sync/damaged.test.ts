/** What is given back with damaged words comes to an end: an oops says so, and the check tells where. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { expect, test } from "vitest"

/** A walk that goes on for ever would: it is ended then. */
const LIMIT_MS = 20_000

interface Ended {
  readonly refused: readonly string[]
  readonly told: number
}

async function run(engine: string, damage: string): Promise<Ended> {
  const worker = new Worker(new URL("programs/damaged.mjs", import.meta.url), {
    workerData: { engine, flavour: "release", damage },
  })
  try {
    const [ended] = (await once(worker, "message", { signal: AbortSignal.timeout(LIMIT_MS) })) as [Ended]
    return ended
  } finally {
    await worker.terminate()
  }
}

test.each(["the receivers' position is none", "the version's blocks are a circle"])(
  "%s: it ends, in both engines, and is told",
  { timeout: 4 * LIMIT_MS },
  async (damage) => {
    for (const engine of ["wasm", "js"]) {
      const { refused, told } = await run(engine, damage)
      expect(refused).toContain("BROKEN_LIST")
      expect(told).toBeGreaterThan(0)
    }
  },
)

test("and nothing is refused or told where nothing is damaged", { timeout: 2 * LIMIT_MS }, async () => {
  expect(await run("wasm", "nothing")).toEqual({ refused: [], told: 0 })
})
