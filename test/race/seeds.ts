/** Races that may miss: another seed each time, and in the later ones threads are held up more often, so that none depends on one schedule. */
import type { Trial } from "../faults/trial.js"

const SEEDS = [20_261_127, 20_261_128, 20_261_129]
const MOST_RACES = 6
const HEAVY = { delayOneIn: 6, sleepOneIn: 6 }

interface Chance {
  readonly seed: number
  readonly delays?: typeof HEAVY
}
type Hold = (chance: Chance) => Promise<Trial>
const FIRST: Chance = { seed: SEEDS[0]! }

/** For what is sound. */
export const raceOnce = (hold: Hold): Promise<Trial> => hold(FIRST)

/** Holds races until one objects; the last that did not, if none does. */
export async function raceUntilCaught(hold: Hold): Promise<Trial> {
  let trial: Trial | undefined
  for (const [i, seed] of SEEDS.entries()) {
    trial = await hold(i === 0 ? FIRST : { seed, delays: HEAVY })
    if (trial.verdict === "caught") break
  }
  return trial!
}

/** What is seen of a broken twin: one race may miss what is rare, so as many as that are looked at until something is. */
export async function wrongOf(
  race: (seed: number) => Promise<{ readonly wrong: readonly string[] }>,
  seed: number,
): Promise<readonly string[]> {
  for (let round = 0; round < MOST_RACES; round++) {
    const { wrong } = await race(seed + round)
    if (wrong.length > 0) return wrong
  }
  return []
}
