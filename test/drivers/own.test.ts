/** A driver of somebody's own (docs/YOUR-OWN-DRIVER.md): sound it passes, and of each mistake it is told what is wrong. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fenceTypeAt, raceCell, scenariosUrlOf } from "@outlive/drivers"
import { type RaceResult, runRace } from "@outlive/workers"
import { afterAll, describe, expect, test } from "vitest"
import { moduleOf } from "../../scripts/brought.mjs"
import { FOR_CI, PROVES } from "../prove.js"

const scenariosUrl = new URL("./programs/own.mjs", import.meta.url).href
const SECONDS = 10

const race = (scenario: string, more: object = {}): Promise<RaceResult> =>
  runRace({ scenariosUrl, scenario: `toy ${scenario}`, seconds: SECONDS, ...more })

/** By name: what is said of it, and whether every `npm test` looks. */
const MISTAKES = [
  ["mailbox", "signaled only when the hardware has passed it", true, { variation: "too-early" }],
  ["hasty", "are pending", true],
  ["forgetful", "does not become empty", false],
  ["no device", "does not become empty", false],
  ["device throws", "The hardware is on fire", false],
  ["enable throws", "The driver's enableSignaling fails", true],
  ["poll throws", "The driver's pollSignaled fails", false],
  ["deadline throws", "The driver's setDeadline fails", false],
  ["free throws", "The driver's free fails", false],
] as const

describe("a driver of one's own", () => {
  test.each(["mailbox", ...(PROVES ? ["suicidal", "twice", "slow device"] : [])])("%s: is sound", async (name) => {
    const { violations, deaths, oopsKinds, leaks, passed } = await race(name, PROVES ? {} : { operations: 200 })
    expect({ violations, deaths, oopsKinds, leaks, passed }).toEqual({
      violations: [],
      deaths: [],
      oopsKinds: [],
      leaks: [],
      passed: true,
    })
  })

  test.each(MISTAKES.filter(([, , isShort]) => PROVES || isShort))(
    "%s: is told",
    async (name, said, _, more: object = {}) => {
      const { violations, deaths, passed } = await race(name, more)
      expect(passed).toBe(false)
      expect([...violations, ...deaths].map(({ message }) => message).join("\n")).toContain(said)
      // In whose code, whoever runs it.
      if (name.endsWith(" throws")) expect(deaths.flatMap(({ where = [] }) => where).join("\n")).toContain("own.mjs")
    },
  )
})

describe("the file of docs/YOUR-OWN-DRIVER.md, word for word, anywhere", () => {
  const page = readFileSync(new URL("../../docs/YOUR-OWN-DRIVER.md", import.meta.url), "utf8")
  const [plain, twin, letterbox] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!)
  const [, faults, bind] = /^with `(faults: .*?)` and `(bind: .*?)`\.$/m.exec(page)!
  const broken = plain!.replace("faults: {}", faults!).replace(/bind: .*(?=,\n)/, bind!) + twin!
  const folder = mkdtempSync(join(tmpdir(), "outlive-own-"))
  afterAll(() => rmSync(folder, { recursive: true }))

  async function written(name: string, code: string): Promise<string> {
    writeFileSync(join(folder, name), code)
    return moduleOf(join(folder, name))
  }

  test("is raced under a lifetime", FOR_CI, async () => {
    const url = await written("mailbox.ts", plain!)
    const cell = await raceCell(await fenceTypeAt(url), "names-only", { scenariosUrl: scenariosUrlOf(url) })
    expect([cell.type, cell.outcomes, cell.ways]).toEqual(["toy mailbox", ["crash"], ["put"]])
  })

  test("its twin is told", async () => {
    const url = await written("broken.ts", broken)
    const { violations } = await runRace({
      scenariosUrl: scenariosUrlOf(url),
      seconds: SECONDS,
      variation: "too-early",
    })
    expect(violations[0]!.message).toContain("signaled only when the hardware has passed it")
  })

  test("what dies before the module is safe, and its twin crashes", FOR_CI, async () => {
    const url = await written("letterbox.ts", letterbox!)
    const how = { scenariosUrl: scenariosUrlOf(url), seconds: SECONDS }
    expect((await runRace({ ...how, operations: 200 })).passed).toBe(true)
    const { passed, oopsKinds } = await runRace({ ...how, variation: "at-once" })
    expect([passed, oopsKinds.some(({ message }) => message.includes("letterbox"))]).toEqual([false, true])
  })

  test.each([
    ["export const fenceType = 1", "exports no fenceType"],
    ['export const fenceType = { driver: "toy", name: "x", cells: 1, device() {} }', "lacks module, bind"],
    ['export const fenceType = { driver: "toy", cells: 1, module() {}, device() {}, bind() {} }', "lacks name"],
  ])("what is none is refused: %s", async (code, said) => {
    const url = await written("none.ts", code)
    await expect(fenceTypeAt(url)).rejects.toThrow(said)
  })
})
