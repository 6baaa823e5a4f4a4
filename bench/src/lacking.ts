/**
 * What another round is to measure, where there is time for one: both sides of each comparison of which too few pairs were quiet. What
 * was measured has no say in it, only whether it counts; so no difference is looked for until it shows.
 */
import { type Measurement, isQuiet } from "./rounds.js"
import { LEAST_PAIRS } from "./statistics.js"

export function lacking(
  pairs: readonly (readonly [string, string])[],
): (soFar: readonly Measurement[]) => ReadonlySet<string> {
  return (soFar) => {
    const quiet = new Map<string, Set<number>>()
    for (const run of soFar.filter((each) => isQuiet(each)))
      quiet.set(run.variant, (quiet.get(run.variant) ?? new Set()).add(run.round))
    const both = ([a, b]: readonly [string, string]) =>
      [...(quiet.get(a) ?? [])].filter((round) => quiet.get(b)?.has(round)).length
    return new Set(pairs.filter((pair) => both(pair) < LEAST_PAIRS).flat())
  }
}
