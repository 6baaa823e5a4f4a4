/** All deaths of a program: each part's first thread, at each access in turn. */
import type { EngineFactory } from "@outlive/core/engine-js"
import type { Options, Result } from "@outlive/explore"
import { type AnyProgram, type Size, dealt } from "@outlive/programs"
import { type Dying, deathModel } from "./death.js"
import { exploreModel } from "./model.js"

export interface DeathResult extends Dying {
  readonly part: string
  readonly result: Result
}

/** Who waits looks again and again: more than so many times as many accesses as an undisturbed thread needs show nothing new. */
const ROUNDS_OF_WAITING = 3

/**
 * One result after the other; a thread whose death was not survived dies no more. Whoever asks for the next may do something
 * else in between. `timeMs` is for each death.
 */
export function* exploreDeaths(
  program: AnyProgram,
  size: Size,
  options: Options = {},
  factory?: EngineFactory,
): Generator<DeathResult, void> {
  const parts = dealt(program, size.threads)
  for (const [thread, part] of parts.entries()) {
    if (parts.indexOf(part) !== thread) continue
    let longest = Infinity
    for (let access = 1; access <= longest; access++) {
      const result = exploreModel(deathModel(program, size, { thread, access }), options, factory)
      yield { thread, access, part: part.name, result }
      const fates = [...result.outcomes.keys()].map((outcome) => outcome.split("; ")[thread]!.includes(" died"))
      if (result.verdict !== "pass" || !fates.includes(true)) break
      if (longest === Infinity && fates.includes(false)) longest = ROUNDS_OF_WAITING * access
    }
  }
}
