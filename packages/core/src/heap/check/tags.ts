/** Tagged pointers: an address, and which life of the record is meant. */
import { Address, Header, Kind } from "../../../built/layout.js"
import { hex } from "./problem.js"
import type { Survey } from "./survey.js"

/** Records of these kinds that are part of the engine, and lie in the header. */
const BUILT_IN: Readonly<Record<number, readonly number[]>> = {
  [Kind.Text]: [Header.arrayText, Header.chainText, Header.softText, Header.schedulerText],
  [Kind.Timeline]: [Header.unbound],
}

/** The record that the tagged pointer at `at` leads to; 0, and reported, when it leads into one that has gone, or nowhere. */
export function followTag(survey: Survey, kind: number, at: number, where: string): number {
  const pointer = survey.word(at)
  const record = pointer & ~Address.TagMask
  if (!isBuiltIn(kind, record) && survey.pool(kind).indexOf(record) < 0) {
    survey.report("tag", at, where, `It leads to ${hex(pointer)}, where no such record is`)
    return 0
  }
  const generation = survey.generationOf(record)
  if ((generation & 1) === 0 || (generation & Address.TagMask) !== (pointer & Address.TagMask)) {
    survey.report("tag", at, where, `It leads into a life of ${survey.nameOf(record)} that is over`)
    return 0
  }
  return record
}

/** Whether a record is one of the engine's own. */
export function isBuiltIn(kind: number, record: number): boolean {
  return BUILT_IN[kind]?.includes(record) ?? false
}
