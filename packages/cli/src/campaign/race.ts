/** A seed is a race: of a scenario, a program, a driver; with deaths if they are asked for. */
import type { Played } from "@outlive/campaign"
import { type RaceResult, SEEDS, ThreadPool, runRace, scenariosFor, settingsOf } from "@outlive/workers"
import { askedRace } from "../asked-race.js"
import { RACE_ARGS, raceFrom, repeatLine } from "../race-options.js"
import { SUBJECT_ARGS } from "../subject.js"
import type { Kind } from "./kind.js"

const DEFAULT_THREADS = 6
const { seed: _, ...ARGS } = RACE_ARGS

export const race: Kind = {
  name: "race",
  about: "Race real threads, a race for each seed",
  args: {
    what: {
      type: "positional",
      description: "A program's name, or a file with a program, a lock, a scheme or a role; else a scenario is raced",
      required: false,
    },
    ...ARGS,
    program: SUBJECT_ARGS.program,
    scheme: SUBJECT_ARGS.scheme,
  },
  files: ["what", "program", "lock", "scheme", "engine-module"],
  seeds: SEEDS,
  threads(options) {
    const { threads, roles } = raceFrom(options)
    return threads ?? (roles === undefined ? DEFAULT_THREADS : Object.values(roles).reduce((a, b) => a + b, 0))
  },
  async open(options) {
    const { given, said } = await askedRace(options)
    const pool = new ThreadPool()
    const settings = settingsOf(given, await scenariosFor(given))
    const repeat = (seed: number) => repeatLine({ ...settings, seed }, said)
    return {
      repeat,
      play: async (seed) => playedOf(await runRace({ ...given, seed }, { pool }), repeat(seed)),
      close: () => pool.close(),
    }
  },
}

/** What it found, in the order in which it would be looked at: what comes later may follow from what came first. */
function playedOf({ passed, operations, violations, deaths, leaks }: RaceResult, repeat: string): Played {
  if (passed) return { operations, failures: [] }
  const texts = [
    ...violations.map(({ message, claim }) => `${message}\nclaim: ${claim}`),
    ...leaks.map((leak) => `Leak: ${leak}`),
    ...(violations.length + leaks.length === 0 ? deaths.map(({ message }) => `Died: ${message}`) : []),
  ]
  const failures = (texts.length === 0 ? ["The race did not pass"] : texts).map((text) => ({
    size: operations,
    repeat,
    text,
  }))
  return { operations, failures }
}
