/** Processes that play shards are killed: the campaign ends with exactly the result of an undisturbed one. */
import { Random } from "@outlive/workers"
import { expect, test } from "vitest"
import { FOR_CI, PROVES } from "../prove.js"
import { campaignOf, comparable, runLocally } from "./local.js"

/** `npm run prove`: the 10,000 that were promised. */
const SEEDS = PROVES ? 10_000 : 600
/** Never three times at one shard: that would be poison. */
const MOST_KILLS_PER_SHARD = 2

test(`${SEEDS} seeds with workers killed at random are worth an undisturbed campaign`, FOR_CI, async () => {
  const header = campaignOf([1, SEEDS], SEEDS / 40)
  const undisturbed = await runLocally(header)
  const random = new Random(20_261_127)
  const kills = new Map<number, number>()
  const disturbed = await runLocally(header, {
    onTaken(shard, pid) {
      const before = kills.get(shard) ?? 0
      if (before >= MOST_KILLS_PER_SHARD || random.below(5) !== 0) return
      kills.set(shard, before + 1)
      setTimeout(() => process.kill(pid, "SIGKILL"), random.below(10))
    },
  })
  expect(kills.size, "shards whose process was killed").toBeGreaterThan(2)
  expect(comparable(disturbed)).toEqual(comparable(undisturbed))
  // That there was something to lose.
  expect(undisturbed.seeds).toMatchObject({ all: SEEDS, done: SEEDS })
  expect(undisturbed.findings).toMatchObject([{ cause: "assertion: # additions are lost at #" }])
  expect(undisturbed.findings[0]!.seeds).toBe(undisturbed.seeds.failed)
  expect(undisturbed.seeds.failed).toBeGreaterThan(10)
  expect(undisturbed.seeds.failed).toBeLessThan(SEEDS - 10)
})

test("a shard that ends its process three times is set aside, with the seed, and the others are played", async () => {
  const taken: number[] = []
  const result = await runLocally(campaignOf([1, 60], 10, { fatal: "25" }), { onTaken: (shard) => taken.push(shard) })
  expect(taken.filter((shard) => shard === 2)).toHaveLength(3)
  expect(result).toMatchObject({
    passed: false,
    shards: { all: 6, done: 5, missing: 0, poisoned: 1 },
    poisoned: [{ shard: 2, seeds: [21, 30], tries: 3, why: "SIGKILL", seed: 25, repeat: "repeat 25" }],
  })
})

test("what a seed throws ends its process, and is told", async () => {
  const { poisoned } = await runLocally(campaignOf([1, 2], 1, { throws: "2" }), { size: 1 })
  expect(poisoned).toMatchObject([{ shard: 1, why: "exit code 1: out of paper", seed: 2 }])
})

test("a campaign that no process can play is refused, and not tried for ever", async () => {
  await expect(runLocally(campaignOf([1, 100], 1, { refused: "yes" }))).rejects.toMatchObject({
    code: "WORKER_FAILED",
    message: "Cannot play this campaign: no such model",
  })
})

test("an abort ends the processes, and what was settled stays", async () => {
  const controller = new AbortController()
  const result = await runLocally(campaignOf([1, 1_000_000], 100), {
    signal: controller.signal,
    onLine: () => controller.abort(),
  })
  expect(result.shards.done).toBe(1)
  expect(result.shards.missing).toBe(result.shards.all - 1)
})
