/** Experiments on several versions of Node: each process runs on the one that its row names, and what is not here is told. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type Experiment,
  assertExperiment,
  cellsOf,
  findNode,
  formatExperiment,
  outcomeOf,
  rigOf,
  runExperiment,
} from "@outlive/bench"
import { afterAll, describe, expect, test } from "vitest"
import { FOR_CI } from "../prove.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-nodes-"))
afterAll(() => rmSync(folder, { recursive: true }))
const THIS = process.versions.node.split(".")[0]!

/** Says that it is another version, notes what it is started with, and is this Node for the rest. */
function fakeNode(version: string): { readonly file: string; readonly started: () => string[] } {
  const [file, log] = [join(folder, `node-${version}`), join(folder, `${version}.log`)]
  writeFileSync(log, "")
  writeFileSync(
    file,
    `#!/bin/sh\nif [ "$1" = "--version" ]; then echo ${version}; exit; fi\necho "$1" >> ${log}\nexec ${process.execPath} "$@"\n`,
  )
  chmodSync(file, 0o755)
  return { file, started: () => readFileSync(log, "utf8").split("\n").filter(Boolean) }
}
const tools = { lock: async () => [], fences: async () => [], scheme: async () => "" }
const channels: Experiment = {
  name: "versions",
  question: "What does a message cost on each?",
  over: "channels",
  axes: { way: ["Channel"], task: ["stream"], bytes: [64] },
}

describe("a Node", () => {
  const other = fakeNode("v98.1.2")

  test("is this one, if its major version fits", () => {
    expect(findNode(Number(THIS), {})).toEqual({ version: process.version, file: process.execPath })
  })

  test("is that of the variable, or of the path that is given", () => {
    const found = { version: "v98.1.2", file: other.file }
    expect(findNode("98", { OUTLIVE_NODE_98: other.file })).toEqual(found)
    expect(findNode(`98=${other.file}`, {})).toEqual(found)
  })

  test.each([
    ["98", {}, "give its path, --node 98=/path/to/node, or set OUTLIVE_NODE_98 to it"],
    ["97", { OUTLIVE_NODE_97: other.file }, "The variable OUTLIVE_NODE_97 is"],
    [`97=${other.file}`, {}, "it is v98.1.2"],
    ["98=/nowhere/node", {}, "there is no such file"],
    [`98=${folder}`, {}, "it does not run (EACCES)"],
    ["latest", {}, "a major version is needed, like 24"],
  ])("%s: what is missing or wrong is told", (asked, env, message) => {
    expect(() => findNode(asked, env)).toThrow(message)
  })
})

test(
  "each process runs on the Node of its row; where nothing else is compared, versions are",
  { ...FOR_CI, timeout: 60_000 },
  async () => {
    const other = fakeNode("v98.7.0")
    const axes = { ...channels.axes, node: [Number(THIS), `98=${other.file}`] }
    const hypotheses = [
      { says: "The newer is no slower", metric: "ns", of: { node: 98 }, over: { node: THIS }, atMost: 1 },
    ]
    const result = await runExperiment({ ...channels, axes, hypotheses }, tools, {
      rounds: 1,
      ms: 5,
      evenUnderLoad: true,
    })
    expect(result.measurements.map(({ variant }) => variant)).toContain("Channel/stream/64/v98.7.0")
    expect(other.started().map((file) => file.endsWith("channels/variant.js"))).toEqual([true])

    const { claims, groups } = outcomeOf(result)
    expect(groups[0]!.arms.map(({ label }) => label)).toEqual([process.version, `${process.version} (A/A)`, "v98.7.0"])
    expect(claims.some(({ text }) => text.includes(`v98.7.0 ÷ ${process.version}`))).toBe(true)
    expect(claims[0]!.text).toContain("The newer is no slower")
    expect(claims[0]!.text).not.toContain("not measured")
    expect(formatExperiment(result)).toContain("v98.7.0")
  },
)

test("each row is told its Node, also where all have the same", () => {
  const experiment: Experiment = {
    ...channels,
    axes: { ...channels.axes, way: ["Channel", "Cell"], node: ["v98.7.0"] },
  }
  expect(assertExperiment(experiment, "it")).toBe(experiment)
  const cells = cellsOf(experiment, rigOf(experiment))
  expect(cells.map(({ place }) => place["node"])).toEqual(cells.map(() => "v98.7.0"))
  expect(rigOf(experiment).compares).toBe("way")
})

test("an axis of no versions is refused", () => {
  const experiment = { ...channels, axes: { node: ["newest"] } }
  expect(() => assertExperiment(experiment, "it")).toThrow("a major version is needed")
})
