/** What an experiment runs, and along which axes it can be turned. */
import type { Metric } from "@outlive/report"
import type { Place, Value } from "./experiment.js"
import type { Idle } from "./idle.js"

export interface Axis {
  readonly title: string
  /** What is measured if nothing is said. */
  readonly usual: readonly Value[]
  /** Whole numbers between these; or one of these words; or, with neither, any word: `Tools` know it. */
  readonly between?: readonly [number, number]
  readonly words?: readonly string[]
  /** Or words, and numbers, of this form; and what to say to any other. */
  readonly matches?: RegExp
  readonly wants?: string
}

/** What only the command line can do: engines are built by scripts that are no part of this package. */
export interface Tools {
  /** Arguments of the process for this lock, by its name or its file. @throws when there is none, or it cannot be built */
  lock(nameOrFile: string): Promise<readonly string[]>
  /** The same for a build that has the lab's fences in it as well; or why there is none here. @throws for a lock that is none */
  fences(nameOrFile: string): Promise<readonly string[] | { readonly cannot: string }>
  /** File of the lab's build with this reclamation scheme. @throws the same */
  scheme(nameOrFile: string): Promise<string>
}

export interface Rig {
  /** What measures a place; or which of several does. */
  readonly program: URL | ((place: Place) => URL)
  readonly axes: Readonly<Record<string, Axis>>
  /** Arms that differ in this axis only are compared, each with the first. */
  readonly compares: string
  /** The axis along which pictures go. */
  readonly along: string
  /** The first is what is compared if nothing is said. */
  readonly metrics: readonly Metric[]
  /** One that is compared as well, and told of where it differs: what the first does not show. */
  readonly watches?: string
  /** What text has room for, and what it is called there; the result has them all. */
  readonly columns: Readonly<Record<string, string>>
  readonly notes: readonly string[]
  /** What stands above a picture, of what is neither compared nor along. Default: axes with several values, and theirs. */
  readonly describe?: (place: Place) => string
  /** What each run has over time; drawn where the axis along has one value. */
  readonly series?: Metric
  /** The first two metrics are drawn against each other, there as well. */
  readonly isTradeoff?: boolean
  readonly idle?: Idle
  /** Arguments of the process; or why this cannot be measured here. */
  argsOf(place: Place, tools: Tools, ms: number): Promise<readonly string[] | { readonly cannot: string }>
}

/** Which Node a place is measured on: an axis of every rig, where it is asked for. */
export const NODE_AXIS = "node"

export const programOf = ({ program }: Rig, place: Place) => (program instanceof URL ? program : program(place))

/** Whether what pictures go along is numbers: words are no places along an axis. */
export const isPlaces = ({ axes, along }: Rig) => axes[along]!.between !== undefined
