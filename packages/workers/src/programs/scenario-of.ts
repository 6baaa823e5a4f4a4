/** A program as a scenario: each part is a role, and the check is the referee's. */
import { OopsError } from "@outlive/core"
import { type AnyProgram, ClaimError, type Part, dealt } from "@outlive/programs"
import { mishapsOf } from "../mishaps.js"
import { type AnyScenario, type Role, type Scenario, castList } from "../scenario.js"
import type { Settings } from "../settings.js"
import type { Stage } from "../stage.js"
import { engineWith } from "./foreign.js"
import { Ledger } from "./ledger.js"
import { NOBODY, foreignWord, heapFor, issuer, placeOn } from "./place.js"

interface Tokens {
  readonly timeline: number
  readonly ledger: SharedArrayBuffer
  readonly state: unknown
}

/** A program, as it is raced. */
export function scenarioOf(program: AnyProgram): Scenario<Tokens> {
  const roles = program.threads.map((part, i) => roleOf(program, part, i))
  const followers = program.threads.filter(({ follows }) => follows).map(({ name }) => name)
  const leaders = program.threads.filter(({ follows }) => !follows).map(({ name }) => name)
  const scenario: Scenario<Tokens> = {
    name: program.name,
    about: program.claim,
    cast: { first: roles, more: roles },
    leastThreads: Math.max(2, roles.length),
    lifetimes: ["independent"],
    ...(followers.length > 0 ? { phases: [leaders, followers] } : {}),
    ...(program.immortal === undefined ? {} : { standsNoDeath: program.immortal }),
    modules: () => [issuer],
    capacities: (_, threads) => heapFor(program, threads),
    setup({ heap, thread, settings, cast }) {
      assertInStep(program, settings)
      const module = thread.load(issuer)
      const timeline = module.timeline("program")
      const place = placeOn({ heap, thread, timeline: timeline.address, index: NOBODY })
      const ledger = new Ledger(cast.length)
      const state: unknown = program.prepare?.(place, cast.length)
      return {
        tokens: { timeline: timeline.address, ledger: ledger.buffer, state },
        judge: () =>
          program.check?.(
            place,
            state,
            cast.map((part, i) => ledger.endOf(i, part)),
          ),
        end() {
          program.close?.(place, state)
          timeline.close()
          module.tryUnload()
        },
      }
    },
  }
  return scenario
}

/** Each has its partners. @throws RangeError */
function assertInStep(program: AnyProgram, { roles }: Settings): void {
  const counts = Object.values(roles)
  if (program.inStep && new Set(counts).size > 1)
    dealt(
      program,
      counts.reduce((a, b) => a + b, 0),
    )
}

function roleOf(program: AnyProgram, part: Part<unknown>, nth: number): Role<Tokens> {
  return {
    name: part.name,
    claim: program.claim,
    ...(part.sides ? { seen: part.sides } : {}),
    async play(stage) {
      const { state, timeline, ledger } = stage.tokens
      const { heap, thread, settings } = stage
      const index = indexIn(scenarioOf(program), stage, nth)
      const engine = await engineWith(settings.foreign, thread, foreignWord(heap))
      const delays = settings.perturbation ? { pause: stage.pause } : {}
      const place = placeOn({ heap, thread, timeline, index, engine, ...delays })
      const turn = part.play(place, state)
      const accounts = new Ledger(0, ledger)
      const account = accounts.accountOf(stage.index)
      const leaders = part.follows ? leadersOf(program, stage) : []
      // Who is told by nobody any more has nothing to answer: turns taken then would be counted, and fill its trace.
      const isLeft = () => leaders.length > 0 && leaders.every((leader) => accounts.hasLeft(leader))
      let turns = 0
      for (; stage.running && !isLeft(); turns++) {
        stage.pause()
        account.begin()
        const answer = orTold(stage, turn)
        if (answer === undefined) break
        account.end(answer)
        stage.count(part.sides?.[answer] ?? "turns")
      }
      account.leave()
      part.end?.(place, state, turns)
    },
  }
}

/** Those whose turns a follower's wait for, by their places in the cast: its partners where all go in step, else whoever leads. */
function leadersOf(program: AnyProgram, { settings, index }: Stage<Tokens>): number[] {
  const cast = castList(scenarioOf(program), settings.roles).map(({ name }) => name)
  const nth = index - cast.indexOf(cast[index]!)
  const leading = new Set(program.threads.filter(({ follows }) => !follows).map(({ name }) => name))
  return cast.flatMap((name, i) =>
    leading.has(name) && (!program.inStep || i - cast.indexOf(name) === nth) ? [i] : [],
  )
}

/** In the order in which a program deals its parts: those of one role stand side by side in a cast. */
function indexIn(scenario: AnyScenario, { settings, index }: Stage<Tokens>, nth: number): number {
  const cast = castList(scenario, settings.roles)
  const before = cast.findIndex(({ name }) => name === cast[index]!.name)
  return (index - before) * scenario.cast.first.length + nth
}

/**
 * What the turn returned; undefined when it was broken off: a claim that does not hold, or an oops, which is fair where
 * somebody has died, and is told.
 */
function orTold(stage: Stage<Tokens>, turn: () => number | void): number | undefined {
  try {
    return turn() ?? 0
  } catch (error) {
    if (error instanceof ClaimError) stage.violate(error.message)
    else if (!(error instanceof OopsError)) throw error
    else if (error.code === "EOWNERDEAD" && mishapsOf(stage.settings).length > 0) stage.count("told of a death")
    else stage.violate(`Oops in a turn: ${error.message}`)
    return undefined
  }
}
