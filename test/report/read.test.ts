/** Files that are no results are refused by name, saying what is wrong and what to do. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Arm, type Experiment, ResultError, csv, markdown, page, readResult } from "@outlive/report"
import { afterAll, describe, expect, test } from "vitest"
import { outlive } from "../race/outlive.js"
import { result } from "./fixture.js"
import { FOR_CI } from "../prove.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-report-"))
afterAll(() => rmSync(folder, { recursive: true }))

const experiment = result.experiments![0]!
const BROKEN = [
  ["NOT_JSON", "{", "it is no JSON"],
  ["NO_RESULT", "[]", 'its "schema" is not "outlive.result"'],
  ["NO_RESULT", "null", 'its "schema" is not'],
  ["OTHER_VERSION", JSON.stringify({ ...result, version: 2 }), "it is of version 2, and this tool reads version 1"],
  ["MALFORMED", JSON.stringify({ ...result, machine: undefined }), "machine is nothing"],
  [
    "MALFORMED",
    JSON.stringify({
      ...result,
      experiments: [experiment, { ...experiment, claims: [{ verdict: "sure", text: "" }] }],
    }),
    'experiments[1].claims[0].verdict is "sure"',
  ],
  [
    "MALFORMED",
    JSON.stringify({ ...result, experiments: [{ ...experiment, groups: 3 }] }),
    "experiments[0].groups is 3",
  ],
] as const

describe("a file that is none", () => {
  test.each(BROKEN)("%s: %.40s", (code, text, message) => {
    const read = () => readResult("some/file.json", text)
    expect(read).toThrow(ResultError)
    expect(read).toThrow(expect.objectContaining({ code, file: "some/file.json" }))
    expect(read).toThrow(`Cannot read some/file.json: `)
    expect(read).toThrow(message)
  })

  test("ends the command with code 2, and leaves no page behind", async () => {
    const file = join(folder, "broken.json")
    writeFileSync(file, BROKEN[5][1])
    const { code, out, err } = await outlive(["report", file, "--out", join(folder, "none.html")])
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toContain(`Cannot read ${file}: experiments[1].claims[0].verdict`)
  })
})

test("what was written is read back", () => {
  expect(readResult("a.json", JSON.stringify(result))).toEqual(result)
})

test("CSV has a line for each sample, and quotes what needs it", () => {
  const lines = csv(new Map([["a.json", result]])).split("\r\n")
  const samples = result.experiments!.flatMap(({ groups }) =>
    groups.flatMap(({ arms, metrics }) => arms.flatMap(({ runs }) => runs.flatMap(() => metrics))),
  )
  expect(lines).toHaveLength(samples.length + 2)
  expect(lines[0]).toMatch(/^file,experiment,group,arm,x,at,round,/)
  expect(lines[1]).toMatch(/^a\.json,micro,hasSignaled,C\+\+,,,0,false,2,0\.02,one operation,ns,[\d.]+$/)
  const [first] = result.experiments!
  const placed = (at: NonNullable<Arm["at"]>) =>
    csv(
      new Map([
        [
          "a.json",
          {
            ...result,
            experiments: [
              { ...first!, groups: [{ ...first!.groups[0]!, arms: [{ ...first!.groups[0]!.arms[0]!, at }] }] },
            ],
          },
        ],
      ]),
    ).split("\r\n")[1]
  expect(placed({ lock: "mcs", threads: 2 })).toMatch(/^a\.json,micro,hasSignaled,C\+\+,,lock=mcs threads=2,0,/)
  expect(lines.some((line) => line.includes('"JavaScript, in a build with an uncommonly long name"'))).toBe(true)
})

test("Markdown has the claims, the medians, and the machine; text is no markup there", () => {
  const text = markdown([result])
  expect(text).toContain("- **held**: hasSignaled: at most 5 ns")
  expect(text).toContain("| hasSignaled | one operation | least–most | processes |")
  expect(text).toContain("### Single operations \\<b\\>")
  expect(text).toContain("A CPU, 2 cores, SMT siblings not told, clock not told, Node 20.20.2, commit abcdef0+")
})

test("Markdown says what the page says of disturbed runs, and of cores that two threads share", () => {
  const [micro] = result.experiments!
  const of = (more: Partial<Experiment>) =>
    markdown([
      {
        ...result,
        experiments: [{ ...micro!, ...more }],
        machine: { ...result.machine, threadsPerCore: 2, clockMHz: 2_445 },
      },
    ])
  const told = of({})
  expect(told).toContain("2 cores, SMT: 2 to a core, 2445 MHz")
  const trust =
    /81 processes counted, \d+ rejected .* 9 counted under load, because no attempt was quiet: nothing is concluded from those\./
  expect(told).toMatch(trust)
  expect(page([result])).toMatch(trust)
  expect(of({ evenUnderLoad: true })).toContain("none is to be published")
  expect(of({ interrupted: true })).toContain("It was interrupted: what there is is a part.")
  const runs = [{ round: 0, figures: { ns: 1 }, underLoad: false }]
  const groups = [{ ...micro!.groups[0]!, arms: [{ label: "unknown", runs }] }]
  expect(of({ groups })).toContain("Of 1 it is not known whether the machine was quiet.")
  expect(of({ groups })).not.toContain("under load")
})

test("what the commands write with --json is read, and becomes a page", FOR_CI, async () => {
  const written = await Promise.all(
    [
      ["race", "--json", "--seconds", "0.2"],
      ["explore", "signal-poll", "--json"],
    ].map((args) => outlive(args)),
  )
  const files = written.map(({ out }, i) => {
    const file = join(folder, `${i}.json`)
    writeFileSync(file, out)
    return file
  })
  const out = join(folder, "all.html")
  expect(await outlive(["report", ...files, "--out", out])).toMatchObject({ code: 0, out: `Page: ${out}\n` })
  const html = readFileSync(out, "utf8")
  expect(html).toContain('<h2 id="r1-race-1">Race: fences, independent</h2>')
  expect(html).toContain("signal-poll: ")
})
