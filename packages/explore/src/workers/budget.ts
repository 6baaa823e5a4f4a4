/** What a search may take, dealt to its jobs: a bound holds for all of them together, however many there are. */
import { count, cutOfBudget } from "../findings/cut-short.js"
import { RANDOM_EXECUTIONS } from "../execution/options.js"
import type { CutShort, Options, Result } from "../model.js"

/** Options of one job. */
export interface Share {
  readonly executions?: number
  readonly timeMs?: number
}

export class Budget {
  private readonly options: Options
  private readonly started: number
  private readonly isRandom: boolean
  /** Executions that nobody has taken, nor was dealt. */
  private left: number
  /** Why a worker got no further job, if one did not. */
  endedBy: "executions" | "time" | undefined = undefined

  constructor(options: Options, started: number) {
    const { strategy = "exhaustive", timeMs, executions } = options
    this.options = options
    this.started = started
    this.isRandom = strategy === "random" || strategy === "pct"
    this.left = executions ?? (this.isRandom && timeMs === undefined ? RANDOM_EXECUTIONS : Infinity)
  }

  /** The share of a job that begins now, while `idle` other workers wait for one. Undefined when nothing is left; the first job always has one. */
  deal(idle: number, isFirst: boolean): Share | undefined {
    const { timeMs = Infinity } = this.options
    const leftMs = Math.max(0, this.started + timeMs - performance.now())
    const executions = Math.ceil(this.left / (idle + 1))
    if (!isFirst && (leftMs === 0 || executions === 0)) {
      this.endedBy ??= leftMs === 0 ? "time" : "executions"
      return undefined
    }
    if (executions !== Infinity) this.left -= executions
    return {
      ...(executions === Infinity ? {} : { executions }),
      ...(timeMs === Infinity ? {} : { timeMs: leftMs }),
    }
  }

  /** What a job did not need is there for others. */
  putBack({ executions }: Share, result: Result): void {
    if (executions === undefined) return
    const { truncated = 0 } = result as { readonly truncated?: number }
    this.left += executions - result.executions - truncated - (this.isRandom ? result.blocked : 0)
  }

  /** Of the sentences of the jobs, each of which had a part: those of the whole. `wereAllBegun`: whoever got no job then has missed none. */
  cuts(ofJobs: readonly CutShort[], executions: number, wereAllBegun: boolean): CutShort[] {
    const by = new Set([...ofJobs.map((cut) => cut.by), wereAllBegun ? undefined : this.endedBy])
    const { timeMs } = this.options
    return [
      ...ofJobs.filter((cut) => cut.by !== "time" && cut.by !== "executions"),
      ...(by.has("executions") && !this.isRandom ? [cutOfBudget("executions", count(executions))] : []),
      ...(by.has("time") ? [cutOfBudget("time", `${timeMs} ms`)] : []),
    ]
  }
}
