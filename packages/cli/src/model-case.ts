/** What an exploration has looked at, as a case that has a name in every run. */
import { stripVTControlCharacters } from "node:util"
import { type Result, report } from "@outlive/explore"
import type { Case } from "./junit.js"

/** A case of a model. `repeat`: the command that plays the failing order again; `isWhole`: not every order is a failure, too. */
export function caseOfModel(
  { name, claim }: { readonly name: string; readonly claim: string },
  result: Result | undefined,
  { repeat, isWhole }: { readonly repeat?: string | undefined; readonly isWhole: boolean },
): Case {
  const title = `${name}: ${claim}`
  if (result === undefined) return { name: title, seconds: 0, skipped: "interrupted before it began" }
  const seconds = result.ms / 1_000
  const text = stripVTControlCharacters(
    `${report(result, { wantsAll: isWhole })}${repeat === undefined ? "" : `\n${repeat}`}`,
  )
  if (result.verdict !== "pass")
    return { name: title, seconds, failure: { message: `${result.verdict}: ${result.message}`, text } }
  if (!isWhole || result.exhaustive) return { name: title, seconds }
  return { name: title, seconds, failure: { message: "not every order was explored", text } }
}
