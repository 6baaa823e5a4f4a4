/** A fence type of somebody's own, which a file exports: what it must have, and where its race is (`own-scenarios.ts`). */
import { SCENARIOS_URL } from "./cell.js"
import { assertDeclared } from "./declared.js"
import type { FenceType } from "./fence-type.js"

/** What its race is made of, in the URL of that. */
export const OF = "of"

/** What `runRace` takes as `scenariosUrl` for the fence type that a module exports as `fenceType`. */
export const scenariosUrlOf = (moduleUrl: string): string =>
  `${new URL("./own-scenarios.js", import.meta.url).href}?${new URLSearchParams({ [OF]: moduleUrl })}`

/** Whether that URL is of races over drivers: ours, or somebody's own. */
export const isDriverRace = (url: string | undefined): boolean =>
  url === SCENARIOS_URL || url?.startsWith(scenariosUrlOf("")) === true

const NEEDED = ["driver", "name", "cells", "module", "device", "bind"] as const

/**
 * The fence type that a module exports. `file`: what people call the module, for errors.
 * @throws RangeError when there is none, or it lacks something, or says of itself what cannot be
 */
export async function fenceTypeAt(moduleUrl: string, file = moduleUrl): Promise<FenceType> {
  const { fenceType } = (await import(moduleUrl)) as { readonly fenceType?: Partial<FenceType> }
  if (typeof fenceType !== "object" || fenceType === null)
    throw new RangeError(`The module ${file} exports no fenceType`)
  const lacking = NEEDED.filter((part) => fenceType[part] === undefined)
  if (lacking.length > 0) throw new RangeError(`The fenceType of ${file} lacks ${lacking.join(", ")}`)
  const { about = "", mustHold = [], faults = {}, ...rest } = fenceType
  const type = { about, mustHold, faults, ...rest }
  assertDeclared(type, `The fenceType of ${file}`)
  return type as FenceType
}
