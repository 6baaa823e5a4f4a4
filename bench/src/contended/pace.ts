/** How a part of a program is measured. */
import type { AnyProgram, Part } from "@outlive/programs"

export interface Pace {
  /** How many turns before the measurement; all threads take as many. */
  readonly warmUp: number
  /** Fewer, if these take longer: for turns that are in nobody's step. */
  readonly mostWarmUpMs?: number
  /** How many turns between two looks at the clock. */
  readonly batch: number
  /** Whether this thread looks at the clock; one that does not goes on until the others are done. */
  readonly keepsTime: boolean
  /** How many turns until the next look, in place of `batch`: where turns of several threads could fall into step. */
  readonly stride?: () => number
}

/** Threads that wait for each other's turns are timed turn by turn. */
export function paceOf(program: AnyProgram, part: Part<unknown>): Pace {
  const keepsTime = part.follows !== true
  if (program.threads.some(({ follows }) => follows)) return { warmUp: 2_000, batch: 1, keepsTime }
  return { warmUp: 50_000, batch: 64, keepsTime }
}
