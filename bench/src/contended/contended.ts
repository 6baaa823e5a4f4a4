/** Threads in each other's way: a lock of one's own against a borrowed one, spinning against sleeping at once. */
import { availableParallelism } from "node:os"
import { runProgram } from "../child.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { type Rounds, type Variant, runRounds } from "../rounds.js"

export interface ContendedOptions {
  /** Inline against external only, three short rounds: at most about 12 seconds. */
  readonly quick?: boolean
  /** How many processes for each variant. Default 9, quick 3. */
  readonly rounds?: number
  /** For the resampling. Default 1. */
  readonly seed?: number
  /** Most threads. Default: the processors, at most 8. */
  readonly threads?: number
  /** Locks to compare with the package's, instead of all else: each with a build of the engine, in WebAssembly. */
  readonly locks?: readonly { readonly name: string; readonly build: string }[]
  readonly signal?: AbortSignal
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
  checkOptions(options, ["threads", "locks"])
  const { quick = false, seed = 1, signal, threads = Math.min(8, availableParallelism()) } = options
  const ms = quick ? 150 : 500
  const machine = describeMachine()
  const { locks = [] } = options
  const comparisons = locks.length > 0 ? planLocks(locks, threads, quick) : plan(threads, quick)
  const variants = comparisons
    .flatMap(({ of }) => of)
    .filter((name, i, all) => all.indexOf(name) === i)
    .map((name): Variant => ({
      name,
      run: (stop) => runProgram(VARIANT, [...argumentsOf(name, locks), "--ms", String(ms)], stop),
    }))
  const rounds = await runRounds(variants, {
    rounds: options.rounds ?? (quick ? 3 : 9),
    ...(quick ? { budgetMs: QUICK_BUDGET_MS } : {}),
    onProgress,
    signal,
  })
  return { kind: "contended", machine, seed, interrupted: signal?.aborted ?? false, comparisons, ...rounds }
}

/** A variant's name is its settings: workload, lock, threads. */
function argumentsOf(name: string, locks: NonNullable<ContendedOptions["locks"]>): string[] {
  const [workload, kind, threads] = name.split("/") as [string, string, string]
  const other = locks.find((lock) => lock.name === kind)
  if (other) return ["--workload", workload, "--build", other.build, "--threads", threads]
  const flag = workload === "lock" ? "--lock" : "--fence-lock"
  return ["--workload", workload, flag, kind, "--threads", threads]
}

/** Each against the package's spin-then-park, in one run. */
function planLocks(locks: readonly { readonly name: string }[], most: number, quick: boolean): Comparison[] {
  return locks.flatMap(({ name }) =>
    countsTo(most, quick).map((threads) => ({
      title: "lock + unlock, one lock",
      threads,
      labels: [name, "spin"] as const,
      of: [`lock/${name}/${threads}`, `lock/spin/${threads}`] as const,
    })),
  )
}

function countsTo(most: number, quick: boolean): number[] {
  return quick ? [...new Set([1, most])] : Array.from({ length: most }, (_, i) => i + 1)
}

function plan(most: number, quick: boolean): Comparison[] {
  const counts = countsTo(most, quick)
  const compare =
    (title: string, workload: string, labels: readonly [string, string]) =>
    (n: number): Comparison => ({
      title,
      threads: n,
      labels,
      of: [`${workload}/${labels[0]}/${n}`, `${workload}/${labels[1]}/${n}`],
    })
  const issue = counts.map(compare("create + signal + drop, one timeline", "issue", ["inline", "external"]))
  const pairs = counts.filter((n) => n % 2 === 0)
  const roundTrips = pairs.map(compare("signal and wait, round trip", "ping-pong", ["inline", "external"]))
  if (quick) return [...issue, ...roundTrips]
  return [...issue, ...roundTrips, ...counts.map(compare("lock + unlock, one lock", "lock", ["spin", "mutex"]))]
}
