/** A broken example of each rule of the performance page, and what must be said of it; the first are right. */
import { tablesOf } from "./kept.mjs"

const run = (round, ns) => ({ round, figures: { ns }, underLoad: false, foreign: 0 })
const arm = (label, ns) => ({ label, runs: [run(0, ns), run(1, ns + 1)] })
const RESULT = {
  command: "outlive bench micro --quick --out /tmp/x",
  date: "2026-11-27T10:00:00.000Z",
  commit: "abc",
  machine: { cpu: "A CPU", cores: 2, node: "20" },
  interrupted: false,
  experiments: [
    {
      name: "micro",
      groups: [
        {
          title: "signal",
          metrics: [{ name: "ns", title: "one operation", unit: "ns" }],
          arms: [arm("C++", 2), arm("wasm", 4)],
        },
      ],
      claims: [{ verdict: "shown", text: "wasm takes longer", ratio: { median: 1.836 } }],
    },
  ],
}
const RESULTS = new Map([["micro", RESULT]])
const HEAD = "<!-- figures micro: bench micro --quick -->"
const TABLE = tablesOf(RESULT, { name: "micro", metrics: [] })
const GOOD = `# Performance\n\n${HEAD}\n${TABLE}\n<!-- end -->\n`
const PART = new Map([["micro", { ...RESULT, interrupted: true }]])
const GOOD_PART = GOOD.replace("figures", "figures part of").replace(
  "runs were quiet.",
  "runs were quiet; it was cut off.",
)
const says = (text) => `${GOOD}\n<!-- says micro -->\n${text}\n<!-- end -->\n`

const EXAMPLES = [
  [GOOD, null],
  [says("It takes 1.84 times as long, or half: 0.54 times."), null],
  [`${GOOD}\n<!-- once: perf stat -->\n7 ns\n<!-- end -->\n`, null],
  [`${GOOD}\nNode 20.20, 2 cores, n^1.5, nine rounds\n`, null],
  [GOOD.replace("2.5 ns", "2.4 ns"), "not the figures of results/micro.json"],
  [GOOD.replace("wasm takes longer", "wasm takes no longer"), "not the figures"],
  [says("It takes 1.9 times as long."), '"1.9 times" is no ratio'],
  [says("It takes 7 ns."), '"7 ns" is no ratio'],
  [`${GOOD}\nIt takes 7 ns.\n`, '"7 ns" is in no block'],
  [`${GOOD}\nIt is 1.7 times slower.\n`, '"1.7 times" is in no block'],
  [
    GOOD.replace("bench micro --quick -->", "bench micro -->"),
    'and results/micro.json of "outlive bench micro --quick"',
  ],
  [GOOD.replace("<!-- end -->\n", ""), "has no end"],
  [GOOD.replace(HEAD, ""), "nothing ends here"],
  [GOOD.replace(HEAD, `${HEAD}\n${HEAD}`), "a block begins before"],
  [GOOD.replace(HEAD, "<!-- figure micro -->"), "is no block"],
  ["# Performance\n", "results/micro.json is in no block"],
  [`${GOOD}${GOOD.replaceAll("micro", "family")}`, "results/family.json is missing, and others are kept"],
  [`${GOOD}${GOOD.replaceAll("micro", "family")}`, null, new Map()],
  [GOOD, "was interrupted", PART],
  [GOOD_PART, null, PART],
  [GOOD_PART, "was not interrupted"],
]

/** How many examples are misjudged. */
export function selfTest(problemsOf) {
  let failed = 0
  for (const [page, expected, results = RESULTS] of EXAMPLES) {
    const { problems } = problemsOf(page, results)
    const isRight = expected === null ? problems.length === 0 : problems.some((problem) => problem.includes(expected))
    if (isRight) continue
    failed++
    console.error(`self-test: expected ${expected ?? "nothing"}, got ${problems.join("; ") || "nothing"}:\n${page}`)
  }
  console.log(`performance self-test: ${EXAMPLES.length - failed} of ${EXAMPLES.length} examples judged right`)
  return failed
}
