/** What must hold of a fence type, and the twin that breaks it. */
import { type FenceType, controlInWords, howOf, isShown, judged, placeOf, twinOf, variationFor } from "@outlive/drivers"
import type { RaceResult } from "@outlive/workers"
import { columns } from "./columns.js"

/** A table: each sentence, and the twin that is to break it. */
export function sentencesOf({ mustHold, controls = {} }: FenceType): string {
  const rows = mustHold.map((sentence) => {
    const control = controls[sentence]
    return [sentence, control === undefined ? "no twin shows that it would be noticed" : controlInWords(control)]
  })
  return rows.length === 0 ? "" : `\n\n${columns(["must hold", "broken by"], rows)}`
}

/** Of a twin's race: which sentences it is to break, and whether this one has. */
export function brokenIn(result: RaceResult, { controls = {}, ...type }: FenceType): string[] {
  const { lifetime, form, fault } = howOf(result.settings)
  if (fault === undefined) return []
  const cell = judged(result, type.isAsked)
  const place = placeOf({ ...type, controls }, fault)
  const isItsPlace = place.lifetime === lifetime && place.variation === variationFor(form, fault)
  return Object.entries(controls).flatMap(([sentence, control]) => {
    if (twinOf(control) !== fault) return []
    if (isShown(sentence, control, cell)) return [`Shown to break: ${sentence}`]
    // Elsewhere it need not come out.
    return isItsPlace ? [`NOT shown to break, as controls has it (${controlInWords(control)}): ${sentence}`] : []
  })
}
