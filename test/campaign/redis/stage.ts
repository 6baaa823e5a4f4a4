/** Campaigns by a real Redis: who hands out, who plays, each a process that can be killed; and doors at which players wait. */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type CampaignResult, type Header, type SettledLine, headerOf } from "@outlive/campaign"
import { type OwnRedis, redisProgram, startRedis } from "../../../scripts/own-redis.mjs"

/** Debian's package redis-server, or another; CI has it. */
export const HAS_REDIS = redisProgram() !== undefined

const programAt = (name: string) => fileURLToPath(new URL(`../programs/${name}`, import.meta.url))

/** A change of a file of `packages/campaign`, by its exact text. */
export interface Twin {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface Refusal {
  readonly refused: string
  readonly message: string
}

export interface Coordinator {
  readonly child: ChildProcess
  readonly lines: SettledLine[]
  /** What it ended with. */
  readonly end: Promise<CampaignResult | Refusal>
}

export class Stage implements AsyncDisposable {
  readonly redis: OwnRedis
  readonly folder = mkdtempSync(join(tmpdir(), "outlive-stage-"))
  readonly #children: ChildProcess[] = []

  private constructor(redis: OwnRedis) {
    this.redis = redis
  }

  static async open(options: Parameters<typeof startRedis>[0] = {}): Promise<Stage> {
    return new Stage(await startRedis(options))
  }

  /** 60 seeds in shards of three, a seventh of which fail. */
  campaign(options: Readonly<Record<string, string>> = {}): Header {
    const all = { folder: this.folder, ...options }
    return headerOf({ kind: "doors", options: all, files: {}, seeds: [1, 60], perShard: 3 }, "build-1")
  }

  coordinator(header: Header, { twins = [] as readonly Twin[], journal = "journal.ndjson" } = {}): Coordinator {
    const args = [this.redis.address, JSON.stringify(header), join(this.folder, journal)]
    const child = this.#fork("redis-coordinator.mjs", args, twins)
    const lines: SettledLine[] = []
    const end = new Promise<CampaignResult | Refusal>((resolve, reject) => {
      child.on("message", (message: { line: SettledLine } & { result: CampaignResult } & Refusal) => {
        if (message.line) lines.push(message.line)
        else resolve(message.result ?? message)
      })
      child.once("exit", (code, signal) => reject(new Error(`The coordinator ended (${signal ?? code})`)))
    })
    // Who kills it does not wait for its result.
    end.catch(() => {})
    return { child, lines, end }
  }

  worker({ size = 1, build = "build-1", twins = [] as readonly Twin[] } = {}): ChildProcess {
    return this.#fork("redis-worker.mjs", [this.redis.address, build, String(size)], twins)
  }

  /** Who plays a seed at a door, once somebody does, beside those in `but`: the worker's process and the player's. */
  async at(seed: number, but: readonly number[] = []): Promise<{ worker: number; player: number }> {
    for (;;) {
      for (const name of readdirSync(this.folder)) {
        const player = Number(new RegExp(`^at-${seed}-(\\d+)$`).exec(name)?.[1])
        const worker = Number.isNaN(player) ? 0 : Number(readFileSync(join(this.folder, name), "utf8"))
        if (worker > 0 && !but.includes(worker)) return { worker, player }
      }
      await pause(20)
    }
  }

  /** Opens a seed's door. */
  open(seed: number): void {
    writeFileSync(join(this.folder, `go-${seed}`), "")
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null) child.kill("SIGKILL")
    await this.redis.remove()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #fork(program: string, args: readonly string[], twins: readonly Twin[]): ChildProcess {
    const execArgv = twins.length === 0 ? [] : ["--import", programAt("twin.mjs")]
    const env = { ...process.env, TWIN: JSON.stringify(twins) }
    const child = fork(programAt(program), args, { execArgv, env, stdio: ["ignore", "ignore", "inherit", "ipc"] })
    this.#children.push(child)
    return child
  }
}

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(20)
}

export async function killed(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit")
  child.kill("SIGKILL")
  await ended
}
