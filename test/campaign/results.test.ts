/** Results as they are written, read again and put together. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type Definition,
  type Finding,
  type Header,
  Journal,
  type ShardLine,
  Tally,
  campaignId,
  causeOf,
  headerOf,
  mergeFiles,
  shardsLeft,
  shareSize,
} from "@outlive/campaign"
import { afterAll, expect, test } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "outlive-campaign-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DEFINITION: Definition = {
  kind: "race",
  options: { scenario: "fences", operations: "10" },
  files: {},
  seeds: [1, 95],
  perShard: 10,
}
const HEADER = headerOf(DEFINITION, "build-1")

function shardOf(header: Header, shard: number, findings: readonly Finding[] = []): ShardLine {
  const { campaign, build } = header
  return {
    campaign,
    build,
    shard,
    seeds: shard === 9 ? 5 : 10,
    failed: findings.length,
    operations: 100,
    ms: 1,
    findings,
  }
}

const found = (cause: string, seed: number, size: number): Finding => ({
  cause,
  seeds: 1,
  shortest: { seed, size, repeat: `repeat ${seed}`, text: cause },
})

function fileOf(name: string, header: Header, lines: readonly ShardLine[]): string {
  const path = join(folder, name)
  writeFileSync(path, [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(""))
  return path
}

const ALL = Array.from({ length: 10 }, (_, shard) => shard)

test("an id is that of the definition, in whatever order it was written", () => {
  const { kind, options, files, seeds, perShard } = DEFINITION
  const turned = { perShard, seeds, files, options: Object.fromEntries(Object.entries(options).toReversed()), kind }
  expect(campaignId(turned)).toBe(campaignId(DEFINITION))
  expect(campaignId({ ...DEFINITION, seeds: [1, 96] })).not.toBe(campaignId(DEFINITION))
  expect(campaignId({ ...DEFINITION, files: { program: "00" } })).not.toBe(campaignId(DEFINITION))
})

test.each([
  ["Fence 0x57f80 leads into text 0x82d01\nmore", "Fence 0x57f80 leads into text 0x9", true],
  ["signaler-0 waited 1,149.5 ms", "signaler-3 waited 2 ms", true],
  ["a lock stays taken", "a lock is freed", false],
])("%j and %j: one cause, %s", (a, b, isOne) => {
  expect(causeOf(a) === causeOf(b)).toBe(isOne)
})

test("shares have each shard once", () => {
  const tally = new Tally(HEADER)
  const shares = [1, 2, 3].map((part) => [...shardsLeft(tally, { part, of: 3 })])
  expect(shares.flat().sort((a, b) => a - b)).toEqual(ALL)
  expect(shares.map((share) => share.length)).toEqual([1, 2, 3].map((part) => shareSize(10, { part, of: 3 })))
  tally.add(shardOf(HEADER, 4))
  expect([...shardsLeft(tally, { part: 2, of: 3 })]).toEqual([1, 7])
})

test("files in any order, with shards done twice, have one sum", async () => {
  const a = fileOf(
    "a",
    HEADER,
    [0, 1, 2, 3, 4, 5].map((n) => shardOf(HEADER, n, n === 3 ? [found("x", 31, 9)] : [])),
  )
  const b = fileOf(
    "b",
    HEADER,
    [5, 6, 7, 8, 9, 3].map((n) =>
      shardOf(HEADER, n, n === 7 ? [found("x", 71, 5)] : n === 3 ? [found("x", 31, 9)] : []),
    ),
  )
  const results = [await mergeFiles([a, b]), await mergeFiles([b, a]), await mergeFiles([b, a, b])].map((tally) =>
    tally.result(),
  )
  for (const result of results)
    expect(result).toMatchObject({
      schema: "outlive-campaign-result/1",
      shards: { all: 10, done: 10, missing: 0, poisoned: 0 },
      seeds: { all: 95, done: 95, failed: 2 },
      operations: 1_000,
      findings: [{ cause: "x", seeds: 2, shortest: { seed: 71, size: 5 } }],
      passed: false,
    })
  expect(results.map(({ repeated }) => repeated)).toEqual([2, 2, 8])
})

test("what only the second result of a shard has found is not lost", () => {
  const tally = new Tally(HEADER)
  tally.add(shardOf(HEADER, 3))
  tally.add(shardOf(HEADER, 3, [found("seldom", 31, 4)]))
  expect(tally.result()).toMatchObject({ seeds: { done: 10, failed: 0 }, findings: [{ cause: "seldom" }], repeated: 1 })
})

test("a shard that was given up by one and played by another is done", () => {
  for (const isFirst of [true, false]) {
    const tally = new Tally(HEADER)
    const poisoned = {
      campaign: HEADER.campaign,
      build: HEADER.build,
      shard: 2,
      poisoned: { tries: 3, why: "SIGKILL" },
    }
    const lines = [poisoned, shardOf(HEADER, 2)]
    for (const line of isFirst ? lines : lines.toReversed()) tally.add(line)
    expect(tally.result().shards).toEqual({ all: 10, done: 1, missing: 9, poisoned: 0 })
  }
})

test("all shards, and nothing found: passed; one missing: not", async () => {
  const lines = ALL.map((n) => shardOf(HEADER, n))
  expect((await mergeFiles([fileOf("whole", HEADER, lines)])).result().passed).toBe(true)
  const { passed, shards } = (await mergeFiles([fileOf("lacks", HEADER, lines.slice(1))])).result()
  expect({ passed, missing: shards.missing }).toEqual({ passed: false, missing: 1 })
})

const OTHER = headerOf({ ...DEFINITION, perShard: 5 }, "build-1")
const REBUILT = headerOf(DEFINITION, "build-2")

test.each([
  ["OTHER_CAMPAIGN", OTHER, new RegExp(`campaign ${HEADER.campaign}: it is of campaign ${OTHER.campaign}`)],
  ["OTHER_BUILD", REBUILT, /build build-1: it is of build build-2/],
])("%s is refused, and both are named", async (code, header, message) => {
  const own = fileOf("own", HEADER, [shardOf(HEADER, 0)])
  const other = fileOf("other", header, [shardOf(header, 1)])
  await expect(mergeFiles([own, other])).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  })
  await expect(Journal.open(own, header, { resume: true })).rejects.toMatchObject({ code })
})

test.each([
  ["", /no results in it/],
  ["{}\n", /it is no result of a campaign/],
  ["a word\n", /:1: it is no line of JSON/],
  [`${JSON.stringify(shardOf(HEADER, 0))}\n`, /before the header/],
  [`${JSON.stringify({ ...HEADER, schema: "outlive-campaign/9" })}\n`, /its schema is outlive-campaign\/9/],
  [`${JSON.stringify({ ...HEADER, definition: OTHER.definition })}\n`, /its definition is not that of campaign/],
  [`${JSON.stringify(HEADER)}\n${JSON.stringify(shardOf(HEADER, 10))}\n`, /it has no shard 10/],
])("%j is no result", async (text, message) => {
  const path = join(folder, "none")
  writeFileSync(path, text)
  await expect(mergeFiles([path])).rejects.toMatchObject({
    code: "NO_RESULT",
    message: expect.stringMatching(message) as string,
  })
})

test("a journal goes on where it was cut off, in the middle of a line, too", async () => {
  const path = join(folder, "journal")
  const first = await Journal.open(path, HEADER)
  first.settle(shardOf(HEADER, 0))
  first.close()
  await expect(Journal.open(path, HEADER)).rejects.toMatchObject({ code: "HAS_RESULTS" })
  appendFileSync(path, JSON.stringify(shardOf(HEADER, 1)).slice(0, 40))
  const second = await Journal.open(path, HEADER, { resume: true })
  expect([...shardsLeft(second.tally)]).toEqual(ALL.slice(1))
  for (const shard of shardsLeft(second.tally)) second.settle(shardOf(HEADER, shard))
  second.close()
  expect(readFileSync(path, "utf8").trim().split("\n")).toHaveLength(11)
  expect((await mergeFiles([path])).result()).toMatchObject({ passed: true, repeated: 0 })
})

test("a journal that was cut off in its header begins again", async () => {
  const path = join(folder, "beheaded")
  writeFileSync(path, JSON.stringify(HEADER).slice(0, 30))
  ;(await Journal.open(path, HEADER, { resume: true })).close()
  expect(readFileSync(path, "utf8")).toBe(`${JSON.stringify(HEADER)}\n`)
})
