/** Every kind of campaign. */
import { UsageError } from "../exit-codes.js"
import { death } from "./death.js"
import { exploreKind } from "./explore.js"
import type { Kind } from "./kind.js"
import { race } from "./race.js"

export const KINDS: readonly Kind[] = [race, exploreKind, death]

/** @throws UsageError when there is none of this name */
export function kindNamed(name: string): Kind {
  const found = KINDS.find((kind) => kind.name === name)
  if (!found)
    throw new UsageError(`There is no kind of campaign "${name}": there are ${KINDS.map((k) => k.name).join(", ")}`)
  return found
}
