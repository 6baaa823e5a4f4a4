/** Judges a complete execution: the model's own checks. */
import type { Exploration } from "../execution/exploration.js"
import { ExploreError } from "../refusal.js"

export function judge(exploration: Exploration, outcomes: Map<string, number>): void {
  const { bystander, machine, model, state } = exploration
  const { check, outcome, leaks } = model
  if (check === undefined && outcome === undefined && leaks === undefined) return
  machine.memory.publish()
  const results = exploration.results()
  if (outcome !== undefined)
    judgeOutcome(
      exploration,
      bystander.run("outcome", () => outcome(state, results)),
      outcomes,
    )
  if (check !== undefined) {
    try {
      bystander.run("check", () => check(state, results))
    } catch (error) {
      if (error instanceof ExploreError) throw error
      const message = error instanceof Error ? error.message : String(error)
      machine.fail({ verdict: "assertion", message, error })
    }
  }
  const leaked = leaks && bystander.run("leaks", () => leaks(state))
  if (leaked !== undefined) machine.fail({ verdict: "leak", message: leaked })
}

function judgeOutcome(exploration: Exploration, name: string, outcomes: Map<string, number>): void {
  outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
  const declared = exploration.model.outcomes?.[name]
  const [verdict, why] = typeof declared === "string" ? [declared, ""] : (declared ?? [])
  if (verdict !== "forbidden") return
  const message = `Outcome "${name}" is forbidden${why === "" ? "" : `: ${why}`}`
  exploration.machine.fail({ verdict: "forbidden-outcome", message })
}
