/** `outlive campaign worker --queue`: this machine's cores, for whatever campaigns are handed out there. */
import { EXIT } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { numberOption } from "../options.js"
import { CAMPAIGN_ARGS } from "./definition.js"
import { fingerprint } from "./fingerprint.js"
import { kindNamed } from "./kinds.js"
import { QUEUE_OPTION, serveQueueAt } from "./queue.js"
import { MOST_JOBS, jobsFor, refusing, startWorker } from "./run.js"

export const WORKER_ARGS = {
  queue: QUEUE_OPTION,
  jobs: CAMPAIGN_ARGS.jobs,
  idle: { type: "string", description: "End after so long without a campaign. Default: never", valueHint: "seconds" },
} as const

const MOST_IDLE_SECONDS = 31_536_000

export async function workFor(queue: string, given: { jobs?: string | undefined; idle?: string | undefined }) {
  const jobs = given.jobs === undefined ? undefined : numberOption("jobs", given.jobs, 1, MOST_JOBS)
  const idle = given.idle === undefined ? Infinity : numberOption("idle", given.idle, 0, MOST_IDLE_SECONDS, false)
  const interrupt = onInterrupt()
  try {
    const how = {
      build: fingerprint(),
      size: ({ definition }: { definition: Parameters<typeof jobsFor>[1] }) =>
        jobs ?? jobsFor(kindNamed(definition.kind), definition),
      start: startWorker,
      idleMs: 1_000 * idle,
      say: (text: string) => void process.stderr.write(`${text}\n`),
    }
    await refusing(serveQueueAt(queue, how, interrupt.signal))
  } finally {
    interrupt.release()
  }
  if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted
}
