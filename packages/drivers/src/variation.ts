/** A variation of a race over drivers: a form, a fault, or both; as a setting, "patched", "F44" or "patched,F44". */
import type { LifetimeName } from "@outlive/core"
import type { Settings } from "@outlive/workers"
import { FORMS, type FenceType, type Form, type How } from "./fence-type.js"

/** What is meant when no form is said. */
const PLAIN: Form = "merged"

/** All that can be said of these types. */
export function variationsOf(types: readonly FenceType[]): string[] {
  const faults = [...new Set(types.flatMap(({ faults: some }) => Object.keys(some)))]
  const forms: Form[] = []
  if (types.some(({ hasPatch }) => hasPatch)) forms.push("patched")
  if (types.some(({ dangles }) => dangles !== undefined)) forms.push("counted")
  return [...forms, ...faults, ...forms.flatMap((form) => faults.map((fault) => `${form},${fault}`))]
}

/** The setting that asks for it; undefined for nothing special. */
export function variationFor(form: Form, fault?: string): string | undefined {
  const parts = [...(form === PLAIN ? [] : [form]), ...(fault === undefined ? [] : [fault])]
  return parts.length === 0 ? undefined : parts.join(",")
}

/** Where a broken twin is raced: under which lifetime, and in which form of the driver. */
export function placeOf(
  type: FenceType,
  fault: string,
): { readonly lifetime: LifetimeName; readonly form: Form; readonly variation: string | undefined } {
  const byDefault = { lifetime: "independent", form: type.hasPatch ? "patched" : "merged" } as const
  const { lifetime, form } = type.faultsUnder?.[fault] ?? byDefault
  return { lifetime, form, variation: variationFor(form, fault) }
}

export function howOf({ lifetime, variation }: Settings): How {
  const parts = variation === undefined ? [] : variation.split(",")
  const isForm = (part: string): part is Form => (FORMS as readonly string[]).includes(part)
  return { lifetime, form: parts.find(isForm) ?? PLAIN, fault: parts.find((part) => !isForm(part)) }
}
