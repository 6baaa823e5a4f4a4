/** Prints, after a test run, one table: suite by configuration, and how many of upstream's cases are ported. */
import type { Reporter, TestModule } from "vitest/node"
import type { ConformanceMeta } from "./suite.js"

interface Row {
  readonly upstream: number
  readonly notPorted: Readonly<Record<string, string>>
  readonly ported: Set<string>
  readonly ours: Set<string>
  /** By configuration: how many cases passed, and how many there were. */
  readonly results: Map<string, [passed: number, all: number]>
}

export default class ConformanceTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = new Map<string, Row>()
    for (const module of modules)
      for (const test of module.children.allTests()) {
        const meta = (test.meta() as { conformance?: ConformanceMeta }).conformance
        if (meta) note(rows, meta, test.name, test.result().state === "passed")
      }
    if (rows.size > 0) console.log(print(rows))
  }
}

function note(rows: Map<string, Row>, meta: ConformanceMeta, name: string, passed: boolean): void {
  let row = rows.get(meta.suite)
  if (!row) {
    row = {
      upstream: meta.upstream,
      notPorted: meta.notPorted,
      ported: new Set(),
      ours: new Set(),
      results: new Map(),
    }
    rows.set(meta.suite, row)
  }
  ;(meta.ported ? row.ported : row.ours).add(name)
  const [good, all] = row.results.get(meta.configuration) ?? [0, 0]
  row.results.set(meta.configuration, [good + (passed ? 1 : 0), all + 1])
}

function print(rows: ReadonlyMap<string, Row>): string {
  const configurations = [...new Set([...rows.values()].flatMap((row) => [...row.results.keys()]))]
  const header = ["suite", "ported", "ours", ...configurations.map(shorten)]
  const lines = [...rows].map(([name, row]) => {
    const meaningful = row.upstream - Object.keys(row.notPorted).length
    const cells = configurations.map((c) => {
      const result = row.results.get(c)
      return result === undefined
        ? "-"
        : result[0] === result[1]
          ? `${result[0]} ok`
          : `${result[0]}/${result[1]} FAILED`
    })
    return [name, `${row.ported.size} of ${meaningful}`, String(row.ours.size), ...cells]
  })
  const all = [header, ...lines]
  const widths = header.map((_, i) => Math.max(...all.map((line) => line[i]!.length)))
  const text = all.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  )
  const ported = sum(rows, (row) => row.ported.size)
  const meaningful = sum(rows, (row) => row.upstream - Object.keys(row.notPorted).length)
  const missing = [...rows].flatMap(([name, row]) =>
    Object.entries(row.notPorted).map(([test, why]) => `  ${name} ${test}: ${why}`),
  )
  return [
    "",
    "Conformance (upstream's cases by configuration; engine flavour lock)",
    ...text,
    `${ported} of ${meaningful} upstream cases with a meaning here are ported`,
    ...(missing.length > 0 ? ["Not ported:", ...missing] : []),
  ].join("\n")
}

/** "wasm checked inline" as "wasm/c/in". */
function shorten(configuration: string): string {
  const [engine, flavour, lock] = configuration.split(" ")
  return `${engine}/${flavour![0]}/${lock!.slice(0, 2)}`
}

function sum(rows: ReadonlyMap<string, Row>, of: (row: Row) => number): number {
  return [...rows.values()].reduce((n, row) => n + of(row), 0)
}
