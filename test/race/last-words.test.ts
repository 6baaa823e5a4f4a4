/** What a thread has found is told, although it does not come back: it hangs, or dies. */
import { runRace } from "@outlive/workers"
import { expect, test } from "vitest"

const scenariosUrl = new URL("./programs/last-words.mjs", import.meta.url).href

test.each(["sleeps", "throws", "exits"])("a thread that %s", async (scenario) => {
  const { violations, passed } = await runRace({ scenariosUrl, scenario, threads: 1, seconds: 10 })
  expect(violations.map(({ message }) => message)).toContain("What it found before")
  expect(passed).toBe(false)
})
