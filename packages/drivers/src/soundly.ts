/** All drivers at once, each as it is sound in an independent heap: with its patch, its locks counted, or as merged and bound. */
import { expectedOf } from "./expected.js"
import { type FenceType, type Form, titleOf } from "./fence-type.js"

function soundFormOf(type: FenceType): Form {
  // Beside those with locks of their own, some that borrow one.
  if (type.dangles !== undefined) return "counted"
  const head = {
    type: titleOf(type),
    lifetime: "independent",
    form: "patched",
    outcomes: [],
    ways: [],
    messages: [],
  } as const
  const isSafe = type.hasPatch === true && expectedOf(head)?.outcomes.join() === "safe"
  return isSafe ? "patched" : "merged"
}

export const soundly = (type: FenceType): FenceType => ({ ...type, form: soundFormOf(type) })
