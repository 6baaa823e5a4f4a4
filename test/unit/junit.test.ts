/** Results as JUnit's XML: what holds, what does not, what was not looked at; and text that XML cannot take as it is. */
import type { Result } from "@outlive/explore"
import { SCENARIOS, runRace } from "@outlive/workers"
import { XMLParser, XMLValidator } from "fast-xml-parser"
import { expect, test } from "vitest"
import { caseOfModel } from "../../packages/cli/dist/model-case.js"
import { casesOfRace } from "../../packages/cli/dist/race-cases.js"
import { type Case, junit } from "../../packages/cli/dist/junit.js"

const HEAD = {
  schema: "outlive.result",
  version: 1,
  kind: "race",
  tool: { name: "outlive", version: "1.2.3" },
  commit: "abc+",
  date: "2026-01-02T03:04:05.000Z",
  command: 'outlive race "a & b" <c>',
  machine: {
    cpu: "a CPU",
    cores: 2,
    memoryGiB: 1,
    os: "an OS",
    node: "20",
    v8: "11",
    loadAverage: [],
    loadSource: "unavailable",
  },
} as const

interface Read {
  readonly testsuites: {
    readonly "@tests": string
    readonly "@failures": string
    readonly testsuite: {
      readonly "@name": string
      readonly properties: { readonly property: readonly Readonly<Record<"@name" | "@value", string>>[] }
      readonly testcase: readonly Readonly<
        Record<string, string | Readonly<Record<"@message" | "#text", string>> | undefined>
      >[]
    }
  }
}

/** As a reader of XML sees it, that refuses what is none. */
function read(cases: readonly Case[], more = {}): Read["testsuites"] {
  const text = junit(HEAD, "fences", cases, more)
  expect(XMLValidator.validate(text)).toBe(true)
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    isArray: (name) => name === "testcase",
    parseTagValue: false,
    processEntities: { enabled: true },
    trimValues: false,
  })
  return (parser.parse(text) as Read).testsuites
}

test("a suite says what was run, by what and where", () => {
  const { testsuite } = read([{ name: "a", seconds: 1 }], { seed: 7 })
  expect(testsuite["@name"]).toBe("outlive.race.fences")
  const properties = new Map(testsuite.properties.property.map((one) => [one["@name"], one["@value"]]))
  expect([...properties.keys()]).toEqual(["version", "commit", "command", "machine", "seed"])
  expect(properties.get("command")).toBe(HEAD.command)
  expect(JSON.parse(properties.get("machine")!)).toEqual(HEAD.machine)
  expect(properties.get("seed")).toBe("7")
})

test("text that XML cannot take as it is", () => {
  const nasty = `<a href="x">&amp; ]]> 'quoted' grün 🙂`
  const failure = { message: nasty, text: `${nasty}\u001b[31m\u0000` }
  const { testsuite } = read([{ name: nasty, seconds: 0, failure }])
  const [one] = testsuite.testcase
  expect(one!["@name"]).toBe(nasty)
  expect(one!["failure"]).toEqual({ "@message": nasty, "#text": `${nasty}[31m` })
})

test("a race: three cases that have the same names in every run", async () => {
  const result = await runRace({ operations: 200, seconds: 20 })
  expect(casesOfRace(result).map(({ name, failure, skipped }) => [name, failure ?? skipped])).toEqual([
    ["claims: none is violated", undefined],
    ["threads: none dies unasked", undefined],
    ["accounts: everything is given back", undefined],
  ])
  const { accounts: _, ...rest } = result
  const bad = casesOfRace({
    ...rest,
    passed: false,
    violations: [{ claim: "one signals", thread: "t-0", message: "two did" }],
  } as never)
  expect(bad[0]!.failure!.message).toBe("one signals (t-0: two did)")
  expect(bad[0]!.failure!.text).toContain("To repeat: outlive race")
  expect(bad[2]!.skipped).toContain("cannot be trusted")
  const counted = read(bad)
  expect([counted["@tests"], counted["@failures"]]).toEqual(["3", "1"])
  // Whatever it is that did not hold: what failed is no case that passes.
  expect(casesOfRace({ ...result, passed: false })[0]!.failure).toBeDefined()
  expect(SCENARIOS.length).toBeGreaterThan(0)
})

const MODEL = { name: "try-lock", claim: "one has it" }
const COUNTS = {
  model: "try-lock",
  threadNames: ["a", "b"],
  executions: 3,
  blocked: 0,
  steps: 9,
  ms: 5,
  outcomes: new Map(),
  strategy: "dpor",
  seed: 1,
} as const

test("a model holds, fails, was not looked at, or not in every order", () => {
  const pass = { ...COUNTS, verdict: "pass", exhaustive: false, cutShort: [], truncated: 0 } as unknown as Result
  expect(caseOfModel(MODEL, pass, { isWhole: false })).toEqual({ name: "try-lock: one has it", seconds: 0.005 })
  expect(caseOfModel(MODEL, pass, { isWhole: true }).failure!.message).toBe("not every order was explored")
  expect(caseOfModel(MODEL, undefined, { isWhole: false }).skipped).toBe("interrupted before it began")
})
