/** What can be played: a kind is a file, and a line in `kinds.ts`. */
import type { Player } from "@outlive/campaign"
import type { ArgsDef } from "citty"

/** Options as they were given, beside those of the campaign itself. */
export type Options = Readonly<Record<string, string | boolean>>

export interface Kind {
  readonly name: string
  readonly about: string
  readonly args: ArgsDef
  /** Of the options, those that may name files: a file's content belongs to the campaign. */
  readonly files: readonly string[]
  /** The lowest seed and the highest. */
  readonly seeds: readonly [number, number]
  /** Threads of one process that play at a time: so many processes as fit the cores are started. */
  threads(options: Options): number
  /** @throws UsageError, RangeError for options that make no sense */
  open(options: Options): Promise<Player>
}
