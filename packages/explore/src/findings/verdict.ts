/** Judges a complete execution: the model's own checks. */
import type { Exploration } from "../execution/exploration.js"

export function judge(exploration: Exploration, outcomes: Map<string, number>): void {
  const { machine, model, state } = exploration
  const { check, outcome, leaks } = model
  if (check === undefined && outcome === undefined && leaks === undefined) return
  machine.memory.publish()
  const results = exploration.results()
  if (outcome !== undefined) judgeOutcome(exploration, outcome(state, results), outcomes)
  if (check !== undefined) {
    try {
      check(state, results)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      machine.fail({ verdict: "assertion", message, error })
    }
  }
  const leaked = leaks?.(state)
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
