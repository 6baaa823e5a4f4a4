/** What can be raced over: the scenarios, the one that a program makes, or those with a role from elsewhere. */
import { findProgram } from "@outlive/programs"
import { scenarioOf } from "./programs/scenario-of.js"
import type { AnyRole, AnyScenario } from "./scenario.js"
import { SCENARIOS } from "./scenarios/all.js"

interface Asked {
  readonly program?: string | undefined
  readonly roleUrl?: string | undefined
  readonly scenariosUrl?: string | undefined
}

/** @throws RangeError when there is no such program, or no such role */
export async function scenariosFor({ program, roleUrl, scenariosUrl }: Asked): Promise<readonly AnyScenario[]> {
  if (program !== undefined) return [scenarioOf(await findProgram(program))]
  if (scenariosUrl !== undefined) return elsewhere(scenariosUrl)
  if (roleUrl === undefined) return SCENARIOS
  const { role } = (await import(roleUrl)) as { readonly role?: Partial<AnyRole> }
  if (typeof role?.name !== "string" || typeof role.claim !== "string" || typeof role.play !== "function")
    throw new RangeError(`The role in ${roleUrl} lacks a name, a claim or a function play: defineRole({ … }) makes one`)
  const own = role as AnyRole
  // The first to be dealt, so that it takes part whatever the number of threads.
  return SCENARIOS.map((scenario) => ({
    ...scenario,
    cast: { ...scenario.cast, first: [own, ...scenario.cast.first] },
  }))
}

async function elsewhere(url: string): Promise<readonly AnyScenario[]> {
  const { scenarios } = (await import(url)) as { readonly scenarios?: readonly AnyScenario[] }
  if (!Array.isArray(scenarios) || scenarios.length === 0)
    throw new RangeError(`The module ${url} exports no scenarios: defineScenario({ … }) makes one`)
  return scenarios as readonly AnyScenario[]
}
