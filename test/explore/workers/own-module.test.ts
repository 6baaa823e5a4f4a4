/** A module that explores its own models: it is told what is wrong, instead of ending without a word or starting for ever. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"

function run(name: string, argument: string): string {
  const program = fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, [program, argument], { encoding: "utf8", timeout: 30_000 })
  return stdout + stderr
}

describe.each(["replay", "parallel"])("%s", (what) => {
  test("of a module that waits for itself is refused", () => {
    expect(run("waits-for-itself", what)).toMatch(/^ExploreError: Cannot import .*it waits for itself/)
  })

  test("of a module that does so wherever it is loaded is refused in the worker", () => {
    expect(run("starts-when-loaded", what)).toMatch(/Error: Cannot (replay|explore).* in a worker of an exploration/)
  })
})
