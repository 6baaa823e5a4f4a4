/** What is written down: lines of JSON, a header and one for each shard that is settled. Each line names its campaign and its build. */
import { type Definition, assertDefinition, campaignId, shardCount } from "./definition.js"
import { CampaignError } from "./errors.js"

/** Rises when a reader of the old lines would misread the new ones. */
export const SCHEMA = "outlive-campaign/1"

export interface Origin {
  /** `campaignId` of the definition. */
  readonly campaign: string
  /** Version and fingerprint of what played. */
  readonly build: string
}

export interface Header extends Origin {
  readonly schema: typeof SCHEMA
  readonly definition: Definition
}

/** A seed that failed. */
export interface Failure {
  readonly seed: number
  /** How long what failed is, in operations or in steps; of several seeds with one cause the shortest is kept. */
  readonly size: number
  /** The command that repeats it. */
  readonly repeat: string
  /** What was said, in full. */
  readonly text: string
}

/** What went wrong for one cause. */
export interface Finding {
  readonly cause: string
  /** How many seeds failed so. */
  readonly seeds: number
  readonly shortest: Failure
}

/** A shard that was played. */
export interface ShardLine extends Origin {
  readonly shard: number
  readonly seeds: number
  /** Seeds with a finding. */
  readonly failed: number
  /** Operations, or orders, of all its seeds. */
  readonly operations: number
  /** How long it took. */
  readonly ms: number
  readonly findings: readonly Finding[]
  /** Causes that did not fit. */
  readonly moreCauses?: number
}

/** A shard that was given up, because it ended its process again and again. */
export interface PoisonedLine extends Origin {
  readonly shard: number
  readonly poisoned: Poisoned
}

export interface Poisoned {
  readonly tries: number
  /** How the process ended. */
  readonly why: string
  /** The seed at which it ended; missing when it had not begun one. */
  readonly seed?: number
  /** The command that repeats this seed. */
  readonly repeat?: string
}

export type SettledLine = ShardLine | PoisonedLine
export type Line = Header | SettledLine

export const isHeader = (line: Line): line is Header => "definition" in line
export const isPoisoned = (line: SettledLine): line is PoisonedLine => "poisoned" in line

export function headerOf(definition: Definition, build: string): Header {
  assertDefinition(definition)
  return { schema: SCHEMA, campaign: campaignId(definition), build, definition }
}

/** Reads a line. `where`: file and line, for the message. @throws CampaignError NO_RESULT for a line that is none */
export function parseLine(text: string, where: string): Line {
  let line: Partial<Header & ShardLine & PoisonedLine>
  try {
    line = JSON.parse(text) as typeof line
  } catch {
    throw new CampaignError("NO_RESULT", `Cannot read ${where}: it is no line of JSON`)
  }
  if (typeof line !== "object" || line === null || typeof line.campaign !== "string" || typeof line.build !== "string")
    throw new CampaignError("NO_RESULT", `Cannot read ${where}: it is no result of a campaign`)
  if (line.definition !== undefined) {
    if (line.schema !== SCHEMA)
      throw new CampaignError("NO_RESULT", `Cannot read ${where}: its schema is ${line.schema}, and ${SCHEMA} is known`)
    assertDefinition(line.definition)
    if (campaignId(line.definition) !== line.campaign)
      throw new CampaignError(
        "NO_RESULT",
        `Cannot read ${where}: its definition is not that of campaign ${line.campaign}`,
      )
  } else if (!Number.isSafeInteger(line.shard) || !(line.poisoned !== undefined || isCounted(line)))
    throw new CampaignError("NO_RESULT", `Cannot read ${where}: it is neither a header nor a shard`)
  return line as Line
}

function isCounted({ seeds, failed, operations, findings }: Partial<ShardLine>): boolean {
  return [seeds, failed, operations].every((n) => typeof n === "number" && n >= 0) && Array.isArray(findings)
}

/** @throws CampaignError when a line is of another campaign or build, or of a shard that there is not */
export function assertBelongs(line: Line, header: Header, where: string): void {
  if (line.campaign !== header.campaign)
    throw new CampaignError(
      "OTHER_CAMPAIGN",
      `Cannot put ${where} to campaign ${header.campaign}: it is of campaign ${line.campaign}, which has another definition`,
    )
  if (line.build !== header.build)
    throw new CampaignError(
      "OTHER_BUILD",
      `Cannot put ${where} to results of build ${header.build}: it is of build ${line.build}. Run all shards on one build`,
    )
  if (!isHeader(line) && (line.shard < 0 || line.shard >= shardCount(header.definition)))
    throw new CampaignError(
      "NO_RESULT",
      `Cannot put ${where} to campaign ${header.campaign}: it has no shard ${line.shard}`,
    )
}
