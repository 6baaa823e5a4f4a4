/** What a race, or an exploration, has looked at, as cases that have a name in every run. */
import { stripVTControlCharacters } from "node:util"
import { type Result, report } from "@outlive/explore"
import type { RaceResult } from "@outlive/workers"
import type { Case } from "./junit.js"
import { raceReport } from "./race-report.js"

/** Three of a race: what it claims, that nobody died, that all was given back. */
export function casesOfRace(result: RaceResult, subject: readonly string[]): Case[] {
  const { violations, deaths, leaks, accounts } = result
  const seconds = result.elapsedMs / 1_000
  const text = stripVTControlCharacters(raceReport(result, subject))
  const held = (name: string, wrong: readonly string[], time: number): Case =>
    wrong.length === 0 ? { name, seconds: time } : { name, seconds: time, failure: { message: wrong.join("; "), text } }
  const claims = violations.map(({ claim, thread, message }) => `${claim} (${thread}: ${message})`)
  if (!result.passed && claims.length + deaths.length + leaks.length === 0) claims.push("it did not pass")
  const dead = deaths.filter(() => !result.passed).map(({ thread, message }) => `${thread}: ${message}`)
  const balance: Case = accounts
    ? held("accounts: everything is given back", result.passed ? [] : leaks, 0)
    : { name: "accounts: everything is given back", seconds: 0, skipped: "the heap cannot be trusted after a failure" }
  return [held("claims: none is violated", claims, seconds), held("threads: none dies unasked", dead, 0), balance]
}

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
