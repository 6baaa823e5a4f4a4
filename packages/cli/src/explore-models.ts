/** Models explored in worker threads, so that there is progress, and an end when one is wanted. */
import { type Options, type Result, exploreParallel } from "@outlive/explore"
import { type EngineModel, searchOf } from "@outlive/models"

const MODELS_URL = import.meta.resolve("@outlive/models")

interface Exploring {
  /** URL of another build of the engine. */
  readonly engine?: string
  readonly jobs: number
  readonly search: Options
  readonly signal: AbortSignal
  readonly onProgress: (text: string) => void
  /** Told in the order of the models. */
  readonly onResult: (model: EngineModel, result: Result) => void
}

/** One model by all workers, or several models, each by one of them. After an interrupt: those that were begun. */
export async function exploreModels(models: readonly EngineModel[], how: Exploring): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  let told = 0
  const tell = () => {
    for (let result = results[told]; result !== undefined; result = results[++told]) how.onResult(models[told]!, result)
  }
  const work = async () => {
    while (next < models.length && !how.signal.aborted) {
      const at = next++
      results[at] = await exploreOne(models[at]!, how, models.length === 1 ? how.jobs : 1)
      tell()
    }
  }
  await Promise.all(Array.from({ length: Math.min(how.jobs, models.length) }, work))
  return results
}

async function exploreOne(model: EngineModel, how: Exploring, jobs: number): Promise<Result> {
  const { engine, search, signal, onProgress } = how
  const { name } = model
  return exploreParallel(MODELS_URL, "buildModel", {
    ...searchOf(model),
    ...search,
    argument: { name, engine },
    jobs,
    signal,
    onProgress: ({ executions, ms }) =>
      onProgress(`exploring ${name}: ${executions.toLocaleString("en")} orders, ${(ms / 1_000).toFixed(0)} s`),
  })
}
