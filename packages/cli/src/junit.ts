/** Results as JUnit's XML, which systems for continuous integration show: a suite for each run, a case for each thing that had to hold. */
import type { Head } from "@outlive/report"

/** One thing that had to hold. */
export interface Case {
  readonly name: string
  readonly seconds: number
  /** Why it did not hold: a line, and everything else that helps. */
  readonly failure?: { readonly message: string; readonly text: string }
  /** Why it was not looked at. */
  readonly skipped?: string
}

/** `name` says what was run over, `more` what else there is to repeat it by. */
export function junit(
  { kind, tool, commit, date, command, machine }: Omit<Head, "interrupted">,
  name: string,
  cases: readonly Case[],
  more: Readonly<Record<string, string | number>> = {},
): string {
  const suite = `outlive.${kind}.${name}`
  const properties = Object.entries({
    version: tool.version,
    ...(commit === undefined ? {} : { commit }),
    command,
    machine: JSON.stringify(machine),
    ...more,
  })
  const count = (is: (one: Case) => unknown) => String(cases.filter(is).length)
  const counted = {
    tests: String(cases.length),
    failures: count(({ failure }) => failure),
    skipped: count(({ skipped }) => skipped),
    errors: "0",
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(counted)}>`,
    `  <testsuite${attributes({ name: suite, ...counted, timestamp: date })}>`,
    "    <properties>",
    ...properties.map(([key, value]) => `      <property${attributes({ name: key, value: String(value) })}/>`),
    "    </properties>",
    ...cases.map((one) => caseOf(suite, one)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n")
}

function caseOf(suite: string, { name, seconds, failure, skipped }: Case): string {
  const head = `    <testcase${attributes({ classname: suite, name, time: seconds.toFixed(3) })}`
  if (skipped !== undefined) return `${head}><skipped${attributes({ message: skipped })}/></testcase>`
  if (failure === undefined) return `${head}/>`
  return `${head}><failure${attributes({ message: failure.message })}>${escaped(failure.text)}</failure></testcase>`
}

const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value).replaceAll("\n", "&#10;")}"`)
    .join("")

const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

/** What XML cannot say at all is left out: control characters, as colours begin with, and halves of pairs. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll(/[&<>"]/g, (sign) => NAMED[sign]!)
