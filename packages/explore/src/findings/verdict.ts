/** Judges a complete execution: the model's own checks. */
import type { Exploration } from "../execution/exploration.js"
import type { Found } from "../execution/found.js"
import { ExploreError } from "../refusal.js"
import { textOf, thrownText } from "../text.js"

export function judge(exploration: Exploration, outcomes: Map<string, number>): void {
  const { machine, model, state } = exploration
  if (model.check === undefined && model.outcome === undefined && model.leaks === undefined) return
  machine.memory.publish()
  const found = findByChecks(exploration, state, exploration.results(), outcomes)
  if (found !== undefined) machine.fail(found)
}

/** What the checks say of this state and these results; its outcome is counted. The first that finds something is told. */
export function findByChecks(
  { bystander, model }: Exploration,
  state: unknown,
  results: readonly unknown[],
  outcomes: Map<string, number>,
): Found | undefined {
  const { check, outcome, leaks } = model
  const ask = <T>(name: string, code: () => T, judged: (said: T) => Found | undefined): Found | undefined => {
    try {
      return judged(bystander.run(name, code))
    } catch (error) {
      if (error instanceof ExploreError) throw error
      const who = name === "check" ? "" : `${name} threw `
      return {
        verdict: "assertion",
        message: `${who}${error instanceof Error ? error.message : thrownText(error)}`,
        error,
      }
    }
  }
  // All are asked: outcomes of failing executions are counted as well.
  const found = [
    outcome &&
      ask(
        "outcome",
        () => outcome(state, results) as unknown,
        (name) => byOutcome(model, name, outcomes),
      ),
    check && ask("check", () => check(state, results) as unknown, byCheck),
    leaks && ask("leaks", () => leaks(state) as unknown, byLeaks),
  ]
  return found.find((one) => one !== undefined)
}

/** Whoever writes `check: (cells) => cells[0] === 2` means that. */
function byCheck(said: unknown): Found | undefined {
  return said === false ? { verdict: "assertion", message: "check gave back false" } : undefined
}

function byLeaks(said: unknown): Found | undefined {
  if (said === undefined || said === null) return undefined
  if (typeof said === "string") return { verdict: "leak", message: said }
  throw refusalOf("leaks", said, "a string that says what leaked, or undefined")
}

function byOutcome(
  { outcomes: declared = {} }: Exploration["model"],
  name: unknown,
  outcomes: Map<string, number>,
): Found | undefined {
  if (typeof name !== "string") throw refusalOf("outcome", name, "a string")
  outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
  const of = Object.hasOwn(declared, name) ? declared[name]! : ""
  const [verdict, why = ""] = typeof of === "string" ? [of] : of
  if (verdict !== "forbidden") return undefined
  return { verdict: "forbidden-outcome", message: `Outcome "${name}" is forbidden${why === "" ? "" : `: ${why}`}` }
}

function refusalOf(name: string, said: unknown, wanted: string): ExploreError {
  return new ExploreError("function", `Cannot explore ${name}: it gave back ${textOf(said)}, not ${wanted}`)
}
