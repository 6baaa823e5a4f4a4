/**
 * Planted regressions, each found by its experiment: a lock made slower, a lock that starves one thread, a scheme that leaks. Their
 * effects are so large that no load hides them, or are measured in pairs of samples of a tenth of a millisecond, which a load meets
 * alike: so conclusions are drawn from runs on a busy machine as well. The same build held against itself by the same hypotheses must
 * not be found.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type Experiment,
  type ExperimentResult,
  type Hypothesis,
  RIGS,
  type Tools,
  outcomeOf,
  runExperiment,
} from "@outlive/bench"
import { afterAll, expect, test } from "vitest"
import { buildLab, buildStrategy, templateOfLock } from "../../scripts/strategies.mjs"
import { FOR_CI, PROVES } from "../prove.js"

const RELEASE = { target: "wasm", flavour: "release" } as const
const folder = mkdtempSync(join(tmpdir(), "outlive-planted-"))
afterAll(() => rmSync(folder, { recursive: true }))

const TOOLS: Tools = {
  lock: async (nameOrFile) => ["--build", await buildStrategy(nameOrFile, RELEASE)],
  fences: async () => ({ cannot: "nobody asks for them here" }),
  scheme: (nameOrFile) => buildLab(nameOrFile, RELEASE),
}
/** What `templateOfLock` is. */
const HONEST = "ttas"
const SAME = "the same"
const OPTIONS = { rounds: 2, ms: 40, evenUnderLoad: true }

/** The honest lock, with something before each claim. */
function lockFile(name: string, before: string): string {
  const from = "  const me = peek(thread + Thread.id)\n"
  const honest = templateOfLock()
  expect(honest.split(from)).toHaveLength(2)
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, honest.replace(from, from + before))
  return file
}

/** What became of each hypothesis. */
function verdictsOf(result: ExperimentResult): string[] {
  return outcomeOf(result)
    .claims.slice(0, result.experiment.hypotheses!.length)
    .map(({ verdict }) => verdict)
}

/** The A/A row as if it were an arm, held against the first by the hypotheses of all others. */
function againstItself(result: ExperimentResult): ExperimentResult {
  const axis = RIGS[result.experiment.over].compares
  const again = result.cells.filter(({ isAgain }) => isAgain)
  const same = again.map(({ name, place }) => ({ name, place: { ...place, [axis]: SAME }, isAgain: false }))
  const hypotheses = result.experiment.hypotheses!.map((one): Hypothesis => ({
    ...one,
    of: { ...one.of, [axis]: SAME },
  }))
  return { ...result, cells: [...result.cells, ...same], experiment: { ...result.experiment, hypotheses } }
}

/** One planted thing beside what it was made of, twice. */
async function find(
  bad: string,
  axes: Experiment["axes"],
  hypothesis: Omit<Hypothesis, "of" | "over">,
  options = OPTIONS,
): Promise<void> {
  const experiment: Experiment = {
    name: "planted",
    question: "Which lock is not as it was?",
    over: "locks",
    axes: { lock: [HONEST, bad], ...axes },
    hypotheses: [{ ...hypothesis, of: { lock: bad }, over: { lock: HONEST } }],
  }
  const result = await runExperiment(experiment, TOOLS, options)
  expect(
    verdictsOf(result),
    outcomeOf(result)
      .claims.map(({ text }) => text)
      .join("\n"),
  ).toEqual(["held"])
  expect(verdictsOf(againstItself(result))).not.toContain("held")
}

test.runIf(PROVES)("a lock made slower", { timeout: 120_000 }, async () => {
  const slower = lockFile("slower", "  for (let i = 0; i < 200000; i++) load(word)\n")
  // By processor time: that others take the processor away makes no difference to it.
  await find(slower, { threads: [1] }, { says: "It is slower by far", metric: "perCpuSecond", atMost: 0.33 })
})

test.runIf(PROVES)("a lock that starves one thread", { timeout: 120_000 }, async () => {
  // One of two threads has an odd number.
  const starving = lockFile("starving", "  if ((me & 1) != 0) for (let i = 0; i < 5000000; i++) load(word)\n")
  const says = { says: "It starves a thread", metric: "fairness", atMost: 0.33 }
  // So long that both of two honest threads have their turns on a busy machine.
  await find(starving, { threads: [2] }, says, { ...OPTIONS, ms: 250 })
})

test.runIf(PROVES)("a scheme that leaks", { timeout: 120_000 }, async () => {
  const experiment: Experiment = {
    name: "planted-leak",
    question: "Which scheme keeps what nobody looks at?",
    over: "reclamation",
    axes: { scheme: ["epochs", "leak"], structure: ["cell"], reads: [50], threads: [1] },
    hypotheses: [
      { says: "It leaks", metric: "keptPeak", of: { scheme: "leak" }, over: { scheme: "epochs" }, atLeast: 3 },
    ],
  }
  const result = await runExperiment(experiment, TOOLS, OPTIONS)
  expect(verdictsOf(result)).toEqual(["held"])
  expect(verdictsOf(againstItself(result))).not.toContain("held")
})

test(
  "a lock made 5 % slower, on any machine; what is slower by 1 % is not; the same build is no difference",
  {
    ...FOR_CI,
    timeout: 120_000,
  },
  async () => {
    // Rounds like those of the section, of which a turn has 10,000: what they are in time is known without a clock.
    const delay = (rounds: number) =>
      `  let x = me | 1\n  for (let i = 0; i < ${rounds}; i++) {\n    x ^= x << 13\n    x ^= x >>> 17\n    x ^= x << 5\n  }\n  if (x == 0) acquireSlow(word, me)\n`
    const [twentieth, hundredth] = [lockFile("a-twentieth", delay(500)), lockFile("a-hundredth", delay(100))]
    const isSlower = (lock: string): Hypothesis => ({
      says: "It is slower by more than 2.5 %",
      metric: "ratio",
      of: { lock },
      over: { lock: HONEST },
      atLeast: 1.025,
    })
    const experiment: Experiment = {
      name: "planted-little",
      question: "Is a twentieth found?",
      over: "pairs",
      axes: { lock: [HONEST, twentieth, hundredth], beside: [HONEST], section: [10_000] },
      hypotheses: [isSlower(twentieth), isSlower(hundredth)],
    }
    // Seven: of fewer one in which code lies badly, or was compiled late, has its say.
    const result = await runExperiment(experiment, TOOLS, { rounds: 7, ms: 60, evenUnderLoad: true })
    const told = outcomeOf(result)
      .claims.map(({ text }) => text)
      .join("\n")
    expect(verdictsOf(result), told).toEqual(["held", "missed"])
    expect(verdictsOf(againstItself(result))).not.toContain("held")
  },
)
