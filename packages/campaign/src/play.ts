/** Plays one shard: its seeds one after the other, wherever this happens to run. */
import { causeOf } from "./cause.js"
import { seedsOf } from "./definition.js"
import { Findings } from "./findings.js"
import type { Failure, Header, ShardLine } from "./result.js"

const MOST_CAUSES = 100

/** What became of a seed. */
export interface Played {
  readonly operations: number
  /** Empty when all held. */
  readonly failures: readonly Omit<Failure, "seed">[]
}

export interface Player {
  /** Must depend on nothing but the seed. */
  play(seed: number): Promise<Played>
  /** The command that plays a seed again. */
  repeat(seed: number): string
  close?(): Promise<void>
}

/** `onSeed` is told before each seed, so that it is known at which one a process ended. */
export async function playShard(
  { campaign, build, definition }: Header,
  shard: number,
  player: Player,
  onSeed: (seed: number) => void = () => {},
): Promise<ShardLine> {
  const [first, last] = seedsOf(definition, shard)
  const started = performance.now()
  const findings = new Findings(MOST_CAUSES)
  let failed = 0
  let operations = 0
  for (let seed = first; seed <= last; seed++) {
    onSeed(seed)
    const played = await player.play(seed)
    operations += played.operations
    if (played.failures.length > 0) failed++
    // A seed that fails twice for one cause is one seed.
    const byCause = new Map(played.failures.map((failure) => [causeOf(failure.text), failure]))
    for (const failure of byCause.values()) findings.note({ seed, ...failure })
  }
  return {
    campaign,
    build,
    shard,
    seeds: last - first + 1,
    failed,
    operations,
    ms: Math.round(performance.now() - started),
    findings: findings.list(),
    ...(findings.moreCauses > 0 ? { moreCauses: findings.moreCauses } : {}),
  }
}
