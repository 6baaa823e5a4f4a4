/** `outlive bench`: what operations and locks cost. */
import {
  LAB_STRUCTURES,
  RIGS,
  type ContendedOptions,
  type Other,
  contendedExperiment,
  exploreExperiment,
  familyExperiment,
  formatContended,
  formatExplore,
  formatFamily,
  formatLifetimes,
  formatMicro,
  formatExperiment,
  lifetimesExperiment,
  microExperiment,
  outcomeOf,
  peersExperiment,
  runContended,
  runExplore,
  runFamily,
  runLifetimes,
  runMicro,
  runExperiment,
} from "@outlive/bench"
import { PROGRAMS } from "@outlive/programs"
import type { Experiment, Result } from "@outlive/report"
import { defineCommand } from "citty"
import { isFile } from "../../../../scripts/brought.mjs"
import { LAB_OF_FENCES, buildWith } from "../../../../scripts/strategies.mjs"
import { headOf } from "../envelope.js"
import { UsageError } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { COMMON, choiceArgument, numberOption, refuseUnknown, wordsOption } from "../options.js"
import { PARTS, measuredAs, refuseIdle } from "../bench/applies.js"
import { baselineFrom, conclude } from "../bench/conclude.js"
import { TOOLS, experimentsFrom, refuseForeignOptions, runExperiments } from "../bench/experiments.js"
import { otherOf } from "../bench/other.js"
import { pageOf } from "../pages.js"
import { Progress } from "../progress.js"
import { RESULTS_FOLDER, openResult } from "../results.js"
import { SUBJECT_ARGS, type Subject, subjectOf } from "../subject.js"

const { peer, task } = RIGS.peers.axes
const { placement, task: fenceTask } = RIGS.fences.axes

const args = {
  which: {
    type: "positional",
    description:
      "micro, contended, family, lifetimes, explore, peers or all of these; locks, fences, pairs, reclamation, wake, scale, channels or native; a program's name; or a file with an experiment, a program, a lock or a scheme",
    default: "all",
    required: false,
  },
  ...COMMON,
  quick: { type: "boolean", description: "Fewer and shorter rounds" },
  rounds: { type: "string", description: "How many processes for each variant", valueHint: "number" },
  threads: {
    type: "string",
    description: "Most threads in the contended part; with locks, fences, reclamation or native: each of these numbers",
    valueHint: "number,number",
  },
  program: SUBJECT_ARGS.program,
  lock: {
    type: "string",
    description:
      "With contended, or a program: only these locks, against the package's; with locks, fences or pairs: these, against the first, or all; with native: these, beside the same in C: names (outlive strategies) or files",
    valueHint: "name,name",
  },
  scheme: {
    type: "string",
    description:
      "With contended, or a program: this reclamation scheme. With reclamation: only these, against the package's, also as papers call them (ebr, qsbr, hp). Names (outlive strategies) or files",
    valueHint: "name,name",
  },
  structure: {
    type: "string",
    description: `With reclamation: ${LAB_STRUCTURES.join(", ")}; with a number of keys (list:1000 if nothing is said)`,
    valueHint: "name:number,name:number",
  },
  reads: {
    type: "string",
    description: "With reclamation: per cent of all operations (90 if nothing is said)",
    valueHint: "number,number",
  },
  stall: {
    type: "string",
    description: "With reclamation: a reader stalls for so many milliseconds, again and again; 0: none does",
    valueHint: "ms,ms",
  },
  section: {
    type: "string",
    description: "With locks, pairs or native: rounds of work under the lock",
    valueHint: "number,number",
  },
  outside: { type: "string", description: "With locks or native: rounds of work between", valueHint: "number,number" },
  rate: {
    type: "string",
    description: "With locks: turns due in a second, of each thread, late or not; 0: one after the other",
    valueHint: "number,number",
  },
  waiters: { type: "string", description: "With wake: how many wait at once", valueHint: "number,number" },
  of: {
    type: "string",
    description: `With scale: only these: ${RIGS.scale.axes.of.words.join(", ")}`,
    valueHint: "name,name",
  },
  count: {
    type: "string",
    description: "With scale: how many of it there are at once; of fences, if --of is not given",
    valueHint: "number,number",
  },
  bytes: { type: "string", description: "With channels: of a message", valueHint: "number,number" },
  peer: {
    type: "string",
    description: `With peers: only these, against the first: ${peer.words.join(", ")}`,
    valueHint: "name,name",
  },
  task: {
    type: "string",
    description: `With peers: only these: ${task.words.join(", ")}; with channels: stream, round trip; with fences: ${fenceTask.words.join(", ")}`,
    valueHint: "name,name",
  },
  placement: {
    type: "string",
    description: `With fences: where their lock is: ${placement.words.join(", ")}`,
    valueHint: "name,name",
  },
  turns: {
    type: "string",
    description:
      "With peers --task wake: so many turns to and fro, however long it takes; 10000000 tells of lost wakeups",
    valueHint: "number",
  },
  node: {
    type: "string",
    description:
      "With locks, fences, pairs, reclamation, wake, scale, channels, peers, native or an experiment: on each of these, by major version; that of $OUTLIVE_NODE_24, or 24=/path/to/node, where it is not this one",
    valueHint: "20,24",
  },
  ms: {
    type: "string",
    description:
      "With locks, fences, pairs, reclamation, wake, scale, channels, peers, native or an experiment: how long each process measures",
    valueHint: "ms",
  },
  baseline: {
    type: "string",
    description:
      "An earlier result: exit code 1 if something is worse by more than its interval, 2 if nothing can be said; of another machine only ratios are compared",
    valueHint: "file",
  },
  "even-under-load": {
    type: "boolean",
    description:
      "With locks, fences, pairs, reclamation, wake, scale, channels, peers, native or an experiment: conclusions from disturbed runs as well. Not to be published",
  },
  out: { type: "string", description: "Folder for the result file", default: RESULTS_FOLDER },
} as const

export const bench = defineCommand({
  meta: {
    name: "bench",
    description: `Measure: single operations against C++ twins, locks under contention, how containers grow, lifetimes, the explorer, reclamation, wakes, many of something, messages between threads, other packages' locks, native locks and read sections, an experiment of one's own (${pageOf("BENCH.md")})`,
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const baseline = given.baseline === undefined ? undefined : await baselineFrom(given.baseline)
    const planned = await experimentsFrom(given)
    if (planned) refuseIdle(rawArgs, isFile(given.which) ? "experiment" : given.which)
    if (planned) return runExperiments(planned, given, rawArgs, baseline)
    refuseForeignOptions(given)
    const over = await overFrom(given)
    if (!over) measuredAs(given.which ?? "all", PARTS)
    const which = over ? "contended" : choiceArgument("which", given.which ?? "all", PARTS)
    refuseIdle(rawArgs, which, given.which === "all" ? which : given.which)
    const progress = new Progress()
    const asked = {
      seed: numberOption("seed", given.seed, -0x80000000, 0x7fffffff),
      ...(given.quick ? { quick: true } : {}),
      ...(given.rounds ? { rounds: numberOption("rounds", given.rounds, 1, 1_000) } : {}),
    }
    const threads = given.threads ? { threads: numberOption("threads", given.threads, 1, 64) } : {}
    const head = headOf("bench", rawArgs)
    const output = openResult("bench", given.out)
    const interrupt = onInterrupt()
    const options = { ...asked, signal: interrupt.signal }
    const show = (text: string) => progress.show(text)
    const wants = (part: string) => (which === "all" || which === part) && !interrupt.signal.aborted
    const micro = wants("micro") ? await runMicro({ ...options, ...(await labOfFences()) }, show) : undefined
    const contended = wants("contended") ? await runContended({ ...options, ...threads, ...over }, show) : undefined
    const family = wants("family") ? await runFamily(options, show) : undefined
    const lifetimes = wants("lifetimes") ? await runLifetimes(options, show) : undefined
    const explored = wants("explore") ? await runExplore(options, show) : undefined
    const peers = wants("peers") ? await runExperiment(peersExperiment({}), TOOLS, options, show) : undefined
    progress.clear()
    interrupt.release()
    const interrupted = interrupt.signal.aborted
    const experiments: Experiment[] = [
      micro && microExperiment(micro),
      contended && contendedExperiment(contended),
      family && familyExperiment(family),
      lifetimes && lifetimesExperiment(lifetimes),
      explored && exploreExperiment(explored),
      peers && outcomeOf(peers),
    ].filter((experiment) => experiment !== undefined)
    const result: Result = { ...head, interrupted, experiments }
    const text = [
      micro && formatMicro(micro),
      contended && formatContended(contended),
      family && formatFamily(family),
      lifetimes && formatLifetimes(lifetimes),
      explored && formatExplore(explored),
      peers && formatExperiment(peers),
    ]
      .filter(Boolean)
      .join("\n\n")
    conclude(result, text, output, { json: given.json, baseline })
  },
})

/** The package's engine, and with it the fences to hold against its own. Without a compiler their rows are left out, and that is said. */
async function labOfFences(): Promise<{ readonly lab?: string }> {
  try {
    return { lab: await buildWith(LAB_OF_FENCES, RELEASE) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    process.stderr.write(`outlive: The rows of the lab's fences are left out. ${error.message}\n`)
    return {}
  }
}

const RELEASE = { target: "wasm", flavour: "release" } as const

type Over = Pick<ContendedOptions, "program" | "programUrl" | "others">
type Given = Readonly<Partial<Record<"which" | "program" | "lock" | "scheme", string | undefined>>>

/** What is to be measured under contention, if it is something else than what always is. */
async function overFrom({ which, program, lock, scheme }: Given): Promise<Over | undefined> {
  const isSubject = which !== undefined && (isFile(which) || PROGRAMS.some(({ name }) => name === which))
  if (!isSubject && program === undefined && lock === undefined && scheme === undefined) return undefined
  if (!isSubject && which !== undefined && which !== "contended" && which !== "all")
    throw new UsageError(
      "Options --program, --lock and --scheme are for the contended part: outlive bench contended --lock ticket",
    )
  const locks = lock === undefined ? [undefined] : wordsOption("lock", lock)
  const subjects: Subject[] = []
  for (const each of locks)
    subjects.push(await subjectOf({ what: isSubject ? which : undefined, program, lock: each, scheme }))
  const others: Other[] = []
  for (const subject of subjects) others.push(...(await otherOf(subject)))
  const [{ program: chosen, programUrl, model, role, driver } = {} as Subject] = subjects
  if ((model ?? role ?? driver) !== undefined)
    throw new UsageError(`Cannot measure "${which}": a program, a lock or a scheme can be`)
  return {
    ...(chosen === undefined ? {} : { program: chosen }),
    ...(programUrl === undefined ? {} : { programUrl }),
    ...(others.length > 0 ? { others } : {}),
  }
}
