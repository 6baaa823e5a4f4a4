/** Who hands shards to whoever plays them: this machine's processes, or another queue in their place. */
import { type Crew, NeverReady, WorkerDied } from "./crew.js"
import { CampaignError } from "./errors.js"
import { type Header, type Poisoned, type SettledLine } from "./result.js"

/**
 * At least once: a shard may be played again, and `Tally` counts it once. Each shard is settled in the end, played or given up,
 * unless the signal comes first.
 */
export interface ShardQueue {
  run(header: Header, shards: Iterable<number>, sink: Sink, signal: AbortSignal): Promise<void>
}

export interface Sink {
  settle(line: SettledLine): void
}

/** A shard that has ended its process so often is given up. */
export const MOST_TRIES = 3

/** As many at a time as the crew has processes. What was lost with a process is played again, at once. */
export class LocalQueue implements ShardQueue {
  readonly #crew: Crew

  constructor(crew: Crew) {
    this.#crew = crew
  }

  async run(header: Header, shards: Iterable<number>, sink: Sink, signal: AbortSignal): Promise<void> {
    const next = shards[Symbol.iterator]()
    const lost: { readonly shard: number; readonly tries: number }[] = []
    const over = new AbortController()
    let failure: unknown
    const end = () => {
      over.abort()
      this.#crew.close()
    }
    if (signal.aborted) end()
    signal.addEventListener("abort", end)
    const lane = async () => {
      while (!over.signal.aborted) {
        const taken = lost.shift() ?? fresh(next)
        if (!taken) return
        try {
          sink.settle(await playOn(this.#crew, taken.shard))
        } catch (error) {
          if (over.signal.aborted) return
          if (!(error instanceof WorkerDied)) throw error
          const tries = taken.tries + 1
          if (tries < MOST_TRIES) lost.push({ shard: taken.shard, tries })
          else sink.settle({ ...originOf(header), shard: taken.shard, poisoned: poison(error, tries) })
        }
      }
    }
    const lanes = Array.from({ length: this.#crew.size }, () =>
      lane().catch((error: unknown) => {
        failure ??= error
        end()
      }),
    )
    await Promise.all(lanes)
    signal.removeEventListener("abort", end)
    this.#crew.close()
    if (failure !== undefined) throw failure
  }
}

/** Plays a shard on a process that is there, or on a new one; several may be killed before they are ready. */
export const playOn = (crew: Crew, shard: number) => onceReady(() => crew.play(shard))

/** @throws CampaignError WORKER_FAILED when processes end before they are ready, again and again */
export async function onceReady<T>(work: () => Promise<T>): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof NeverReady)) throw error
      if (failed === MOST_TRIES)
        throw new CampaignError(
          "WORKER_FAILED",
          `Cannot start a process that plays shards: ${failed} in a row ended before they were ready (${error.message})`,
        )
    }
  }
}

export function poison({ message, at }: WorkerDied, tries: number): Poisoned {
  return { tries, why: message, ...(at === undefined ? {} : { seed: at.seed, repeat: at.repeat }) }
}

export const originOf = ({ campaign, build }: Header) => ({ campaign, build })

function fresh(shards: Iterator<number>): { shard: number; tries: number } | undefined {
  const { value, done } = shards.next()
  return done === true ? undefined : { shard: value, tries: 0 }
}
