/** A fence type of somebody's own, which a file exports: what it must have, and where its race is (`own-scenarios.ts`). */
import { SCENARIOS_URL } from "./cell.js"
import type { FenceType } from "./fence-type.js"

/** What its race is made of, in the URL of that. */
export const OF = "of"

/** What `runRace` takes as `scenariosUrl` for the fence type that a module exports as `fenceType`. */
export const scenariosUrlOf = (moduleUrl: string): string =>
  `${new URL("./own-scenarios.js", import.meta.url).href}?${new URLSearchParams({ [OF]: moduleUrl })}`

/** Whether that URL is of races over drivers: ours, or somebody's own. */
export const isDriverRace = (url: string | undefined): boolean =>
  url === SCENARIOS_URL || url?.startsWith(scenariosUrlOf("")) === true

const PARTS = ["module", "device", "bind"] as const

/** The fence type that a module exports. @throws RangeError when there is none, or one that lacks something */
export async function fenceTypeAt(moduleUrl: string): Promise<FenceType> {
  const { fenceType } = (await import(moduleUrl)) as { readonly fenceType?: Partial<FenceType> }
  if (typeof fenceType !== "object" || fenceType === null)
    throw new RangeError(`The module ${moduleUrl} exports no fenceType`)
  const { driver, name, cells } = fenceType
  const lacking = [
    ...Object.entries({ driver, name }).flatMap(([key, text]) =>
      typeof text === "string" && text !== "" ? [] : [key],
    ),
    ...(Number.isInteger(cells) ? [] : ["cells"]),
    ...PARTS.filter((part) => typeof fenceType[part] !== "function"),
  ]
  if (lacking.length > 0) throw new RangeError(`The fenceType of ${moduleUrl} lacks ${lacking.join(", ")}`)
  return { about: "", mustHold: [], faults: {}, ...fenceType } as FenceType
}
