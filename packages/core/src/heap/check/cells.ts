/** Cells are their users' words: counters, locks, addresses of fences. Only an address of one that has gone is telling. */
import { Kind } from "../../../built/layout.js"
import type { Survey } from "./survey.js"

export function checkCells(survey: Survey): void {
  const fences = survey.pool(Kind.Fence)
  for (let i = 0; i < survey.map.cellCapacity; i++) {
    const at = survey.map.cells + 4 * i
    const value = survey.word(at)
    const index = fences.indexOf(value)
    // A counter may look like an address: what was never a fence is one.
    if (index < 0 || survey.generationOf(value) === 0 || survey.isLive(Kind.Fence, value)) continue
    survey.report("cell", at, `cell ${i}`, `It has the address of ${survey.nameOf(value)}, which has gone, or counts`)
  }
}
