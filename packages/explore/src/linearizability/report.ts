/** What was looked at, or the scenario that fails, with its calls and its steps. */
import { notAResult, report } from "../reports/report.js"
import type { LinearizableResult } from "./linearizable.js"
import { describeCall } from "./scenario.js"
import type { Call } from "./scenario.js"

/** @throws TypeError for what `linearizable` did not give back */
export function reportLinearizable(result: LinearizableResult): string {
  if (typeof (result as Partial<LinearizableResult> | undefined)?.scenarios !== "number")
    throw notAResult("linearizable()", result)
  const { name, scenarios, executions, ms, seed } = result
  const title = name === "" ? "" : `${name}: `
  const counts = `${scenarios} scenarios, ${executions} executions, ${ms.toFixed(0)} ms, seed ${seed}`
  if (result.verdict === "pass") {
    const rest = result.exhaustive ? "" : "\nNot of each scenario every order was explored."
    return `${title}linearizable, as far as was looked (${counts})${rest}`
  }
  const { scenario, failure } = result
  const line = (who: string, calls: readonly Call[]) =>
    calls.length === 0 ? [] : [`  ${who}: ${calls.map(describeCall).join(", ")}`]
  return [
    `${title}${result.verdict}: ${result.message}`,
    `found in scenario ${scenarios} (${counts})`,
    ...line("before", scenario.before),
    ...scenario.threads.flatMap((calls, thread) => line(failure.threadNames[thread]!, calls)),
    ...line("after", scenario.after),
    "",
    report(failure).replace(/^replay\(model, (.*)\)$/m, "replayAsync(scenarioModel(subject, result.scenario), $1)"),
  ].join("\n")
}
