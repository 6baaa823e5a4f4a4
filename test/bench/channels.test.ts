/** Messages from thread to thread arrive in every way, whole and in order: the programs that measure check that themselves. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { RIGS, channelsExperiment, formatExperiment, nativeExperiments, outcomeOf, runExperiment } from "@outlive/bench"
import { readResult } from "@outlive/report"
import { describe, expect, test } from "vitest"
import { FOR_CI } from "../prove.js"

const run = promisify(execFile)
const measure = async (rig: "channels" | "native", args: readonly string[]) => {
  const { stdout } = await run(process.execPath, [fileURLToPath(RIGS[rig].program), ...args], { timeout: 60_000 })
  return (JSON.parse(stdout) as { figures: Record<string, number> }).figures
}
const tools = { lock: async () => [], fences: async () => [], scheme: async () => "" }

describe("channels", () => {
  test.each([
    ["Channel", "stream"],
    ["FenceChannel", "stream"],
    ["Cell", "round trip"],
    ["postMessage", "stream"],
    ["ringbuf.js", "stream"],
  ])("%s, %s", async (way, task) => {
    const figures = await measure("channels", ["--way", way, "--task", task, "--bytes", "64", "--ms", "20"])
    expect(figures["samples"]).toBeGreaterThan(0)
    expect(figures["ns"]).toBeGreaterThan(0)
  })

  test.each([
    [{ way: "Cell", task: "stream", bytes: 64 }, "a cell keeps the last value"],
    [{ way: "FenceChannel", task: "stream", bytes: 128 }, "a fence has 64 bytes"],
  ])("%j is not measured, with the reason", async (place, why) => {
    expect(await RIGS.channels.argsOf(place, tools, 10)).toMatchObject({
      cannot: expect.stringContaining(why) as string,
    })
  })

  test("the experiment asks only for what there is", () => {
    for (const { axes } of [channelsExperiment({}), channelsExperiment({ bytes: [4] })])
      expect(Object.keys(axes)).toEqual(Object.keys(RIGS.channels.axes))
  })
})

describe("native ones", () => {
  test("ours is measured without them", async () => {
    expect((await measure("native", ["--op", "lockUnlock", "--ms", "20"]))["ns"]).toBeGreaterThan(0)
  })

  test(
    "what is not installed is left out and told; words along an axis are bars, and the result can be read",
    FOR_CI,
    async () => {
      const [experiment] = nativeExperiments()
      const small = { ...experiment!, axes: { of: ["lock"], by: ["@outlive/core", "no section", "pthread mutex"] } }
      const result = await runExperiment(small, tools, { rounds: 1, ms: 5, evenUnderLoad: true })
      expect(result.left).toContainEqual({
        name: expect.stringContaining("no section") as string,
        why: "it is a read section",
      })
      const outcome = outcomeOf(result)
      expect(outcome.groups[0]).toMatchObject({ picture: "bars" })
      expect(outcome.groups[0]!.arms.every((arm) => !("x" in arm))).toBe(true)
      expect(formatExperiment(result)).toContain("@outlive/core")
      const head = {
        schema: "outlive.result",
        version: 1,
        kind: "bench",
        tool: { name: "outlive", version: "0" },
        interrupted: false,
      }
      const whole = {
        ...head,
        date: new Date().toISOString(),
        command: "outlive bench native",
        machine: result.machine,
        experiments: [outcome],
      }
      expect(readResult("it", JSON.stringify(whole)).experiments).toHaveLength(1)
    },
  )
})
