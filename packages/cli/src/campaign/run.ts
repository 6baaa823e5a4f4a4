/** Runs a campaign, or a share of it, on this machine's cores; the file of results is the checkpoint. */
import { fork } from "node:child_process"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import {
  CampaignError,
  type CampaignResult,
  Crew,
  type Definition,
  type Header,
  Journal,
  LocalQueue,
  type SettledLine,
  type ShardQueue,
  type Share,
  headerOf,
  shardsLeft,
  shareSize,
} from "@outlive/campaign"
import { EXIT, OutputError, UsageError } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { numberOption } from "../options.js"
import { Progress } from "../progress.js"
import { RESULTS_FOLDER } from "../results.js"
import { definitionFrom, shareFrom } from "./definition.js"
import { fingerprint } from "./fingerprint.js"
import type { Kind } from "./kind.js"
import { queueFrom, withoutSecrets } from "./queue.js"
import { campaignReport } from "./words.js"

export const MOST_JOBS = 256

export async function runCampaign(kind: Kind, given: Readonly<Record<string, unknown>>): Promise<void> {
  const definition = definitionFrom(kind, given)
  const share = shareFrom(given["shard"] as string | undefined)
  const jobs = numberOption("jobs", String(given["jobs"] ?? jobsFor(kind, definition)), 1, MOST_JOBS)
  // What makes no sense is told before anything is written, or started.
  await (await kind.open(definition.options)).close?.()
  const header = headerOf(definition, fingerprint())
  const queue = queueOf(given, header, jobs)
  const path = (given["out"] as string | undefined) ?? defaultPath(header, share)
  const journal = await refusing(Journal.open(path, header, { resume: given["resume"] === true }))
  const interrupt = onInterrupt()
  const progress = new CampaignProgress(journal, share)
  const sink = {
    settle(line: SettledLine) {
      journal.settle(line)
      progress.show()
    },
  }
  try {
    await refusing(queue.run(header, shardsLeft(journal.tally, share), sink, interrupt.signal))
  } finally {
    progress.clear()
    interrupt.release()
    journal.close()
  }
  const isOver = shardsLeft(journal.tally, share).next().done === true
  tell(journal.tally.result(), { json: given["json"] === true, interrupted: !isOver, path, share })
}

/** This machine's processes, or workers anywhere. */
function queueOf(given: Readonly<Record<string, unknown>>, header: Header, size: number): ShardQueue {
  const address = given["queue"]
  if (typeof address !== "string") return new LocalQueue(new Crew({ header, size, start: startWorker }))
  for (const option of ["shard", "jobs"])
    if (given[option] !== undefined)
      throw new UsageError(`Option --${option}: not with --queue, whose workers share the shards`)
  return queueFrom(address)
}

export const jobsFor = (kind: Kind, { options }: Definition) =>
  Math.max(1, Math.floor(availableParallelism() / kind.threads(options)))

interface Told {
  readonly json: boolean
  readonly interrupted?: boolean
  readonly path?: string
  /** Shards of other shares are not missed. */
  readonly share?: Share
}

/** Prints a result, and says with the exit code how it is. */
export function tell(result: CampaignResult, { json, interrupted = false, path, share }: Told): void {
  const more = { interrupted, ...(path === undefined ? {} : { path }) }
  process.stdout.write(json ? `${JSON.stringify({ ...result, ...more })}\n` : `${campaignReport(result, more)}\n`)
  const isPart = share !== undefined && share.of > 1
  const isClean = result.findings.length === 0 && result.shards.poisoned === 0
  const holds = isClean && (result.passed || isPart)
  process.exitCode = interrupted && isClean ? EXIT.interrupted : holds ? EXIT.ok : EXIT.failed
}

/** What cannot be used is a wrong use of the command, and no crash of it. */
export async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CampaignError)
      throw error.code === "NOT_WRITTEN" ? new OutputError(error.message) : new UsageError(error.message)
    const { code, path } = error as NodeJS.ErrnoException
    // Of a folder that is read, the platform does not say which.
    if (code !== undefined && (path !== undefined || code === "EISDIR"))
      throw new UsageError(`Cannot use ${path ?? "one of the files"} (${code})`)
    throw error
  }
}

function defaultPath({ campaign }: Header, { part, of }: Share): string {
  return join(RESULTS_FOLDER, `campaign-${campaign}${of === 1 ? "" : `-${part}-of-${of}`}.ndjson`)
}

/** This command again, with a channel to this process. */
export function startWorker() {
  const env = withoutSecrets(process.env)
  return fork(process.argv[1]!, ["campaign", "worker"], { stdio: ["ignore", "ignore", "pipe", "ipc"], env })
}

/** How far it is, and how long it will take. */
class CampaignProgress {
  readonly #line = new Progress()
  readonly #journal: Journal
  readonly #all: number
  readonly #startMs = performance.now()
  #settled: number
  readonly #before: number

  constructor(journal: Journal, share: Share) {
    this.#journal = journal
    const { all } = journal.tally.result().shards
    this.#all = shareSize(all, share)
    this.#before = this.#all - count(shardsLeft(journal.tally, share))
    this.#settled = this.#before
  }

  show(): void {
    this.#settled++
    const seconds = (performance.now() - this.#startMs) / 1_000
    const left = ((this.#all - this.#settled) * seconds) / (this.#settled - this.#before)
    const { findings } = this.#journal.tally
    const found = findings === 0 ? "nothing found" : `${findings} causes found`
    this.#line.show(
      `${this.#settled.toLocaleString("en")} of ${this.#all.toLocaleString("en")} shards, ${found}, ${inWords(left)} left`,
    )
  }

  clear(): void {
    this.#line.clear()
  }
}

function count(shards: Iterable<number>): number {
  let sum = 0
  for (const _ of shards) sum++
  return sum
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 5_400) return `${Math.ceil(seconds / 60)} min`
  return `${(seconds / 3_600).toFixed(1)} h`
}
