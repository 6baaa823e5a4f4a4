/** Campaigns in processes of their own, without the command. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import {
  type CampaignResult,
  Crew,
  type Header,
  LocalQueue,
  type SettledLine,
  Tally,
  headerOf,
  shardsLeft,
} from "@outlive/campaign"

const PROGRAM = fileURLToPath(new URL("./programs/worker.mjs", import.meta.url))
const start = () => fork(PROGRAM, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] })

type Options = Header["definition"]["options"]

export function campaignOf(seeds: readonly [number, number], perShard: number, options: Options = {}): Header {
  return headerOf({ kind: "unguarded", options, files: {}, seeds, perShard }, "build-1")
}

interface How {
  readonly size?: number
  readonly signal?: AbortSignal
  readonly onTaken?: (shard: number, pid: number) => void
  readonly onLine?: (line: SettledLine) => void
  readonly tally?: Tally
}

export async function runLocally(header: Header, how: How = {}): Promise<CampaignResult> {
  const { tally = new Tally(header), size = 2, onTaken } = how
  const crew = new Crew({ header, size, start, ...(onTaken ? { onTaken } : {}) })
  const settle = (line: SettledLine) => {
    tally.add(line)
    how.onLine?.(line)
  }
  await new LocalQueue(crew).run(header, shardsLeft(tally), { settle }, how.signal ?? new AbortController().signal)
  return tally.result()
}

/** What must not depend on how it came about. */
export function comparable(result: CampaignResult): object {
  return { ...result, ms: undefined, repeated: undefined }
}
