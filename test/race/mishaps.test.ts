/** A thread that throws, exits or is terminated in the middle is reported, and the others end cleanly. */
import { type Mishap, runRace } from "@outlive/workers"
import { expect, test } from "vitest"
import { forCiUnless, PROVES } from "../prove.js"

const EXPECTED: Record<Mishap["kind"], RegExp> = {
  throw: /A mishap: thrown/,
  exit: /exit/i,
  terminate: /terminat|exit/i,
}

for (const engine of PROVES ? (["wasm", "js"] as const) : (["wasm"] as const))
  for (const kind of ["throw", "exit", "terminate"] as const)
    test(`${engine}: ${kind}`, forCiUnless(kind === "terminate"), async () => {
      const mishap = { thread: 0, kind, afterMs: 300 }
      const race = (seconds: number) => runRace({ engine, seconds, seed: 5, mishap })
      let result = await race(1.2)
      // On a busy machine that thread did nothing after the moment at which it is to happen.
      if (result.deaths.length === 0) result = await race(10)
      expect(result.deaths).toHaveLength(1)
      expect(result.deaths[0]).toMatchObject({ thread: "signaler-0", message: expect.stringMatching(EXPECTED[kind]) })
      expect(result.violations).toEqual([])
      expect(result.elapsedMs).toBeGreaterThan(1_100)
      // The dead thread's record was reclaimed: only the referee is left.
      expect(result.accounts?.threads.inUse).toBe(1)
    })

test("ends early and cleanly when interrupted", async () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 300)
  const result = await runRace({ seconds: 30, seed: 6 }, { signal: controller.signal })
  expect(result).toMatchObject({ interrupted: true, passed: true, leaks: [] })
  expect(result.elapsedMs).toBeLessThan(30_000)
})
