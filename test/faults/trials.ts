/** Tests that every broken twin of a list is caught by a trial, and that the same trial of a sound engine ends clean. */
import type { GivenSettings } from "@outlive/workers"
import { type TestOptions, describe, expect, test } from "vitest"
import { PROVES } from "../prove.js"
import type { Fault } from "./faults.js"
import { type Trial, holdTrial } from "./trial.js"
import { buildTwin } from "./twin.js"

/** Any fault, whether a model finds it as well or not. */
type AnyFault = Omit<Fault, "model">

export interface Trials {
  /** What all of them are raced with, unless a fault has a race of its own. */
  readonly race: GivenSettings
  readonly faults: readonly AnyFault[]
  /** By name: races of an engine that was built in the same way and has no fault. */
  readonly controls: Readonly<Record<string, GivenSettings>>
  /** Who runs which, by the number of the fault, or the name of the control. */
  readonly optionsOf: (name: string) => TestOptions
}

const RACE = new URL("trials/race.mjs", import.meta.url)
export const SEED = 20_260_219
/** How every twin is raced: slowed down access by access. The time ends only what hangs: what counts is the operations. */
const TWIN: GivenSettings = { engine: "js", flavour: "checked", perturbation: true, seconds: 40, seed: SEED }
/** A seed decides what threads do, and not when the system runs which: one race may miss what is rare, on a busy machine most of all. */
const MOST_RACES = 3
/** More than all of a trial's races may take. */
const TIMEOUT_MS = 300_000

export function describeTrials(what: string, { race, faults, controls, optionsOf }: Trials): void {
  // Two at a time: most of a trial is starting, sleeping and waiting, and what it may take is counted in operations.
  describe.concurrent(`${what} catches`, () => {
    for (const fault of PROVES ? faults : someOf(faults))
      test(`${fault.id}: ${fault.sentence}`, { timeout: TIMEOUT_MS, ...optionsOf(fault.id) }, async () => {
        let trial = await tryTwin(fault, { ...TWIN, ...race, ...fault.race })
        for (let more = 1; trial.verdict !== "caught" && more < MOST_RACES; more++)
          trial = await tryTwin(fault, { ...TWIN, ...race, ...fault.race, seed: SEED + more })
        expect(trial, `missed: ${MOST_RACES} races ended clean, seeds from ${SEED}`).toMatchObject({
          verdict: "caught",
        })
        if (trial.verdict === "caught")
          console.log(`${fault.id} caught after ${Math.round(trial.ms)} ms, it ${trial.how}: ${trial.seen}`)
      })

    for (const [name, control] of Object.entries(controls))
      test(`nothing, when there is no fault: ${name}`, { timeout: TIMEOUT_MS, ...optionsOf(name) }, async () => {
        const { ms: _, ...trial } = await tryTwin(undefined, { ...TWIN, ...race, ...control, ...lasting(control) })
        expect({ ...trial, seed: SEED }).toEqual({ verdict: "clean", seed: SEED })
      })
  })
}

/** Half of it, but in `npm run prove`: most twins are caught in less than a tenth. */
function lasting({ operations }: GivenSettings): GivenSettings {
  return operations === undefined || PROVES ? {} : { operations: operations / 2 }
}

/** Those that nothing but a race finds, and every other one of those that a model finds as well; none that takes a race long. */
function someOf(faults: readonly AnyFault[]): readonly AnyFault[] {
  const modelled: readonly AnyFault[] = faults.filter((fault) => "model" in fault)
  return faults.filter((fault) => fault.raceIsLong !== true && modelled.indexOf(fault) % 2 !== 1)
}

/** A trial of an engine with a fault in it; with none, of an ordinary copy. */
async function tryTwin(fault: AnyFault | undefined, settings: GivenSettings): Promise<Trial> {
  const twin = await buildTwin(fault)
  try {
    return await holdTrial(RACE, { ...settings, engineUrl: twin.url })
  } finally {
    twin.remove()
  }
}
