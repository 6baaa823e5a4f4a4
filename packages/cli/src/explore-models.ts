/** Models explored in worker threads, so that there is progress, and an end when one is wanted. */
import { type Checkpoint, type Options, type Result, exploreParallel } from "@outlive/explore"
import { type EngineModel, searchOf } from "@outlive/models"

const MODELS_URL = import.meta.resolve("@outlive/models")

/** A model of ours, one that a program makes, or one from elsewhere. */
export interface Target {
  readonly name: string
  readonly claim: string
  readonly search: Options
  /** URL of the module that exports its program. */
  readonly program?: string
  /** URL of the module that exports it as `model`. */
  readonly model?: string
  /** The file that one of the two was made of. */
  readonly file?: string
}

interface Exploring {
  /** URL of another build of the engine. */
  readonly engine?: string | undefined
  readonly jobs: number
  readonly search: Options
  readonly signal: AbortSignal
  readonly onProgress: (text: string) => void
  /** Told where the search of the only model is. */
  readonly onCheckpoint?: ((rest: Checkpoint) => void) | undefined
  /** Told in the order of the models. */
  readonly onResult: (target: Target, result: Result) => void
}

/** As it says itself that it can be explored. */
export function targetOf(model: EngineModel, program?: string, file?: string): Target {
  const { name, claim } = model
  const brought = program === undefined || file === undefined ? {} : { program, file }
  return { name, claim, search: searchOf(model), ...brought }
}

/** One model by all workers, or several models, each by one of them. After an interrupt: those that were begun. */
export async function exploreModels(targets: readonly Target[], how: Exploring): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  let told = 0
  const tell = () => {
    for (let result = results[told]; result !== undefined; result = results[++told])
      how.onResult(targets[told]!, result)
  }
  const work = async () => {
    while (next < targets.length && !how.signal.aborted) {
      const at = next++
      results[at] = await exploreOne(targets[at]!, how, targets.length === 1 ? how.jobs : 1)
      tell()
    }
  }
  await Promise.all(Array.from({ length: Math.min(how.jobs, targets.length) }, work))
  return results
}

async function exploreOne(target: Target, how: Exploring, jobs: number): Promise<Result> {
  const { engine, search, signal, onProgress, onCheckpoint } = how
  const { name, program, model } = target
  return exploreParallel(model ?? MODELS_URL, model === undefined ? "buildModel" : "model", {
    ...target.search,
    ...search,
    argument: { name, engine, program },
    jobs,
    signal,
    ...(onCheckpoint === undefined ? {} : { onCheckpoint }),
    onProgress: ({ executions, ms, estimate }) => {
      // Of what has only begun nothing can be said.
      const all = estimate !== undefined && ms > ESTIMATE_FROM_MS ? ` of perhaps ${roughly(estimate)}` : ""
      onProgress(`exploring ${name}: ${executions.toLocaleString("en")} orders${all}, ${(ms / 1_000).toFixed(0)} s`)
    },
  })
}

const ESTIMATE_FROM_MS = 2_000

/** Two digits, which is more than an estimate knows. */
const roughly = (count: number) =>
  Number(count.toPrecision(2)).toLocaleString("en", count >= 1e9 ? { notation: "scientific" } : {})
