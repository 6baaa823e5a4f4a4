/** A module that explores its own models: it is told what is wrong, instead of ending without a word or starting for ever. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"

const WAITS_FOR_ITSELF = new URL("programs/waits-for-itself.mjs", import.meta.url)
const STARTS_WHEN_LOADED = new URL("programs/starts-when-loaded.mjs", import.meta.url)

function run(url: URL, argument: string): string {
  const program = fileURLToPath(url)
  const { stdout, stderr } = spawnSync(process.execPath, [program, argument], { encoding: "utf8", timeout: 30_000 })
  return stdout + stderr
}

describe.each(["replay", "parallel"])("%s", (what) => {
  test("of a module that waits for itself is refused", () => {
    expect(run(WAITS_FOR_ITSELF, what)).toMatch(/^ExploreError: Cannot import .*it waits for itself/)
  })

  test("of a module that does so wherever it is loaded is refused in the worker", () => {
    expect(run(STARTS_WHEN_LOADED, what)).toMatch(/Error: Cannot (replay|explore).* in a worker of an exploration/)
  })
})
