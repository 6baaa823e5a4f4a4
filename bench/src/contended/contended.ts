/** Threads in each other's way: a lock of one's own against a borrowed one, spinning against sleeping at once. */
import { availableParallelism } from "node:os"
import { type Machine, describeMachine } from "../machine.js"
import { type Rounds, type Variant, runChild, runRounds } from "../rounds.js"

export interface ContendedOptions {
  readonly quick?: boolean
  /** How many processes for each variant. */
  readonly rounds?: number
  readonly seed?: number
  /** Most threads. Default: the processors, at most 8. */
  readonly threads?: number
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

export interface ContendedResult extends Rounds {
  readonly kind: "contended"
  readonly machine: Machine
  readonly seed: number
  readonly comparisons: readonly Comparison[]
}

const VARIANT = new URL("./variant.js", import.meta.url)

/** Measures; when aborted, returns what there is. */
export async function runContended(options: ContendedOptions = {}, onProgress: (text: string) => void = () => {}): Promise<ContendedResult> {
  const ms = options.quick ? 200 : 500
  const most = options.threads ?? Math.min(8, availableParallelism())
  const comparisons = plan(most, options.quick ?? false)
  const variants = comparisons.flatMap(({ of }) => of).map((name): Variant => ({
    name,
    run: (signal) => runChild(VARIANT, [...argumentsOf(name), "--ms", String(ms)], signal),
  }))
  const rounds = await runRounds(variants, options.rounds ?? (options.quick ? 3 : 9), onProgress, options.signal)
  return { kind: "contended", machine: describeMachine(), seed: options.seed ?? 1, comparisons, ...rounds }
}

/** A variant's name is its settings: workload, lock, threads. */
function argumentsOf(name: string): string[] {
  const [workload, kind, threads] = name.split("/") as [string, string, string]
  const flag = workload === "lock" ? "--lock" : "--fence-lock"
  return ["--workload", workload, flag, kind, "--threads", threads]
}

function plan(most: number, quick: boolean): Comparison[] {
  const comparisons: Comparison[] = []
  const counts = quick ? [...new Set([1, most])] : Array.from({ length: most }, (_, i) => i + 1)
  const compare = (title: string, workload: string, threads: number, labels: readonly [string, string]) =>
    comparisons.push({ title, threads, labels, of: [`${workload}/${labels[0]}/${threads}`, `${workload}/${labels[1]}/${threads}`] })
  for (const n of counts) compare("create + signal + drop, one timeline", "issue", n, ["inline", "external"])
  if (most > 1) compare("signal and wait, round trip", "ping-pong", 2, ["inline", "external"])
  if (!quick) for (const n of counts) compare("lock + unlock, one lock", "lock", n, ["spin", "mutex"])
  return comparisons
}
