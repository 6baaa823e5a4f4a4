/** What happens to threads in the middle of a race: the one thing that was asked for, and deaths that the seed picks. */
import { Random } from "./random.js"
import type { Mishap, Settings } from "./settings.js"

/** The last deaths come so early that the survivors race on for a while. */
const LATEST = 0.7
/** A stream of its own: the threads' choices stay what they are. */
const STREAM = 0x6d6f7274

/** In order of time. */
export function mishapsOf(settings: Settings): readonly Mishap[] {
  const given = settings.mishap === undefined ? [] : [settings.mishap]
  return [...given, ...deathsOf(settings)].sort((a, b) => a.afterMs - b.afterMs)
}

/** So many threads, each once; half of them die together with the one before. */
function deathsOf({ deaths = 0, roles, seconds, seed, mishap, mortals }: Settings): Mishap[] {
  const random = new Random(seed, STREAM)
  const cast = Object.entries(roles).flatMap(([role, n]) => Array.from({ length: n }, () => role))
  const alive = [...cast.keys()].filter(
    (thread) => thread !== mishap?.thread && (mortals?.includes(cast[thread]!) ?? true),
  )
  let afterMs = 0
  return Array.from({ length: Math.min(deaths, alive.length) }, (_, n) => {
    if (n === 0 || random.oneIn(2)) afterMs = Math.round(random.fraction() * LATEST * 1_000 * seconds)
    const [thread] = alive.splice(random.below(alive.length), 1) as [number]
    return { kind: "terminate", thread, afterMs }
  })
}
