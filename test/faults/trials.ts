/** Tests that every broken twin of a list is caught by a trial, and that the same trial of a sound engine ends clean. */
import { describe, expect, test } from "vitest"
import type { Fault } from "./faults.js"
import { type Trial, holdTrial } from "./trial.js"
import { buildTwin } from "./twin.js"

/** A fault, with whatever else its trial must know. */
type AnyFault = Omit<Fault, "model" | "scenario">

export interface Trials<F extends AnyFault> {
  /** Exports `play(task)`, which returns what it objects to. */
  readonly module: URL
  readonly seed: number
  readonly faults: readonly F[]
  readonly task: (fault: F) => object
  /** By name: trials of an engine that was built in the same way and has no fault. */
  readonly controls: Readonly<Record<string, object>>
}

/** More than a trial's own limit. */
const TIMEOUT_MS = 90_000

export function describeTrials<F extends AnyFault>(what: string, { module, seed, faults, task, controls }: Trials<F>) {
  describe(`${what} catches`, () => {
    for (const fault of faults)
      test(`${fault.id}: ${fault.sentence}`, { timeout: TIMEOUT_MS }, async () => {
        const trial = await tryTwin(fault, module, task(fault))
        expect(trial, `missed: the trial ended clean, seed ${seed}`).toMatchObject({ verdict: "caught" })
        if (trial.verdict === "caught")
          console.log(`${fault.id} caught after ${Math.round(trial.ms)} ms, it ${trial.how}: ${trial.seen}`)
      })

    for (const [name, control] of Object.entries(controls))
      test(`nothing, when there is no fault: ${name}`, { timeout: TIMEOUT_MS }, async () => {
        const { ms: _, ...trial } = await tryTwin(undefined, module, control)
        expect({ ...trial, seed }).toEqual({ verdict: "clean", seed })
      })
  })
}

/** A trial of an engine with a fault in it; with none, of an ordinary copy. */
async function tryTwin(fault: AnyFault | undefined, module: URL, task: object): Promise<Trial> {
  const twin = await buildTwin(fault)
  try {
    return await holdTrial(module, { ...task, engineUrl: twin.url })
  } finally {
    twin.remove()
  }
}
