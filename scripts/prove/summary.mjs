/** What can be said of a long proof, whole or not, as Markdown: to be quoted as it stands. */
import { cpus } from "node:os"

const WORDS = { holds: "holds", fails: "FAILS", breaks: "BREAKS: no result", cut: "cut short" }

/** `parts`: all that there are; `lines`: the standing of those that have been run. */
export function summary(sources, parts, lines) {
  const run = parts.filter((part) => lines.has(part))
  const holding = run.filter((part) => lines.get(part).verdict === "holds")
  const failing = run.filter((part) => ["fails", "breaks"].includes(lines.get(part).verdict))
  const rest = parts.length - holding.length - failing.length
  const sum = (get) => run.reduce((all, part) => all + get(lines.get(part)), 0)
  const skipped = run.flatMap((part) => (lines.get(part).skipped ?? []).map((name) => `- ${part}: ${name}`))
  const whole =
    rest === 0 && failing.length === 0
      ? `All ${parts.length} parts hold`
      : `${holding.length} of ${parts.length} parts hold, ${failing.length} fail, ${rest} have not ended`
  return [
    `${whole}: ${sum(({ tests = 0 }) => tests)} tests in ${lasting(sum(({ ms }) => ms))} (${sources}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}).`,
    "",
    "| part | | tests | time | load | before |",
    "|---|---|---|---|---|---|",
    ...run.map((part) => row(part, lines.get(part))),
    ...parts.filter((part) => !lines.has(part)).map((part) => `| ${part} | not run | | | | |`),
    ...failing.flatMap((part) => (lines.get(part).failed ?? []).map((name) => `\n- ${part}: ${name}`)),
    ...(skipped.length > 0 ? ["", "Skipped:", ...skipped] : []),
  ].join("\n")
}

const row = (part, { verdict, tests = "", ms, load, before }) =>
  `| ${part} | ${WORDS[verdict]} | ${tests} | ${lasting(ms)} | ${load} | ${before.map((was) => WORDS[was]).join(", ")} |`

export function lasting(took) {
  const seconds = Math.round(took / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`
}
