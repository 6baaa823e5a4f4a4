/** Threads in each other's way: a lock of one's own against a borrowed one, spinning against sleeping at once; any program over any lock. */
import { availableParallelism } from "node:os"
import { type AnyProgram, counter, dealt, issue, pingPong } from "@outlive/programs"
import { runProgram } from "../child.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { AGAIN, withAgain } from "../chance.js"
import { lacking } from "../lacking.js"
import { emptyLike } from "./empty.js"
import { type Rounds, runRounds } from "../rounds.js"

export interface ContendedOptions {
  /** Inline against external only, three short rounds: at most about 12 seconds. */
  readonly quick?: boolean
  /** With the most threads only: for whoever has little time, and asks about that. */
  readonly onlyMost?: boolean
  /** With `quick`: for how long, beside the first round. Default 8,000; further rounds are made in it of what had too few quiet pairs. */
  readonly budgetMs?: number
  /** How many processes for each variant. Default 9, quick 3. */
  readonly rounds?: number
  /** For the resampling. Default 1. */
  readonly seed?: number
  /** Most threads. Default: the processors, at most 8. */
  readonly threads?: number
  /** This program instead of all else. */
  readonly program?: AnyProgram
  /** URL of the module that exports it, if it is none of ours. */
  readonly programUrl?: string
  /** What to compare with the package's engine, instead of all else; over the program, or over `counter`. */
  readonly others?: readonly Other[]
  readonly signal?: AbortSignal
}

/** Another engine, or a lock or a scheme that is called from outside of it. */
export interface Other {
  readonly name: string
  /** A build of the engine in WebAssembly: the file. */
  readonly build?: string
  /** The URL of a module (`foreign.ts` of @outlive/workers). */
  readonly foreign?: string
}

/** Two variants that differ in one thing. */
export interface Comparison {
  readonly title: string
  readonly threads: number
  /** Names of variants: the first is divided by the second. */
  readonly of: readonly [string, string]
  readonly labels: readonly [string, string]
}

/** Plain data. Figures of a measurement: `perSecond`, `fairness` (least ÷ most), `batchNs`, latencies in ns. */
export interface ContendedResult extends Rounds {
  readonly kind: "contended"
  readonly machine: Machine
  readonly seed: number
  readonly interrupted: boolean
  readonly comparisons: readonly Comparison[]
}

const VARIANT = new URL("./variant.js", import.meta.url)
const QUICK_BUDGET_MS = 8_000

/** Measures; when aborted, returns what there is. */
export async function runContended(
  options: ContendedOptions = {},
  onProgress: (text: string) => void = () => {},
): Promise<ContendedResult> {
  checkOptions(options, ["threads", "program", "programUrl", "others", "onlyMost", "budgetMs"])
  const { quick = false, seed = 1, signal, threads = Math.min(8, availableParallelism()) } = options
  const ms = quick ? 150 : 500
  const machine = describeMachine()
  const planned = planFor(options, threads, quick)
  const pairs = options.onlyMost ? withMost(planned) : planned
  const variants = new Map(pairs.flatMap(({ variants: both }) => both.map((variant) => [variant.name, variant])))
  // What others are held against, once more: where there is little time, at one place only.
  const bases = new Set((quick ? pairs.slice(0, 1) : pairs).map(({ variants: [, base] }) => base.name))
  const compared = [
    ...pairs.map(({ variants: [a, base] }) => [a.name, base.name] as const),
    ...[...bases].map((name) => [`${name}${AGAIN}`, name] as const),
  ]
  const rounds = await runRounds(
    withAgain([...variants.values()], ({ name }) => bases.has(name)).map(({ name, args }) => ({
      name,
      run: (stop) => runProgram(VARIANT, [...args, "--ms", String(ms)], stop),
    })),
    {
      rounds: options.rounds ?? (quick ? 3 : 9),
      ...(quick ? { budgetMs: options.budgetMs ?? QUICK_BUDGET_MS, further: lacking(compared) } : {}),
      onProgress,
      signal,
    },
  )
  const comparisons = pairs.map(({ title, threads: count, labels, variants: [a, b] }): Comparison => ({
    title,
    threads: count,
    labels,
    of: [a.name, b.name],
  }))
  return { kind: "contended", machine, seed, interrupted: signal?.aborted ?? false, comparisons, ...rounds }
}

/** Of each comparison that with the most threads. */
function withMost(pairs: readonly Pair[]): Pair[] {
  const rivals = ({ title, labels }: Pair) => pairs.filter((one) => one.title === title && one.labels[0] === labels[0])
  return pairs.filter((pair) => rivals(pair).every(({ threads }) => threads <= pair.threads))
}

/** What is run, and how. */
interface Setting {
  readonly name: string
  readonly args: readonly string[]
}

interface Pair extends Omit<Comparison, "of"> {
  readonly variants: readonly [Setting, Setting]
}

function planFor({ program, programUrl, others }: ContendedOptions, most: number, quick: boolean): Pair[] {
  if (!program && !others) return plan(most, quick)
  const chosen = { program: program ?? counter, url: programUrl }
  if (others) return others.flatMap((other) => planOther(chosen, other, most, quick))
  return countsFor(chosen.program, most, quick).map((n) => pairOf(chosen, n, spin, mutex))
}

interface Chosen {
  readonly program: AnyProgram
  readonly url?: string | undefined
}

/** Against the package's spin-then-park, in one run; and what is called from outside, against nothing called so. */
function planOther(chosen: Chosen, other: Other, most: number, quick: boolean): Pair[] {
  const compared = countsFor(chosen.program, most, quick).map((n) =>
    pairOf(chosen, n, engineOf(other), chosen.program.about === "locks" ? spin : ours),
  )
  if (other.foreign === undefined || chosen.program.threads.length > 1) return compared
  return [pairOf(chosen, 1, engineOf(other), engineOf(emptyLike(other.foreign))), ...compared]
}

/** One of two that are compared: how it is called, and asked for. */
interface Side {
  readonly label: string
  readonly args: readonly string[]
}
const spin: Side = { label: "spin", args: ["--lock", "spin"] }
/** As the package brings it along. */
const ours: Side = { label: "package", args: spin.args }
const mutex: Side = { label: "mutex", args: ["--lock", "mutex"] }
const inline: Side = { label: "inline", args: ["--fence-lock", "inline"] }
const external: Side = { label: "external", args: ["--fence-lock", "external"] }

function engineOf({ name, build, foreign }: Other): Side {
  const args = [
    ...(build === undefined ? [] : ["--build", build]),
    ...(foreign === undefined ? [] : ["--foreign", foreign]),
  ]
  return { label: name, args }
}

function pairOf({ program, url = program.name }: Chosen, threads: number, a: Side, b: Side): Pair {
  const setting = ({ label, args }: Side): Setting => ({
    name: `${program.name}/${label}/${threads}`,
    args: ["--program", url, "--threads", String(threads), ...args],
  })
  return { title: titleOf(program), threads, labels: [a.label, b.label], variants: [setting(a), setting(b)] }
}

const TITLES: Readonly<Record<string, string>> = {
  counter: "lock + unlock, one lock",
  issue: "create + signal + drop, one timeline",
  "ping-pong": "signal and wait, round trip",
}
const titleOf = ({ name }: AnyProgram) => TITLES[name] ?? name

/** Numbers of threads among which the parts can be dealt: the least there are, if all are too few. */
function countsFor(program: AnyProgram, most: number, quick: boolean): number[] {
  const all = Array.from({ length: Math.max(most, program.threads.length) }, (_, i) => i + 1).filter((n) =>
    fits(program, n),
  )
  return quick ? [...new Set([all[0]!, all.at(-1)!])] : all
}

function fits(program: AnyProgram, threads: number): boolean {
  try {
    return dealt(program, threads).length > 0
  } catch {
    return false
  }
}

function plan(most: number, quick: boolean): Pair[] {
  const over = (program: AnyProgram, a: Side, b: Side) =>
    countsFor(program, most, quick)
      .filter((n) => n <= most)
      .map((n) => pairOf({ program }, n, a, b))
  const fences = [...over(issue, inline, external), ...over(pingPong, inline, external)]
  return quick ? fences : [...fences, ...over(counter, spin, mutex)]
}
