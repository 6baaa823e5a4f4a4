/** Mutexes side by side, as a table: nanoseconds each. */
import { summarize } from "../statistics.js"
import { closing, table } from "../table.js"
import { OPERATIONS, PEERS } from "./operations.js"
import { chancesOf } from "./experiment.js"
import type { PeersResult } from "./peers.js"

export function formatPeers(result: PeersResult): string {
  const runs = result.measurements
  const there = PEERS.filter((name) => runs.some((m) => m.variant === name))
  const rows = OPERATIONS.map(({ name, title }) => [title, ...there.map((peer) => figureOf(result, peer, name))])
  const missing = PEERS.filter((name) => !there.includes(name))
  const notes = [
    "  ns: median over processes of each process's median, and in brackets the least and the most; – is what it does not do",
    ...missing.map((name) => `  ${name}: not in this Node`),
  ]
  const chances = chancesOf(result).map(({ text }) => `  ${text}`)
  return [table(["mutex", ...there], rows), "", ...chances, ...notes, closing(result)].join("\n")
}

function figureOf({ measurements }: PeersResult, peer: string, figure: string): string {
  const values = measurements.filter((m) => m.variant === peer).flatMap((m) => m.figures[figure] ?? [])
  if (values.length === 0) return "–"
  const { median, min, max } = summarize(values)
  return `${round(median)} (${round(min)}–${round(max)})`
}

const round = (ns: number) => (ns < 100 ? ns.toPrecision(3) : Math.round(ns).toLocaleString("en"))
