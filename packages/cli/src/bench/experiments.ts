/** `outlive bench locks`, `pairs`, `reclamation`, `wake`, `scale`, `channels`, `peers`, `native`, or a file with an experiment. */
import {
  type Axis,
  type Experiment,
  type Thing,
  type Tools,
  NODE_AXIS,
  RIGS,
  assertExperiment,
  channelsExperiment,
  fencesExperiment,
  findNode,
  formatExperiment,
  locksExperiment,
  nativeExperiments,
  nativeLocksExperiment,
  outcomeOf,
  pairsExperiment,
  peersExperiment,
  runExperiment,
  scaleExperiments,
  schemesExperiment,
  wakeExperiment,
  whyNot,
} from "@outlive/bench"
import type { Experiment as Outcome, Result } from "@outlive/report"
import { isFile, kindOf, moduleOf } from "../../../../scripts/brought.mjs"
import { LAB_OF_FENCES, LOCKS, buildLab, buildWith } from "../../../../scripts/strategies.mjs"
import { headOf } from "../envelope.js"
import { UsageError } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { choiceOption, numberOption, wordsOption } from "../options.js"
import { Progress } from "../progress.js"
import { openResult } from "../results.js"
import { subjectOf } from "../subject.js"
import { conclude, refuseStranger } from "./conclude.js"
import { otherOf } from "./other.js"
import { reclamationAxes } from "./reclamation.js"

type Texts =
  | "which"
  | "lock"
  | "scheme"
  | "structure"
  | "threads"
  | "section"
  | "outside"
  | "rate"
  | "reads"
  | "stall"
  | "waiters"
  | "count"
  | "bytes"
  | "placement"
  | "of"
  | "peer"
  | "task"
  | "turns"
  | "ms"
  | "node"
  | "rounds"
  | "seed"
  | "out"
/** As citty hands it over. */
export type Given = Readonly<
  Partial<Record<Texts, string | undefined>> &
    Partial<Record<"quick" | "json" | "even-under-load", boolean | undefined>>
>

const NUMBERS = {
  threads: [1, 64],
  section: [0, 10_000_000],
  outside: [0, 10_000_000],
  rate: [0, 10_000_000],
  reads: [0, 100],
  stall: [0, 600_000],
  waiters: [1, 10_000],
  count: [1, 1_000_000],
  bytes: [4, 65_536],
  turns: [0, 1_000_000_000],
} as const
/** Axes of words: those that the rig has. */
const WORDS = ["peer", "task", "placement", "of"] as const
/** Which options each experiment takes, beside those that all do. */
const AXES = {
  locks: ["threads", "section", "outside", "rate"],
  fences: ["threads", "placement", "task"],
  pairs: ["section"],
  reclamation: ["threads", "reads", "stall"],
  wake: ["waiters"],
  scale: ["of", "count"],
  channels: ["bytes", "task"],
  peers: ["peer", "task", "turns"],
  native: ["threads", "section", "outside"],
} as const

/** Those that are told which. */
const OVER_LOCKS: ReadonlySet<string> = new Set(["locks", "fences", "pairs", "native"])

const isNamed = (which: string): which is keyof typeof AXES => Object.hasOwn(AXES, which)

/** Undefined when something else was asked for. @throws UsageError, RangeError, also of a Node that is not here */
export async function experimentsFrom(given: Given): Promise<Experiment[] | undefined> {
  const experiments = await askedFor(given)
  const node = given.node === undefined ? undefined : wordsOption("node", given.node, "version")
  return experiments?.map((one) => {
    const experiment = node ? { ...one, axes: { ...one.axes, [NODE_AXIS]: node } } : one
    for (const version of experiment.axes[NODE_AXIS] ?? []) findNode(version)
    return experiment
  })
}

async function askedFor(given: Given): Promise<Experiment[] | undefined> {
  const { which } = given
  if (which !== undefined && isNamed(which)) {
    refuseForeignOptions(given, AXES[which])
    if (!OVER_LOCKS.has(which) && given.lock !== undefined)
      throw new UsageError("Option --lock is for locks: outlive bench locks --lock ticket,mcs")
    const axes = Object.fromEntries(
      AXES[which].flatMap((axis) => (given[axis] === undefined ? [] : [[axis, valuesOf(which, axis, given[axis])]])),
    )
    if (which === "reclamation") return [schemesExperiment({ ...axes, ...reclamationAxes(given) })]
    if (which === "wake") return [wakeExperiment(axes)]
    if (which === "scale") return manyOf(axes)
    if (which === "channels") return [channelsExperiment(axes)]
    if (which === "peers") return [peersExperiment(axes)]
    const all = given.lock === undefined ? axes : { ...axes, lock: locksIn(which, given.lock) }
    if (which === "fences") return [assertExperiment(fencesExperiment(all), "--lock")]
    // One thread is in nobody's way: of a lock in a hot loop, and of a read section, there is nothing to turn.
    if (which === "native")
      return Object.keys(all).length === 0
        ? nativeExperiments()
        : [assertExperiment(nativeLocksExperiment(all), "--lock")]
    return [which === "pairs" ? pairsExperiment(all) : locksExperiment(all)]
  }
  if (which === undefined || !isFile(which) || (await kindOf(which)).kind !== "experiment") return undefined
  refuseForeignOptions(given, [])
  const module = (await import(await moduleOf(which))) as { readonly experiment?: unknown }
  return [assertExperiment(module.experiment, which)]
}

/** @throws UsageError for axes of other experiments than the one that is asked for; by default of all of them */
export function refuseForeignOptions(given: Given, taken: readonly string[] = ["threads"]): void {
  for (const axis of [...(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]), ...WORDS]) {
    const text = given[axis]
    if (text === undefined || taken.includes(axis)) continue
    const owners = (Object.keys(AXES) as Named[]).filter((which) => (AXES[which] as readonly string[]).includes(axis))
    // The example is one that works.
    const owner = owners.find((which) => knows(which, axis, text)) ?? owners[0]!
    throw new UsageError(`Option --${axis} is for ${owner}: outlive bench ${owner} --${axis} ${text}`)
  }
}

type Named = keyof typeof AXES
type AxisName = (typeof AXES)[Named][number]

/** Whether all words of an option are some that the experiment has; numbers are for whoever takes them. */
function knows(which: Named, axis: AxisName, text: string): boolean {
  const { words }: Axis = (RIGS[which].axes as Readonly<Record<string, Axis>>)[axis] ?? ({} as Axis)
  return words === undefined || text.split(",").every((word) => words.includes(word))
}

const isWords = (axis: AxisName): axis is (typeof WORDS)[number] => (WORDS as readonly string[]).includes(axis)

/** Of fences, if a number is told and not of what. @throws UsageError for a number that there cannot be of it */
function manyOf(axes: Readonly<Record<string, readonly (string | number)[]>>): Experiment[] {
  const { of = ["fences"], count } = axes
  if (count === undefined) return scaleExperiments(axes)
  for (const thing of of)
    for (const each of count) {
      const why = whyNot(thing as Thing, Number(each))
      if (why !== undefined) throw new UsageError(`Option --count is "${count.join(",")}": ${why}`)
    }
  return scaleExperiments({ ...axes, of })
}

/** `all`: each that keeps others out. */
function locksIn(which: Named, text: string): readonly string[] {
  if (text === "all" && which !== "native")
    return LOCKS.filter(({ excludes }) => excludes !== false).map(({ name }) => name)
  const all = wordsOption("lock", text)
  if (all.includes("lock-free"))
    throw new UsageError(
      `Option --lock is "${text}": lock-free is no lock, but a fence without one: outlive bench fences --placement inline,lock-free`,
    )
  return all
}

/** What may stand behind a number. */
const UNITS: Partial<Record<AxisName, RegExp>> = { stall: /ms$/ }

function valuesOf(which: Named, axis: AxisName, text: string): readonly (string | number)[] {
  if (!isWords(axis)) return listOption(axis, text)
  const { words = [] }: Axis = (RIGS[which].axes as Readonly<Record<string, Axis>>)[axis]!
  return wordsOption(axis, text).map((word) => choiceOption(axis, word, words))
}

function listOption(name: keyof typeof NUMBERS, text: string): number[] {
  const [least, most] = NUMBERS[name]
  const unit = UNITS[name] ?? ""
  const all = wordsOption(name, text, "number").map((word) => numberOption(name, word.replace(unit, ""), least, most))
  if (new Set(all).size < all.length) throw new UsageError(`Option --${name} is "${text}": each number once`)
  return all
}

export async function runExperiments(
  experiments: readonly Experiment[],
  given: Given,
  rawArgs: readonly string[],
  baseline: Result | undefined,
): Promise<void> {
  const options = {
    seed: numberOption("seed", given.seed ?? "1", -0x80000000, 0x7fffffff),
    ...(given.quick ? { quick: true } : {}),
    ...(given.rounds === undefined ? {} : { rounds: numberOption("rounds", given.rounds, 1, 1_000) }),
    ...(given.ms === undefined ? {} : { ms: numberOption("ms", given.ms, 1, 600_000) }),
    ...(given["even-under-load"] ? { evenUnderLoad: true } : {}),
  }
  if (baseline)
    refuseStranger(
      baseline,
      experiments.map(({ name }) => name),
    )
  const head = headOf("bench", rawArgs)
  const output = openResult("bench", given.out)
  const progress = new Progress()
  const interrupt = onInterrupt()
  const outcomes: Outcome[] = []
  const texts: string[] = []
  for (const experiment of experiments) {
    if (interrupt.signal.aborted) break
    const result = await runExperiment(experiment, TOOLS, { ...options, signal: interrupt.signal }, (text) =>
      progress.show(text),
    )
    outcomes.push(outcomeOf(result))
    texts.push(formatExperiment(result))
  }
  progress.clear()
  interrupt.release()
  const interrupted = interrupt.signal.aborted
  conclude({ ...head, interrupted, experiments: outcomes }, texts.join("\n\n"), output, { json: given.json, baseline })
}

const RELEASE = { target: "wasm", flavour: "release" } as const
/** Both names of the package's own, as a heap is told of it. */
const OWN: Readonly<Record<string, string>> = { "spin-or-sleep": "spin", spin: "spin", mutex: "mutex" }

/** Locks and schemes are built by scripts that only this package knows. */
export const TOOLS: Tools = {
  async lock(nameOrFile) {
    const own = OWN[nameOrFile]
    if (own !== undefined) return ["--lock", own]
    const subject = await subjectOf(isFile(nameOrFile) ? { what: nameOrFile } : { lock: nameOrFile })
    const [other] = await otherOf(subject)
    if (!other) throw new UsageError(`Cannot measure "${nameOrFile}": it is no lock`)
    return [
      ...(other.build === undefined ? [] : ["--build", other.build]),
      ...(other.foreign === undefined ? [] : ["--foreign", other.foreign]),
    ]
  },
  async fences(nameOrFile) {
    const own = OWN[nameOrFile]
    if (own === undefined && /\.(wasm|[cm]?js)$/.test(nameOrFile)) return this.lock(nameOrFile)
    try {
      const build = await buildWith(LAB_OF_FENCES, RELEASE, own === undefined ? { lock: nameOrFile } : {})
      return [...(own === undefined ? [] : ["--lock", own]), "--build", build]
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return { cannot: `its build is not here (${error.message.split("\n", 1)[0]!})` }
    }
  },
  scheme: (nameOrFile) => buildLab(nameOrFile, RELEASE),
}
