/** A campaign's result in words. */
import type { CampaignResult, Definition } from "@outlive/campaign"
import { paint } from "../paint.js"
import { quoted } from "../quoted.js"

const n = (value: number) => value.toLocaleString("en")
const inShards = (count: number) => `${n(count)} shard${count === 1 ? "" : "s"}`
const MOST_SHOWN = 20

/** `share`: of how many shards this result was meant to be, if not of all. */
export function campaignReport(result: CampaignResult, more: { interrupted?: boolean; path?: string } = {}): string {
  const { shards, seeds, operations, ms, findings, poisoned } = result
  const lines = [
    `Campaign ${result.campaign}: ${definitionInWords(result.definition)}, build ${result.build}`,
    `  ${n(seeds.done)} of ${n(seeds.all)} seeds, ${n(shards.done)} of ${n(shards.all)} shards, ${n(operations)} operations, ${n(Math.round(ms / 1_000))} s of all processes`,
  ]
  for (const { cause, seeds: failed, shortest } of findings.slice(0, MOST_SHOWN)) {
    lines.push("", paint("red", `FINDING in ${n(failed)} seed${failed === 1 ? "" : "s"}: ${cause}`))
    lines.push(`  shortest: seed ${shortest.seed}, ${n(shortest.size)} long: ${shortest.text.split("\n")[0]}`)
    lines.push(`  To repeat: ${shortest.repeat}`)
  }
  const hidden = Math.max(0, findings.length - MOST_SHOWN) + result.moreCauses
  if (hidden > 0) lines.push("", `And ${n(hidden)} more causes: --json has those that were kept`)
  for (const {
    shard,
    seeds: [first, last],
    tries,
    why,
    seed,
    repeat,
  } of poisoned) {
    lines.push(
      "",
      paint("red", `POISONED: shard ${shard} (seeds ${first}..${last}) ended its process ${tries} times: ${why}`),
    )
    if (seed !== undefined) lines.push(`  at seed ${seed}: ${repeat}`)
  }
  lines.push("", verdictOf(result))
  if (more.interrupted) lines.push("Interrupted: this is a partial result; --resume goes on.")
  if (more.path !== undefined) lines.push(`Results: ${more.path}`)
  return lines.join("\n")
}

function verdictOf({ passed, findings, shards }: CampaignResult): string {
  if (passed) return paint("green", "All seeds held.")
  const parts = []
  if (findings.length > 0) parts.push(`${n(findings.length)} cause${findings.length === 1 ? "" : "s"} found`)
  if (shards.poisoned > 0) parts.push(`${inShards(shards.poisoned)} given up`)
  if (shards.missing > 0) parts.push(`${inShards(shards.missing)} not run`)
  return paint(findings.length + shards.poisoned > 0 ? "red" : "yellow", `${parts.join(", ")}.`)
}

export function definitionInWords({ kind, options, seeds: [first, last] }: Definition): string {
  const { what, ...rest } = options
  const words = Object.entries(rest).map(([key, value]) => (value === true ? `--${key}` : `--${key}=${value}`))
  return [kind, ...(what === undefined ? [] : [String(what)]), ...words, `--seeds=${first}..${last}`]
    .map(quoted)
    .join(" ")
}
