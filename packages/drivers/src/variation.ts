/** A variation of a race over drivers: a form, a fault, or both; as a setting, "patched", "F44" or "patched,F44". */
import type { Settings } from "@outlive/workers"
import type { FenceType, Form, How } from "./fence-type.js"

const PATCHED = "patched"

/** All that can be said of these types. */
export function variationsOf(types: readonly FenceType[]): string[] {
  const faults = [...new Set(types.flatMap(({ faults: some }) => Object.keys(some)))]
  const forms = types.some(({ hasPatch }) => hasPatch) ? [PATCHED] : []
  return [...forms, ...faults, ...forms.flatMap((form) => faults.map((fault) => `${form},${fault}`))]
}

/** The setting that asks for it; undefined for nothing special. */
export function variationFor(form: Form, fault?: string): string | undefined {
  const parts = [...(form === PATCHED ? [PATCHED] : []), ...(fault === undefined ? [] : [fault])]
  return parts.length === 0 ? undefined : parts.join(",")
}

export function howOf({ lifetime, variation }: Settings): How {
  const parts = variation === undefined ? [] : variation.split(",")
  return {
    lifetime,
    form: parts.includes(PATCHED) ? PATCHED : "merged",
    fault: parts.find((part) => part !== PATCHED),
  }
}
