/** From the command line to a campaign's definition. */
import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import type { Definition, Share } from "@outlive/campaign"
import { UsageError } from "../exit-codes.js"
import { numberOption } from "../options.js"
import type { Kind, Options } from "./kind.js"
import { QUEUE_OPTION } from "./queue.js"

export const CAMPAIGN_ARGS = {
  seeds: { type: "string", description: "The first seed and the last", valueHint: "first..last", required: true },
  "per-shard": {
    type: "string",
    description:
      "Seeds in a shard: what is lost when a process is killed. Default: a thousandth of them, 1,000 at most",
    valueHint: "number",
  },
  shard: {
    type: "string",
    description: "Run only the i-th of n shares of the shards; `outlive campaign merge` puts the results together",
    valueHint: "i/n",
  },
  jobs: {
    type: "string",
    description: "Processes at a time. Default: as many as the cores have room for, threads counted",
    valueHint: "number",
  },
  out: {
    type: "string",
    description: "File for the results, NDJSON. Default: named after the campaign, in outlive-results",
    valueHint: "file",
  },
  queue: QUEUE_OPTION,
  resume: { type: "boolean", description: "Go on with the results that are in the file" },
} as const

const MOST_PER_SHARD = 1_000
const SHARDS_WANTED = 1_000
const MOST_SHARES = 1_000_000

/** @throws UsageError */
export function definitionFrom(kind: Kind, parsed: Readonly<Record<string, unknown>>): Definition {
  const options = optionsOf(kind, parsed)
  const seeds = seedsFrom(String(parsed["seeds"] ?? ""), kind)
  const all = seeds[1] - seeds[0] + 1
  const byDefault = Math.min(MOST_PER_SHARD, Math.ceil(all / SHARDS_WANTED))
  const given = parsed["per-shard"]
  const perShard = typeof given === "string" ? numberOption("per-shard", given, 1, Number.MAX_SAFE_INTEGER) : byDefault
  return { kind: kind.name, options, files: digestsOf(kind, options), seeds, perShard }
}

/** Only what was given: what is meant by the rest belongs to the build. */
function optionsOf(kind: Kind, parsed: Readonly<Record<string, unknown>>): Options {
  const given = Object.keys(kind.args).filter((key) => typeof parsed[key] === "string" || parsed[key] === true)
  return Object.fromEntries(given.map((key) => [key, parsed[key] as string | boolean]))
}

function seedsFrom(text: string, { seeds: [least, most] }: Kind): [number, number] {
  const [, first, last] = /^(-?\d+)\.\.(-?\d+)$/.exec(text) ?? []
  if (first === undefined || last === undefined)
    throw new UsageError(`Option --seeds is "${text}": the first and the last are needed, like 1..10000`)
  const seeds = [numberOption("seeds", first, least, most), numberOption("seeds", last, least, most)] as const
  if (seeds[1] < seeds[0]) throw new UsageError(`Option --seeds is "${text}": the lower one comes first`)
  return [...seeds]
}

function digestsOf(kind: Kind, options: Options): Record<string, string> {
  const named = kind.files.filter((key) => typeof options[key] === "string" && isThere(options[key]))
  return Object.fromEntries(named.map((key) => [key, digestOf(options[key] as string)]))
}

const isThere = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true

const digestOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex")

/** The files are what they were when the campaign was defined. @throws UsageError */
export function assertSameFiles(kind: Kind, { options, files }: Definition): void {
  const here = digestsOf(kind, options)
  for (const [key, digest] of Object.entries(files))
    if (here[key] !== digest)
      throw new UsageError(`The file ${String(options[key])} is not the one of this campaign: its content differs`)
}

export function shareFrom(text: string | undefined): Share {
  if (text === undefined) return { part: 1, of: 1 }
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  if (part === undefined || of === undefined)
    throw new UsageError(`Option --shard is "${text}": a part of all is needed, like 1/8 to 8/8`)
  const all = numberOption("shard", of, 1, MOST_SHARES)
  return { part: numberOption("shard", part, 1, all), of: all }
}
