/** What a model must say: of a sound engine that it passes in every order, of a broken twin that it does not. */
import type { EngineFactory } from "@outlive/core/engine-js"
import type { Result } from "@outlive/explore"
import { expect } from "vitest"
import type { Fault } from "./faults.js"
import { type TwinOptions, buildTwin } from "./twin.js"

/** The engine that a built module exports. */
export async function engineAt(url: string): Promise<EngineFactory> {
  return ((await import(url)) as { instantiate: EngineFactory }).instantiate
}

/** No order fails, and none was left out within the bound. */
export function expectPassed(result: Result): void {
  expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
  expect(result.verdict === "pass" && result.exhaustive, `${result.executions} orders, and not all`).toBe(true)
}

/** Some order of the twin fails, and by the fault: a mistake in the twin's own text would be an error of the language. */
export async function expectFound(
  fault: Fault,
  options: TwinOptions,
  explore: (factory: EngineFactory) => Result,
): Promise<void> {
  const twin = await buildTwin(fault, { ...options, stepwise: true })
  try {
    const result = explore(await engineAt(twin.url))
    expect(result.verdict, `not found in ${result.executions} orders`).not.toBe("pass")
    const message = "message" in result ? result.message : ""
    expect(message).not.toMatch(/ReferenceError|TypeError/)
    console.log(`${fault.id} found in order ${result.executions + 1}: ${message}`)
  } finally {
    twin.remove()
  }
}
