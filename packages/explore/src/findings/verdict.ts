/** Judges a complete execution: the model's own checks. */
import type { Exploration } from "../execution/exploration.js"
import type { Found } from "../execution/found.js"
import { ExploreError } from "../refusal.js"

export function judge(exploration: Exploration, outcomes: Map<string, number>): void {
  const { machine, model, state } = exploration
  if (model.check === undefined && model.outcome === undefined && model.leaks === undefined) return
  machine.memory.publish()
  const found = findByChecks(exploration, state, exploration.results(), outcomes)
  if (found !== undefined) machine.fail(found)
}

/** What the checks say of this state and these results; its outcome is counted. */
export function findByChecks(
  { bystander, model }: Exploration,
  state: unknown,
  results: readonly unknown[],
  outcomes: Map<string, number>,
): Found | undefined {
  const { check, outcome, leaks } = model
  const found: (Found | undefined)[] = []
  if (outcome !== undefined)
    found.push(
      findByOutcome(
        model,
        bystander.run("outcome", () => outcome(state, results)),
        outcomes,
      ),
    )
  if (check !== undefined) {
    try {
      bystander.run("check", () => check(state, results))
    } catch (error) {
      if (error instanceof ExploreError) throw error
      const message = error instanceof Error ? error.message : String(error)
      found.push({ verdict: "assertion", message, error })
    }
  }
  const leaked = leaks && bystander.run("leaks", () => leaks(state))
  if (leaked !== undefined) found.push({ verdict: "leak", message: leaked })
  return found.find((one) => one !== undefined)
}

function findByOutcome(
  { outcomes: declared }: Exploration["model"],
  name: string,
  outcomes: Map<string, number>,
): Found | undefined {
  outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
  const of = declared?.[name]
  const [verdict, why] = typeof of === "string" ? [of, ""] : (of ?? [])
  if (verdict !== "forbidden") return undefined
  return {
    verdict: "forbidden-outcome",
    message: `Outcome "${name}" is forbidden${why === "" ? "" : `: ${why}`}`,
  }
}
