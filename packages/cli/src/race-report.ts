/** A race's result in words. */
import type { RaceResult } from "@outlive/workers"
import { styleText } from "node:util"

const n = (value: number) => value.toLocaleString("en")

/** One line that says how a race went. */
export function raceHeadline(result: RaceResult): string {
  const { scenario } = result
  const threads = Object.values(scenario.roles).reduce((a, b) => a + b, 0)
  const rate = result.operations / (result.elapsedMs / 1_000)
  const verdict = result.passed ? styleText("green", "0 violations") : styleText("red", `${failures(result)} failures`)
  const oopses =
    scenario.lifetime === "issuer-bound"
      ? `, ${styleText(result.oopses > 0 ? "yellow" : "reset", `${n(result.oopses)} oopses`)}`
      : ""
  return (
    `${scenario.lifetime}, ${scenario.engine}, ${scenario.flavour}${scenario.perturbation ? ", perturbed" : ""}: ` +
    `${threads} threads, ${(result.elapsedMs / 1_000).toFixed(1)} s, ${n(result.operations)} operations (${n(Math.round(rate))}/s): ${verdict}${oopses}`
  )
}

function failures(result: RaceResult): number {
  return result.violations.length + result.deaths.length + result.leaks.length
}

/** Everything a person wants to know. */
export function raceReport(result: RaceResult): string {
  const lines = [raceHeadline(result), ""]
  for (const [what, times] of Object.entries(result.counts).sort())
    lines.push(`  ${what.padEnd(42)} ${n(times).padStart(12)}`)
  for (const [code, times] of Object.entries(result.oopsesByCode))
    lines.push(`  oops ${code.padEnd(37)} ${n(times).padStart(12)}`)
  if (result.story) lines.push("", "One oops, as it came about:", ...storyLines(result))
  for (const v of result.violations)
    lines.push("", styleText("red", `VIOLATION in ${v.thread}: ${v.message}`), `  claim: ${v.claim}`)
  for (const d of result.deaths) lines.push("", styleText("red", `DEAD: ${d.thread}: ${d.message}`))
  for (const leak of result.leaks) lines.push("", styleText("red", `LEAK: ${leak}`))
  lines.push("", accountsLine(result))
  if (!result.passed) lines.push(`To repeat: ${repeatLine(result)}`)
  if (result.interrupted) lines.push("Interrupted: this is a partial result.")
  return lines.join("\n")
}

export function storyLines(result: RaceResult): string[] {
  return (result.story?.story ?? []).map((line) => `  ${line}`)
}

export function accountsLine({ accounts }: RaceResult): string {
  if (!accounts) return "Accounts: not drawn up, the heap cannot be trusted after a failure"
  const inUse =
    accounts.fences.inUse +
    accounts.callbacks.inUse +
    accounts.modules.inUse +
    accounts.timelines.inUse +
    accounts.locks.inUse
  return `Accounts: ${accounts.balanced && inUse === 0 ? "balanced" : "NOT balanced"}, ${inUse} records in use at the end, of ${n(accounts.fences.capacity)} fences and ${n(accounts.callbacks.capacity)} callbacks`
}

/** The command that runs this race again (threads interleave as they like: the seed fixes the choices, not the schedule). */
export function repeatLine({ scenario }: RaceResult): string {
  const threads = Object.values(scenario.roles).reduce((a, b) => a + b, 0)
  return (
    `outlive race --lifetime ${scenario.lifetime} --engine ${scenario.engine} --flavour ${scenario.flavour} --threads ${threads} ` +
    `--seconds ${scenario.seconds} --seed ${scenario.seed} --fence-lock ${scenario.fenceLock} --lock ${scenario.lock}${scenario.perturbation ? " --perturbation" : ""}`
  )
}
