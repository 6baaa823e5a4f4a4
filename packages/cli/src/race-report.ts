/** A race's result in words. */
import { type FenceType, cellInWords, isDriverRace, judged } from "@outlive/drivers"
import type { Race } from "@outlive/report"
import { DANGLING, type RaceResult } from "@outlive/workers"
import { paint } from "./paint.js"
import { type Said, repeatLine } from "./race-options.js"
import { brokenIn } from "./sentences.js"

const n = (value: number) => value.toLocaleString("en")

/** One line that says how a race went. */
export function raceHeadline(result: RaceResult): string {
  const { settings } = result
  const threads = Object.values(settings.roles).reduce((a, b) => a + b, 0)
  const rate = result.operations / (result.elapsedMs / 1_000)
  const verdict = result.passed ? paint("green", "0 violations") : paint("red", failuresOf(result))
  const oopses =
    DANGLING.includes(settings.lifetime) || result.oopses > 0
      ? `, ${paint(result.oopses > 0 ? "yellow" : "reset", `${n(result.oopses)} oopses`)}`
      : ""
  return (
    `${settings.scenario}, ${settings.lifetime}, ${settings.engine}, ${settings.flavour}${settings.perturbation ? ", perturbed" : ""}: ` +
    `${threads} threads, ${(result.elapsedMs / 1_000).toFixed(1)} s, ${n(result.operations)} operations (${n(Math.round(rate))}/s): ${verdict}${oopses}`
  )
}

/** Where nothing may dangle, an oops alone is the failure. */
function failuresOf({ violations, deaths, leaks, oopses }: RaceResult): string {
  const failures = violations.length + deaths.length + leaks.length
  return failures === 0 && oopses > 0 ? "failed" : `${failures} ${failures === 1 ? "failure" : "failures"}`
}

/**
 * Everything a person wants to know. `said`: what is said of it beside the options of every race. `type`: the fence type, of a race over
 * one.
 */
export function raceReport(result: RaceResult, said?: Said, type?: FenceType): string {
  const lines = [raceHeadline(result), ""]
  for (const [what, times] of Object.entries(result.counts).sort())
    lines.push(`  ${what.padEnd(42)} ${n(times).padStart(12)}`)
  for (const [code, times] of Object.entries(result.oopsesByCode))
    lines.push(`  oops ${code.padEnd(37)} ${n(times).padStart(12)}`)
  if (result.story) lines.push("", "One oops, as it came about:", ...storyLines(result))
  for (const v of result.violations)
    lines.push("", paint("red", `VIOLATION in ${v.thread}: ${v.message}`), `  claim: ${v.claim}`)
  for (const { thread, message, where = [] } of result.deaths)
    lines.push("", paint("red", `DEAD: ${thread}: ${message}`), ...where.map((frame) => `  ${frame}`))
  for (const leak of result.leaks)
    lines.push("", result.passed ? `Lost in an oops: ${leak}` : paint("red", `LEAK: ${leak}`))
  for (const lost of result.lost) lines.push("", `Lost with a thread that died: ${lost}`)
  lines.push("", accountsLine(result))
  if (isDriverRace(result.settings.scenariosUrl))
    lines.push(`As observed: ${cellInWords(judged(result, type?.isAsked))}`)
  if (type) lines.push(...brokenIn(result, type))
  if (result.ended !== undefined) lines.push(endingLine(result))
  if (result.unseen.length > 0) lines.push(`${unseenBecause(result)}: ${result.unseen.join(", ")}`)
  if (!result.passed) lines.push(`To repeat: ${repeatLine(result.settings, said)}`)
  if (result.interrupted) lines.push("Interrupted: this is a partial result.")
  return lines.join("\n")
}

/** Why it took less than it was given. */
function endingLine({ ended, oopses, elapsedMs, settings: { seconds } }: RaceResult): string {
  const longer = oopses > 0 ? "" : "; --keep-going takes all the time"
  return `Ended after ${(elapsedMs / 1_000).toFixed(1)} of ${seconds} s: ${ended}${longer}`
}

const unseenBecause = ({ ended }: RaceResult): string =>
  ended === undefined ? "Not seen, the race was too short for it" : "Not seen before that"

/** As the report takes it (@outlive/report): what it looks at, and the command that runs it again. */
export function raceOf(result: RaceResult, said?: Said): Race {
  return { ...result, repeat: repeatLine(result.settings, said) }
}

export function storyLines(result: RaceResult): string[] {
  return (result.story?.story ?? []).map((line) => `  ${line}`)
}

const KINDS = [
  "fences",
  "callbacks",
  "containers",
  "lists",
  "objects",
  "modules",
  "timelines",
  "locks",
  "records",
] as const

export function accountsLine({ accounts, leaks, lost }: RaceResult): string {
  if (!accounts) return "Accounts: not drawn up, the heap cannot be trusted after a failure"
  const inUse = KINDS.reduce((sum, kind) => sum + accounts[kind].inUse, 0)
  const isBalanced = leaks.length === 0 && (accounts.balanced || lost.length > 0)
  const whose = lost.length > 0 ? " by the dead" : ""
  return `Accounts: ${isBalanced ? "balanced" : "NOT balanced"}, ${inUse} records in use${whose} at the end, of ${n(accounts.fences.capacity)} fences and ${n(accounts.callbacks.capacity)} callbacks`
}
