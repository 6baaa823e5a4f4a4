/** Seeds that are deaths: survived by a program, each of them; and not by one that a death upsets. */
import { fileURLToPath } from "node:url"
import { headerOf, playShard } from "@outlive/campaign"
import { expect, test } from "vitest"
import { kindNamed } from "../../packages/cli/dist/campaign/kinds.js"

const SEEDS = 60
const OPTIONS = { what: "counter-2x1", orders: "4" }

async function played(options: Readonly<Record<string, string>>, seeds = SEEDS) {
  const player = await kindNamed("death").open(options)
  return playShard(headerOf({ kind: "death", options, files: {}, seeds: [1, seeds], perShard: seeds }, "0"), 0, player)
}

test("each thread dies at each of its first accesses, and the other goes on", async () => {
  expect(await played(OPTIONS)).toMatchObject({ seeds: SEEDS, failed: 0, operations: 4 * SEEDS })
})

test("a program that one death upsets is found, with an order that can be replayed", async () => {
  const program = fileURLToPath(new URL("programs/fragile.mjs", import.meta.url))
  const { failed, findings } = await played({ ...OPTIONS, what: "fragile-2x1", program }, 24)
  expect(failed).toBeGreaterThan(1)
  expect(failed).toBeLessThan(12)
  expect(findings).toMatchObject([{ cause: "assertion: # is not #", seeds: failed }])
  expect(findings[0]!.shortest.repeat).toMatch(/^outlive replay fragile-2x1-dies-\d+-\d+:.* --program/)
})

test.each([
  ["counter", 'Who dies in "counter"? Name a program with its size, like counter-3x1'],
  ["nothing-2x1", "nothing"],
])("%s is refused", async (what, message) => {
  await expect(kindNamed("death").open({ what })).rejects.toThrow(message)
})
