/** A result as text: a table with a column for each thread, or what a pass says and what it does not. */
import type { Failure, Pass, Result, Site, Step } from "../model.js"
import { isThenable } from "../platform/event-loop.js"
import { textOf, thrownText } from "../text.js"

/** Rows of a trace that are told, from its start and from its end. */
const HEAD = 40
const TAIL = 60

/** @throws TypeError for what no exploration gave back */
export function report(result: Result, { wantsAll = false }: ReportOptions = {}): string {
  assertResult(result)
  return result.verdict === "pass" ? reportPass(result, wantsAll) : reportFailure(result)
}

export interface ReportOptions {
  /** Where every order is wanted, one that was cut short is told as "no proof", and not as a pass. */
  readonly wantsAll?: boolean
}

/** @throws TypeError for what no exploration gave back */
export function assertResult(given: unknown): asserts given is Result {
  const { verdict, outcomes } = (given ?? {}) as Partial<Result>
  if (typeof verdict !== "string" || typeof outcomes?.values !== "function") throw notAResult("an exploration", given)
}

/** In words; whoever forgets an `await` gives a promise. */
export function notAResult(of: string, given: unknown): TypeError {
  const is = isThenable(given) ? "a promise: await it" : textOf(given)
  return new TypeError(`Cannot report what is no result of ${of}: it is ${is}`)
}

function reportPass(result: Pass, wantsAll: boolean): string {
  const { executions, blocked, ms, exhaustive, strategy, cutShort } = result
  const what = exhaustive
    ? strategy === "preemption-bounded"
      ? "no failure within the bound"
      : "no order fails"
    : "no failure found, but not all was looked at"
  const word = wantsAll && !exhaustive ? "no proof" : "pass"
  const lines = [
    `${titled(result)}${word}: ${what} (${count(executions, "execution")}, ${blocked} blocked, ${ms.toFixed(1)} ms, strategy ${strategy})`,
    ...reportOutcomes(result),
  ]
  for (const name of result.neverSeen ?? []) lines.push(`  ${name}  never seen`)
  if (result.sites !== undefined) lines.push(...reportSites(result.sites))
  for (const { message } of cutShort) lines.push(`Cut short: ${message}.`)
  if (result.estimate !== undefined)
    lines.push(`An estimate of all executions, blocked ones included: ${Number(result.estimate.toPrecision(2))}.`)
  lines.push(
    "Not shown by this: other inputs, more threads or rounds, what happens outside of the memory, plain reads through ordinary views.",
  )
  return lines.join("\n")
}

/** What was never tried: a lock that is never contended has been shown nothing about waiting. */
function reportSites(sites: readonly Site[]): string[] {
  const partly = sites.filter(({ never }) => never.length > 0)
  const came = `${count(sites.length, "operation")} of the code came up`
  if (partly.length === 0) return [`${came}, and each did all that it can.`]
  return [
    `${came}; what never happened:`,
    ...partly.map(({ at, operation, never }) => `  ${at}  ${operation} did not ${never.join(", nor ")}`),
  ]
}

function reportFailure(result: Failure): string {
  const { verdict, message, executions, ms, seed, strategy, schedule, switches, trace, threadNames } = result
  const lines = [
    `${titled(result)}${verdict}: ${message}`,
    `found in execution ${executions} after ${ms.toFixed(1)} ms (strategy ${strategy}, seed ${seed}); ${count(switches, "preemption")}`,
    "",
    ...table(trace, threadNames, result.racing ?? []),
    "",
    ...reportOutcomes(result),
    `replay(model, "${schedule}")`,
  ]
  return lines.join("\n")
}

function titled({ model }: Result): string {
  return model === "" ? "" : `${model}: `
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`
}

function reportOutcomes({ outcomes }: Result): string[] {
  const sorted = [...outcomes].sort(([, a], [, b]) => b - a).slice(0, 30)
  const width = Math.max(0, ...sorted.map(([name]) => name.length))
  return sorted.map(([name, times]) => `  ${name.padEnd(width)}  ${times}`)
}

/** One row an operation; a rule where another thread goes on. */
export function table(trace: readonly Step[], names: readonly string[], racing: readonly number[]): string[] {
  const shown = rowsToShow(trace)
  const texts = shown.map((at) => (at < 0 ? "" : describe(trace[at]!)))
  const widths = names.map((name, thread) =>
    Math.max(name.length, ...shown.map((at, row) => (trace[at]?.thread === thread ? texts[row]!.length : 0))),
  )
  const line = (cells: readonly string[], place: string) =>
    `  ${cells.map((cell, thread) => cell.padEnd(widths[thread]!)).join(" | ")} | ${place}`.trimEnd()
  const rule = `--${widths.map((width) => "-".repeat(width)).join("-+-")}-+-`
  const lines = [line(names, "where"), rule]
  for (const [row, at] of shown.entries()) {
    const step = trace[at]
    if (step === undefined) {
      lines.push(`  … ${trace.length - HEAD - TAIL} steps …`)
      continue
    }
    if (step.switched && row > 0) lines.push(`${rule.replaceAll("-", "·").replaceAll("+", "·")} switch`)
    const mark = racing.includes(at) ? "  <- races" : ""
    lines.push(
      line(
        names.map((_, thread) => (thread === step.thread ? texts[row]! : "")),
        `${step.at}${mark}`,
      ),
    )
  }
  return lines
}

/** Row numbers; -1 where some are left out. */
function rowsToShow(trace: readonly Step[]): number[] {
  const all = trace.map((_, at) => at)
  return all.length <= HEAD + TAIL ? all : [...all.slice(0, HEAD), -1, ...all.slice(-TAIL)]
}

/** An operation in a few words: `lock 0 → 1`, `flag is 0`. */
export function describe(step: Step): string {
  const { operation, cell, before, after, result } = step
  switch (operation) {
    case "load":
    case "read":
      return `${operation} ${cell}${before === undefined ? "" : ` = ${String(before)}`}`
    case "store":
    case "write":
      return `${operation} ${cell}${change(step)}`
    case "compareExchange":
      return `${operation} ${cell}${before === after ? ` = ${String(before)}, no exchange` : change(step)}`
    case "wait":
      return `wait ${cell} = ${String(before)}${result === "asleep" ? ", sleeps" : ", not equal"}`
    case "waitAsync":
      return `waitAsync ${cell} = ${String(before)}${result === "not-equal" ? ", not equal" : ", is to be told"}`
    case "start":
      return "starts"
    case "resume":
      return "goes on"
    case "setTimer":
      return `sets timer ${String(result)}`
    case "clearTimer":
      return `clears timer ${String(result)}`
    case "expire":
      return `timer ${String(result)} goes off`
    case "post":
      return `posts a message to port ${String(result)}`
    case "listen":
      return `listens on port ${String(result)}`
    case "wake":
      return `wakes on ${cell}: ${String(result)}`
    case "notify":
      return `notify ${cell}, wakes ${String(result)}`
    case "allocate":
    case "free":
      return `${operation} ${cell}, ${step.bytes} bytes`
    case "return":
      return result === undefined ? "returns" : `returns ${show(result)}`
    case "throw":
      return `throws ${show(result)}`
    default:
      return `${operation} ${cell}${change(step)}`
  }
}

function change({ before, after }: Step): string {
  if (after === undefined) return ""
  return before === undefined ? ` := ${String(after)}` : ` ${String(before)} → ${String(after)}`
}

function show(value: unknown): string {
  const isPlain = typeof value === "object" && value !== null && !(value instanceof Error)
  const text = (isPlain ? asJson(value) : undefined) ?? thrownText(value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

/** Undefined of what has no such form, as what refers to itself. */
function asJson(value: object): string | undefined {
  try {
    return JSON.stringify(value, bigAsText)
  } catch {
    return undefined
  }
}

function bigAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value
}
