/**
 * Random programs of every width against an oracle that remembers nothing. And against a double of the explorer that
 * remembers results of 64 bits by their low halves: which it must notice.
 */
import { explore, replay } from "@outlive/explore"
import type { Options, Result } from "@outlive/explore"
import { expect, test } from "vitest"
import type { Enumeration, Program } from "../reference/wide.js"
import { enumerateWide } from "../reference/wide.js"
import { compileWide } from "./compile-wide.js"
import { QUIET } from "./difference.js"
import { generateWide } from "./generate-wide.js"
import { PROGRAMS_ASKED, longest } from "./programs.js"

const PROGRAMS = PROGRAMS_ASKED / 2
const FIRST = Number(process.env.FIRST ?? 1)
const MOST_INTERLEAVINGS = 600
/** Each is used for one program in as many as there are. Those that may miss outcomes must have none that cannot be. */
const WAYS: readonly Options[] = [
  { ...QUIET, strategy: "naive" },
  { ...QUIET, spins: "automatic" },
  { ...QUIET, strategy: "preemption-bounded", maxPreemptions: 9 },
  { ...QUIET, strategy: "random", executions: 50 },
  { ...QUIET, strategy: "pct", executions: 50 },
  { ...QUIET, strategy: "preemption-bounded", maxPreemptions: 1 },
]

const FORGETTING: Options = { ...QUIET, faults: { forgetHighWords: true } }

test(`${PROGRAMS} random programs of every width`, { timeout: longest(PROGRAMS) }, () => {
  const differences: string[] = []
  const totals = { interleavings: 0, stuck: 0, noticed: 0 }
  for (let seed = FIRST, left = PROGRAMS; left > 0; seed++) {
    const program = generateWide(seed)
    const expected = enumerateWide(program, MOST_INTERLEAVINGS)
    if (!expected.complete) continue
    left--
    totals.interleavings += expected.interleavings
    if (expected.outcomes.has("stuck")) totals.stuck++
    for (const options of [QUIET, WAYS[seed % WAYS.length]!]) {
      const what = difference(program, expected, options) ?? differenceOfParts(program, expected, seed)
      if (what !== undefined) differences.push(`seed ${seed}, ${JSON.stringify(options)}: ${what}\n${show(program)}`)
    }
    if (difference(program, expected, FORGETTING) !== undefined) totals.noticed++
  }
  console.log(totals)
  expect(differences.join("\n")).toBe("")
  expect(totals.stuck).toBeGreaterThan(PROGRAMS / 100)
  expect(totals.noticed).toBeGreaterThan(PROGRAMS / 100)
})

function difference(program: Program, { outcomes }: Enumeration, options: Options): string | undefined {
  const model = compileWide(program)
  const found = explore(model, options)
  const seesAll = !["random", "pct"].includes(found.strategy) && options.maxPreemptions !== 1
  if (isStuck(found)) {
    if (!outcomes.has("stuck")) return `"${found.verdict}" of a program that cannot get stuck`
    const again = replay(model, "schedule" in found ? found.schedule : "", options)
    return isStuck(again) ? undefined : `"${again.verdict}" when it is replayed`
  }
  if (found.verdict !== "pass") return `"${found.verdict}": ${found.message}`
  const wrong = [...found.outcomes.keys()].filter((outcome) => !outcomes.has(outcome))
  if (wrong.length > 0) return `${wrong.length} outcomes that cannot be, such as ${wrong[0]}`
  if (!seesAll) return undefined
  if (!found.exhaustive) return "not exhaustive"
  const missed = [...outcomes].filter((outcome) => !found.outcomes.has(outcome))
  return missed.length > 0 ? `missed ${missed.length} of ${outcomes.size}, such as ${missed[0]}` : undefined
}

/** As workers search: each beginning of a length by itself. */
function differenceOfParts(program: Program, { outcomes }: Enumeration, seed: number): string | undefined {
  if (seed % 10 !== 7 || outcomes.has("stuck")) return undefined
  const threads = program.threads.map((_, thread) => thread)
  const beginnings = threads.flatMap((first) => threads.map((second) => [first, second]))
  const parts = beginnings.map((beginning) => explore(compileWide(program), { ...QUIET, beginning }))
  const seen = new Set(parts.flatMap((part) => [...part.outcomes.keys()]))
  return seen.size === outcomes.size ? undefined : `${seen.size} outcomes in parts, instead of ${outcomes.size}`
}

function isStuck({ verdict }: Result): boolean {
  return verdict === "deadlock" || verdict === "lost-wakeup" || verdict === "livelock"
}

function show({ bytes, threads }: Program): string {
  const text = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)
  return [`${bytes} bytes`, ...threads.map((code) => code.map((one) => JSON.stringify(one, text)).join("\n  "))].join(
    "\n",
  )
}
