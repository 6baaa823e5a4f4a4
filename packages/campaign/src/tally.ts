/** The sum of a campaign's results. It keeps a bit for each shard and the findings by cause, whatever the number of lines. */
import { seedCount, seedsOf, shardCount } from "./definition.js"
import { Findings } from "./findings.js"
import { type Finding, type Header, type Poisoned, type SettledLine, assertBelongs, isPoisoned } from "./result.js"

const MOST_CAUSES = 1_000

/** A campaign's result: plain data. */
export interface CampaignResult extends Pick<Header, "campaign" | "build" | "definition"> {
  readonly schema: "outlive-campaign-result/1"
  readonly shards: { readonly all: number; readonly done: number; readonly missing: number; readonly poisoned: number }
  readonly seeds: { readonly all: number; readonly done: number; readonly failed: number }
  readonly operations: number
  /** Of all processes together. */
  readonly ms: number
  /** Results of shards that had been counted. */
  readonly repeated: number
  readonly findings: readonly Finding[]
  readonly moreCauses: number
  readonly poisoned: readonly (Poisoned & { readonly shard: number; readonly seeds: readonly [number, number] })[]
  /** Every shard was played, and nothing was found. */
  readonly passed: boolean
}

export class Tally {
  readonly header: Header
  readonly #done: Uint8Array
  readonly #findings = new Findings(MOST_CAUSES)
  readonly #poisoned = new Map<number, Poisoned>()
  #shards = 0
  #seeds = 0
  #failed = 0
  #operations = 0
  #ms = 0
  #repeated = 0

  constructor(header: Header) {
    this.header = header
    this.#done = new Uint8Array(Math.ceil(shardCount(header.definition) / 8))
  }

  get findings(): number {
    return this.#findings.list().length
  }

  isDone(shard: number): boolean {
    return (this.#done[shard >> 3]! & (1 << (shard & 7))) !== 0
  }

  /** Done, or given up. */
  isSettled(shard: number): boolean {
    return this.isDone(shard) || this.#poisoned.has(shard)
  }

  /**
   * Counts a shard. Idempotent: a second result of the same shard is not counted, but what only it has found is not lost.
   * @throws CampaignError for a line of another campaign or build, and says `where` it is
   */
  add(line: SettledLine, where = `shard ${line.shard}`): void {
    assertBelongs(line, this.header, where)
    const { shard } = line
    if (isPoisoned(line)) {
      if (!this.isDone(shard)) this.#poisoned.set(shard, line.poisoned)
      return
    }
    const isNew = !this.isDone(shard)
    for (const finding of line.findings) this.#findings.add(finding, isNew)
    if (!isNew) return void this.#repeated++
    this.#done[shard >> 3]! |= 1 << (shard & 7)
    // Given up by one, and played by another: it is done.
    this.#poisoned.delete(shard)
    this.#shards++
    this.#seeds += line.seeds
    this.#failed += line.failed
    this.#operations += line.operations
    this.#ms += line.ms
  }

  result(): CampaignResult {
    const { campaign, build, definition } = this.header
    const all = shardCount(definition)
    const poisoned = [...this.#poisoned.entries()]
      .sort(([a], [b]) => a - b)
      .map(([shard, why]) => ({ shard, seeds: seedsOf(definition, shard), ...why }))
    const missing = all - this.#shards - poisoned.length
    const findings = this.#findings.list()
    return {
      schema: "outlive-campaign-result/1",
      campaign,
      build,
      definition,
      shards: { all, done: this.#shards, missing, poisoned: poisoned.length },
      seeds: { all: seedCount(definition), done: this.#seeds, failed: this.#failed },
      operations: this.#operations,
      ms: Math.round(this.#ms),
      repeated: this.#repeated,
      findings,
      moreCauses: this.#findings.moreCauses,
      poisoned,
      passed: this.#shards === all && findings.length === 0,
    }
  }
}
