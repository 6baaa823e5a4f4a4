/**
 * Explorations of which every order is wanted. Of what somebody brings along that is so unless they say otherwise: to them "pass" reads as a
 * proof, and an exploration that was cut short is none.
 */
import type { CutShort, Result } from "@outlive/explore"
import { pageOf } from "./pages.js"

export type Demand = "asked" | "brought" | "no"

interface Given {
  /** Undefined unless one of both was said. */
  readonly requires: boolean | undefined
  readonly isBrought: boolean
}

export function demandOf({ requires, isBrought }: Given): Demand {
  if (requires !== undefined) return requires ? "asked" : "no"
  return isBrought ? "brought" : "no"
}

/** Whether it came to no failure, and not to its end. */
export const isCutShort = (result: Result | undefined) => result?.verdict === "pass" && !result.exhaustive

/** What helps against each reason. */
const HELP: Partial<Record<CutShort["by"], string>> = {
  time: "give it more time (--seconds 600), more threads (--jobs 2), or fewer turns and threads (--threads, --turns)",
  steps:
    "a loop that waits must only look: load, and relax() when nothing has changed, or until(() => …) in a model; claim when it has been seen free. One that writes at each look, exchanges, or counts, has no last order",
  looks: `a loop that gives up after many looks was held until something changed: let a lock look as often as roundsToSpin() says, which models make few; in a model, wait by until(() => …), and give a heap of Outlive spins: 0 (${pageOf("EXPLORER-MODELS.md")})`,
  executions: "leave out the bound on executions",
  unseen: "read and write what threads share by load and store, where it is looked at without a lock",
}

/** Why not, and what to do about it; "" when nothing was cut short. */
export function adviceOn(results: readonly (Result | undefined)[], names: readonly string[], demand: Demand): string {
  if (demand === "no") return ""
  const cut = results.flatMap((result, at) =>
    result?.verdict === "pass" && !result.exhaustive ? [{ name: names[at]!, cutShort: result.cutShort }] : [],
  )
  if (cut.length === 0) return ""
  const reasons = new Set(cut.flatMap(({ cutShort }) => cutShort.map(({ by }) => by)))
  const help = [...reasons].flatMap((by) => HELP[by] ?? [])
  const all = cut.map(({ name }) => name).join(", ")
  const head =
    demand === "asked"
      ? `Not every order was explored, as --require-exhaustive asks for: ${all}`
      : `No proof: not every order was explored of ${all}`
  const last = demand === "brought" ? ["to accept less than every order: --no-require-exhaustive"] : []
  return `${[head, ...[...help, ...last].map((line) => `  - ${line}`)].join("\n")}\n`
}
