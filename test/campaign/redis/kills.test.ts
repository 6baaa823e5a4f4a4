/** Shards by a real Redis: workers, Redis and whoever hands out are killed in the middle, and the result is that of an undisturbed campaign. */
import { once } from "node:events"
import { setTimeout as pause } from "node:timers/promises"
import type { CampaignResult } from "@outlive/campaign"
import { describe, expect, test } from "vitest"
import { comparable, campaignSum } from "./sum.js"
import { FOR_CI, PROVES } from "../../prove.js"
import { HAS_REDIS, Stage, type Twin, killed, until } from "./stage.js"

const TITLE = `with ${HAS_REDIS ? "Redis" : "Redis, which is not installed here (Debian's package: redis-server)"}`
const LIMIT_MS = 60_000

/** A worker that never looks after the shards of others. */
const LOSES_STALLED: Twin = {
  file: "campaign/dist/redis/redis-worker.js",
  from: "stalledInterval: lostMs / 2,",
  to: "stalledInterval: lostMs / 2, skipStalledCheck: true,",
}
/** A Redis that has lost its data is taken for one that has kept it. */
const TRUSTS_REDIS: Twin = {
  file: "campaign/dist/redis/redis-queue.js",
  from: "return before !== undefined && before !== id",
  to: "return false",
}
/** What was done twice counts twice. */
const COUNTS_TWICE: Twin = {
  file: "campaign/dist/tally.js",
  from: "const isNew = !this.isDone(shard)",
  to: "const isNew = true",
}

describe.skipIf(!HAS_REDIS)(TITLE, () => {
  test("all of it in one campaign", { timeout: LIMIT_MS, ...FOR_CI }, async () => {
    await using stage = await Stage.open()
    const header = stage.campaign({ gates: "1,16,31,46", fatal: "58" })
    const first = stage.coordinator(header)
    const worker = stage.worker()
    await stage.at(1)
    // Others who come by.
    const other = once(stage.worker({ build: "build-2" }), "message").then(([message]) => message as object)
    const second = stage.coordinator(header, { journal: "second.ndjson" })
    expect(await other).toMatchObject({
      refused: "OTHER_BUILD",
      message: `Cannot play campaign ${header.campaign}: it is of build build-1, and this worker of build-2`,
    })
    expect(await second.end).toMatchObject({ refused: "TAKEN" })
    await killed(worker)
    stage.worker()
    stage.open(1)
    await stage.at(16)
    await stage.redis.kill()
    await stage.redis.restart()
    stage.open(16)
    await stage.at(31)
    await killed(first.child)
    stage.open(31)
    const last = stage.coordinator(header)
    await stage.at(46)
    stage.open(46)
    const { shards, poisoned, ...rest } = (await last.end) as CampaignResult
    expect(shards).toEqual({ all: 20, done: 19, missing: 0, poisoned: 1 })
    expect(poisoned).toEqual([{ shard: 19, seeds: [58, 60], tries: 3, why: "SIGKILL", seed: 58, repeat: "repeat 58" }])
    expect(comparable({ ...rest, shards, poisoned })).toEqual({
      ...(await campaignSum(header, 19)),
      shards,
      poisoned,
    })
    while ((await stage.redis.ask("KEYS", "*")).length > 0) await pause(100)
  })

  test.each(
    cases([
      ["played by another", [], true],
      ["lost by a twin that never looks for stalled shards, and that is seen", [LOSES_STALLED], false],
    ]),
  )("the shard of a worker that is killed is %s", { timeout: LIMIT_MS }, async (_, twins, isSound) => {
    await using stage = await Stage.open()
    const header = stage.campaign({ gates: "31" })
    const { lines, end } = stage.coordinator(header)
    stage.worker({ twins })
    const first = await stage.at(31)
    stage.worker({ twins })
    process.kill(first.worker, "SIGKILL")
    stage.open(31)
    if (isSound) return expect(comparable(await end)).toEqual(await campaignSum(header))
    // Also more: on a busy machine nobody looks between the nineteenth line and one that must not come.
    await until(() => lines.length >= 19)
    // Five times as long as a sound one needs until it misses its neighbour.
    await pause(3_000)
    expect(lines).toHaveLength(19)
  })

  test.runIf(PROVES).each(
    cases([
      ["the campaign goes on", [], true],
      ["a twin that trusts it never ends, and that is seen", [TRUSTS_REDIS], false],
    ]),
  )("Redis is killed, and comes back without its data: %s", { timeout: LIMIT_MS }, async (_, twins, isSound) => {
    await using stage = await Stage.open()
    const header = stage.campaign({ gates: "1,16,31,46" })
    const { lines, end } = stage.coordinator(header, { twins })
    stage.worker({ size: 2 })
    await stage.at(1)
    await stage.redis.kill()
    await stage.redis.restart()
    for (const seed of [1, 16, 31, 46]) stage.open(seed)
    if (isSound) return expect(comparable(await end)).toEqual(await campaignSum(header))
    await pause(4_000)
    expect(lines.length).toBeLessThan(20)
  })

  test.runIf(PROVES).each(
    cases([
      ["counts once", [], true],
      ["is counted twice by a twin, and that is seen", [COUNTS_TWICE], false],
    ]),
  )("a shard that two workers have played %s", { timeout: LIMIT_MS }, async (_, twins, isSound) => {
    await using stage = await Stage.open()
    const header = stage.campaign({ gates: "31,58" })
    const { lines, end } = stage.coordinator(header, { twins })
    stage.worker()
    const first = await stage.at(31)
    // It cannot say that it lives, and its player plays on.
    process.kill(first.worker, "SIGSTOP")
    stage.worker({ size: 2 })
    await stage.at(31, [first.worker])
    await stage.at(58)
    stage.open(31)
    await until(() => lines.length === 19)
    process.kill(first.worker, "SIGCONT")
    await until(() => lines.length === 20)
    expect(lines.filter(({ shard }) => shard === 10)).toHaveLength(2)
    stage.open(58)
    const result = await end
    expect(result).toMatchObject({ repeated: isSound ? 1 : 0, seeds: { done: isSound ? 60 : 63 } })
    const sum = await campaignSum(header)
    if (isSound) expect(comparable(result)).toEqual(sum)
    else expect(comparable(result)).not.toEqual(sum)
  })

  test.runIf(PROVES)("Redis is killed, and comes back with its data", { timeout: LIMIT_MS }, async () => {
    await using stage = await Stage.open({ isKept: true })
    const header = stage.campaign({ gates: "1,31" })
    const { end } = stage.coordinator(header)
    stage.worker({ size: 2 })
    await stage.at(1)
    await stage.redis.kill()
    stage.open(1)
    stage.open(31)
    await stage.redis.restart()
    expect(comparable(await end)).toEqual(await campaignSum(header))
  })

  test.runIf(PROVES)("a shard that kills its worker three times is set aside", { timeout: LIMIT_MS }, async () => {
    await using stage = await Stage.open()
    const header = stage.campaign({ fatalToWorker: "25" })
    const { end } = stage.coordinator(header)
    for (let i = 0; i < 4; i++) stage.worker()
    expect(await end).toMatchObject({
      passed: false,
      shards: { all: 20, done: 19, missing: 0, poisoned: 1 },
      poisoned: [{ shard: 8, seeds: [25, 27], tries: 3, why: "its worker was lost" }],
    })
  })
})

/** What is sound is also in the campaign of all of it: alone, in `npm run prove`. */
function cases(all: readonly (readonly [name: string, twins: readonly Twin[], isSound: boolean])[]) {
  return all.filter(([, , isSound]) => PROVES || !isSound)
}
