/** What a race has looked at, as cases that have a name in every run. */
import { stripVTControlCharacters } from "node:util"
import type { RaceResult } from "@outlive/workers"
import type { Case } from "./junit.js"
import type { Said } from "./race-options.js"
import { raceReport } from "./race-report.js"

/** Three of a race: what it claims, that nobody died, that all was given back. */
export function casesOfRace(result: RaceResult, said?: Said): Case[] {
  const { violations, deaths, leaks, accounts } = result
  const seconds = result.elapsedMs / 1_000
  const text = stripVTControlCharacters(raceReport(result, said))
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
