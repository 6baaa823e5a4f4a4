/** Processes that play shards, so that a crash ends a shard's process and not the campaign. */
import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { CampaignError } from "./errors.js"
import type { FromWorker, ToWorker } from "./messages.js"
import type { Header, ShardLine } from "./result.js"

/** A process ended in the middle of a shard. */
export class WorkerDied extends Error {
  override readonly name = "WorkerDied"
  readonly at: { readonly seed: number; readonly repeat: string } | undefined

  constructor(why: string, at: WorkerDied["at"]) {
    super(why)
    this.at = at
  }
}

export interface CrewOptions {
  readonly header: Header
  /** How many processes at most. */
  readonly size: number
  /** Starts one: with a channel (`fork`), and standard error as a pipe. It calls `serveShards`. */
  readonly start: () => ChildProcess
  /** A process has been handed a shard. */
  readonly onTaken?: (shard: number, pid: number) => void
}

interface Member {
  readonly child: ChildProcess
  readonly ended: Promise<string>
  at: WorkerDied["at"]
}

const TAIL = 2_000

export class Crew {
  readonly #options: CrewOptions
  readonly #free: Member[] = []
  readonly #all = new Set<Member>()
  #isClosed = false
  /** One that loops does not hear that its parent has gone. */
  readonly #onExit = () => this.close()

  constructor(options: CrewOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#options.size
  }

  /**
   * Plays a shard in a process of its own; the process then plays others. Not more than `size` at a time.
   * @throws WorkerDied when it ended meanwhile; CampaignError WORKER_FAILED when it cannot play at all
   */
  async play(shard: number): Promise<ShardLine> {
    const member = this.#free.pop() ?? (await this.#hire())
    member.at = undefined
    send(member, { kind: "play", shard })
    this.#options.onTaken?.(shard, member.child.pid!)
    const answer = await answerOf(member)
    if (typeof answer === "string") throw new WorkerDied(answer, member.at)
    if (answer.kind !== "done") throw refusal(answer)
    this.#free.push(member)
    return answer.line
  }

  /** Starts the first process before there is a shard. @throws CampaignError WORKER_FAILED when it cannot play this campaign */
  async prepare(): Promise<void> {
    this.#free.push(await this.#hire())
  }

  /** Ends all processes; what they were playing is lost. */
  close(): void {
    this.#isClosed = true
    process.off("exit", this.#onExit)
    for (const { child } of this.#all) child.kill("SIGKILL")
  }

  async #hire(): Promise<Member> {
    const child = this.#options.start()
    if (!process.listeners("exit").includes(this.#onExit)) process.once("exit", this.#onExit)
    let tail = ""
    child.stderr?.on("data", (data: Buffer) => (tail = (tail + String(data)).slice(-TAIL)))
    const ended = once(child, "close").then(([code, signal]) => {
      this.#all.delete(member)
      const idle = this.#free.indexOf(member)
      if (idle !== -1) this.#free.splice(idle, 1)
      const said = tail.split("\n").find((line) => /\S/.test(line))
      return `${signal === null ? `exit code ${code}` : signal}${said === undefined ? "" : `: ${said.trim()}`}`
    })
    const member: Member = { child, ended, at: undefined }
    this.#all.add(member)
    if (this.#isClosed) child.kill("SIGKILL")
    child.on("message", (message: FromWorker) => {
      if (message.kind === "at") member.at = message
    })
    // Sending to one that has just been killed fails, and that it has ended is told by `ended`.
    child.on("error", () => {})
    send(member, { kind: "begin", header: this.#options.header })
    const answer = await answerOf(member)
    if (typeof answer === "string") throw new NeverReady(answer)
    if (answer.kind !== "ready") throw refusal(answer)
    return member
  }
}

/** A process ended before it was ready: killed by chance, or it cannot start. */
export class NeverReady extends Error {
  override readonly name = "NeverReady"
}

const send = ({ child }: Member, message: ToWorker) => void (child.connected && child.send(message, () => {}))

/** What it says next, beside where it is; or how it ended. */
function answerOf({ child, ended }: Member): Promise<Exclude<FromWorker, { kind: "at" }> | string> {
  return new Promise((resolve) => {
    const listen = (message: FromWorker) => {
      // Nor what others send over this channel.
      if (message.kind === undefined || message.kind === "at") return
      child.off("message", listen)
      resolve(message)
    }
    child.on("message", listen)
    void ended.then((how) => {
      child.off("message", listen)
      resolve(how)
    })
  })
}

function refusal(answer: FromWorker): CampaignError {
  const why = answer.kind === "refused" ? answer.message : `it answered ${answer.kind}`
  return new CampaignError("WORKER_FAILED", `Cannot play this campaign: ${why}`)
}
