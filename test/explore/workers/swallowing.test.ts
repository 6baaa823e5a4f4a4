/** What cannot be stopped ends with its process, and says why. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

test("a body that catches everything and tries again ends its process", () => {
  const program = fileURLToPath(new URL("programs/swallowing.mjs", import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8", timeout: 20_000 })
  expect(status).toBe(70)
  expect(stderr).toMatch(/thread A catches everything.*rethrow/s)
})
