/** Why a search that found nothing has not seen everything, in sentences. */
import type { CutShort, Options } from "../model.js"
import { MOST_STEPS } from "./replayer.js"

/** What ended a search before its end. */
export type EndedBy = "executions" | "time" | "stopped"

interface Seen {
  readonly options: Options
  readonly endedBy: EndedBy | undefined
  readonly executions: number
  readonly truncated: number
  readonly cutLooks: ReadonlyMap<string, string>
  readonly unseen: ReadonlyMap<string, string>
  /** Whether plain accesses race in a part of a search: who was put to sleep by the other parts may be in such a race, unseen here. */
  readonly racesInPart: boolean
  readonly unshared: readonly string[]
  /** Whether any thread assumed what was not so. */
  readonly assumes: boolean
}

export function cutsOf({
  options,
  endedBy,
  executions,
  truncated,
  cutLooks,
  unseen,
  racesInPart,
  unshared,
  assumes,
}: Seen): CutShort[] {
  const { strategy = "exhaustive" } = options
  const cuts: CutShort[] = []
  if (strategy === "random" || strategy === "pct")
    cuts.push({ by: "sample", message: `Orders were chosen by chance (${strategy})` })
  else if (endedBy === "executions") cuts.push(cutOfBudget("executions", count(executions)))
  if (endedBy === "time") cuts.push(cutOfBudget("time", `${options.timeMs} ms`))
  if (endedBy === "stopped") cuts.push({ by: "stopped", message: "Ended from outside" })
  if (truncated > 0) cuts.push(cutOfSteps(truncated, options))
  for (const message of cutLooks.values()) cuts.push({ by: "looks", message })
  if (options.races !== false) for (const message of unseen.values()) cuts.push({ by: "unseen", message })
  if (racesInPart)
    cuts.push({
      by: "unseen",
      message:
        "Plain accesses race, and that is no failure here: a search of several workers does not try all their orders; use one worker",
    })
  for (const change of unshared)
    cuts.push({
      by: "unshared",
      message: `What setup gave to the threads has changed, and is no shared memory: ${change}; let each thread make its own`,
    })
  if (assumes && executions === 0)
    cuts.push({ by: "assumed", message: "What threads assume held in no execution: none was checked" })
  return cuts
}

export function cutOfBudget(by: "executions" | "time", what: string): CutShort {
  return { by, message: `Ended after ${what}, as asked for` }
}

export function cutOfSteps(truncated: number, { maxSteps = MOST_STEPS }: Options): CutShort {
  const were = truncated === 1 ? "was" : "were"
  return { by: "steps", message: `${count(truncated)} ${were} longer than ${maxSteps} steps, and cut off there` }
}

/** Of one order that did not fail. */
export function passOf({ truncated }: { readonly truncated: boolean }, options: Options) {
  const cutShort: CutShort[] = [{ by: "sample", message: "One order was run" }]
  if (truncated) cutShort.push(cutOfSteps(1, options))
  return { verdict: "pass", exhaustive: false, cutShort, truncated: truncated ? 1 : 0 } as const
}

export function count(executions: number): string {
  return `${executions} execution${executions === 1 ? "" : "s"}`
}
