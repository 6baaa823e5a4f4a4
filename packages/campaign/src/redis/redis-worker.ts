/** Plays the shards that campaigns hand out by Redis, in processes of its own. Any number of these, on any machines. */
import type { ChildProcess } from "node:child_process"
import type { Job } from "bullmq"
import { Crew, WorkerDied } from "../crew.js"
import { CampaignError } from "../errors.js"
import { MOST_TRIES, onceReady, originOf, playOn, poison } from "../queue.js"
import type { Header, SettledLine } from "../result.js"
import type { Credentials, QueueAddress } from "./address.js"
import { TELL_MS, announced, isAnnounced } from "./board.js"
import { type Link, connect, insist, pause } from "./link.js"
import { PREFIX, queueName } from "./names.js"
import { deliver } from "./results.js"

export interface RedisWorkerOptions {
  readonly address: QueueAddress
  readonly credentials?: Credentials
  /** Campaigns of another one are refused. */
  readonly build: string
  /** Processes at a time. */
  readonly size: (header: Header) => number
  /** Starts one: as `CrewOptions.start`. */
  readonly start: () => ChildProcess
  /** Ends when there was nothing to play for so long; without it, never. */
  readonly idleMs?: number
  /** A worker that was not heard of for so long is dead: its shards are played by others. */
  readonly lostMs?: number
  /** What a person should know. */
  readonly say?: (text: string) => void
}

const LOST_MS = 10_000

/**
 * Plays until it is aborted; then shards that have begun are played to their end.
 * @throws CampaignError OTHER_BUILD when all campaigns are of another build; BAD_QUEUE, NOT_INSTALLED, WORKER_FAILED
 */
export async function serveQueue(options: RedisWorkerOptions, signal: AbortSignal): Promise<void> {
  const { address, credentials = {}, build, idleMs = Infinity, say = () => {} } = options
  const link = await connect(address, credentials)
  const refused = new Set<string>()
  let idleSince = performance.now()
  try {
    while (!signal.aborted && performance.now() - idleSince < idleMs) {
      const campaigns = (await insist(signal, () => announced(link))) ?? []
      const own = campaigns.find((header) => header.build === build)
      for (const header of campaigns.filter((other) => other.build !== build && !refused.has(queueName(other)))) {
        refused.add(queueName(header))
        const text = `Cannot play campaign ${header.campaign}: it is of build ${header.build}, and this worker of ${build}`
        if (!own && refused.size === 1) throw new CampaignError("OTHER_BUILD", text)
        say(text)
      }
      if (own) {
        say(`Playing campaign ${own.campaign}`)
        await playCampaign(link, own, options, signal)
        say(`Campaign ${own.campaign} hands out no more`)
        idleSince = performance.now()
      } else await pause(TELL_MS / 2)
    }
  } finally {
    link.close()
  }
}

/** Until it is announced no more. */
async function playCampaign(link: Link, header: Header, options: RedisWorkerOptions, signal: AbortSignal) {
  const { lostMs = LOST_MS, start } = options
  const crew = new Crew({ header, size: options.size(header), start })
  // A machine that lacks a file of this campaign takes no shard of it.
  await onceReady(() => crew.prepare())
  /** Aborted with what no other try can better. */
  const failed = new AbortController()
  const play = async (job: Job<{ shard: number }>) => {
    try {
      await deliver(link, header, await settled(crew, header, job))
    } catch (error) {
      if (!(error instanceof WorkerDied)) failed.abort(error)
      throw error
    }
  }
  const worker = new link.bullmq.Worker(queueName(header), play, {
    connection: link.redis,
    prefix: PREFIX,
    concurrency: crew.size,
    lockDuration: lostMs,
    stalledInterval: lostMs / 2,
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    drainDelay: 1,
  })
  worker.on("error", () => {})
  let isOver = false
  try {
    while (!isOver && !signal.aborted && !failed.signal.aborted) {
      await pause(TELL_MS / 2)
      isOver = (await insist(signal, () => isAnnounced(link, header))) === false
    }
    await worker.close()
    // What BullMQ has written since the campaign cleared up: each look for stalled jobs writes there.
    if (isOver) await insist(signal, () => link.redis.del(worker.toKey("meta"), worker.toKey("stalled-check")))
  } finally {
    crew.close()
  }
  failed.signal.throwIfAborted()
}

/** @throws WorkerDied: another try, here or elsewhere */
async function settled(
  crew: Crew,
  header: Header,
  { data: { shard }, attemptsStarted: tries }: Job<{ shard: number }>,
) {
  // The last of them cannot tell how it ended: it went with its worker.
  if (tries > MOST_TRIES) return poisoned(header, shard, new WorkerDied("its worker was lost", undefined), tries - 1)
  try {
    return await playOn(crew, shard)
  } catch (error) {
    if (!(error instanceof WorkerDied) || tries < MOST_TRIES) throw error
    return poisoned(header, shard, error, tries)
  }
}

function poisoned(header: Header, shard: number, why: WorkerDied, tries: number): SettledLine {
  return { ...originOf(header), shard, poisoned: poison(why, tries) }
}
