/**
 * Programs are raced by real threads, hold there as well, and find their broken engines; so do a lock and a scheme in another
 * language. Without OUTLIVE_PROVE one of each kind.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { type AnyProgram, PROGRAMS } from "@outlive/programs"
import { type GivenSettings, runRace } from "@outlive/workers"
import { afterAll, describe, expect, test } from "vitest"
import { buildTwinOf } from "../programs/twins.js"
import { PROVES } from "../prove.js"

const FEW = new Set(["counter", "readers", "ping-pong"])
const raced = PROGRAMS.filter(({ name }) => PROVES || FEW.has(name))
/** A waiter that nobody wakes is stuck, and that takes seconds to be sure of. */
const SECONDS = 30

const folder = mkdtempSync(join(tmpdir(), "outlive-foreign-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const threadsOf = ({ threads }: AnyProgram) => Math.max(2, threads.length)

function race(program: AnyProgram, given: GivenSettings = {}) {
  return runRace({ program: program.name, threads: threadsOf(program), seconds: SECONDS, ...given })
}

describe.each(raced)("$name", (program) => {
  test("holds", async () => {
    const result = await race(program, { operations: 3_000 })
    expect(result).toMatchObject({ passed: true, violations: [], deaths: [], leaks: [] })
    expect(result.operations).toBeGreaterThan(0)
  })

  test.skipIf(!PROVES).each(program.twins ?? [])("notices in a race ($id): $sentence", async (broken) => {
    const twin = await buildTwinOf(broken)
    try {
      const { passed, violations } = await race(program, { engine: "js", engineUrl: twin.url, perturbation: true })
      expect(passed).toBe(false)
      console.log(`${broken.id} found by a race: ${violations[0]?.message}`)
    } finally {
      twin.remove()
    }
  })
})

test("who follows takes no turns of its own once nobody leads: they would be counted, and fill its trace", async () => {
  const { counts } = await runRace({ program: "ping-pong", threads: 4, seconds: SECONDS, operations: 500 })
  // One turn of each may be in the middle when its partner says goodbye.
  expect(counts["answerer: turns"]! - counts["opener: turns"]!).toBeLessThanOrEqual(2)
})

describe("a lock in another language", () => {
  const counter = PROGRAMS.find(({ name }) => name === "counter")!
  const lock = (take: string) => `export function create(memory) {
  const words = new Int32Array(memory)
  return {
    acquire(word) { ${take} },
    release(word) { Atomics.store(words, word >> 2, 0) },
  }
}`
  const fileOf = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return pathToFileURL(file).href
  }

  test("holds", async () => {
    const foreign = fileOf("good.mjs", lock("while (Atomics.exchange(words, word >> 2, 1) !== 0);"))
    expect(await race(counter, { foreign, operations: 3_000 })).toMatchObject({ passed: true })
  })

  test("that lets two in is found", async () => {
    const foreign = fileOf(
      "bad.mjs",
      lock("if (Atomics.load(words, word >> 2) === 0) Atomics.store(words, word >> 2, 1)"),
    )
    const { passed, violations } = await race(counter, { foreign, operations: 200_000, perturbation: true })
    expect({ passed, message: violations[0]?.message }).toEqual({
      passed: false,
      message: expect.stringMatching(/^Of \d+ additions \d+ were lost$/) as string,
    })
  })

  test("that lacks something is told", async () => {
    const foreign = fileOf("half.mjs", "export const create = () => ({ acquire() {} })")
    const { deaths } = await race(counter, { foreign, operations: 10 })
    expect(deaths[0]?.message).toContain("does not export release: a lock has all of them")
  })
})

test("who must not die is not let die", async () => {
  await expect(
    race(
      PROGRAMS.find(({ name }) => name === "ping-pong")!,
      { deaths: 1 },
    ),
  ).rejects.toThrow("Cannot race over ping-pong with deaths: its partner waits for its answer")
})

test("deaths leave the counter of a lock that recovers right", async () => {
  const counter = PROGRAMS.find(({ name }) => name === "counter")!
  const { violations, deaths } = await race(counter, { threads: 3, deaths: 1, seconds: 0.4 })
  expect({ violations, died: deaths.length }).toEqual({ violations: [], died: 1 })
})
