/** What a figure was measured on: no figure without it. */
import { execFileSync } from "node:child_process"
import { cpus, loadavg, release, totalmem, type as osType } from "node:os"
import { versions } from "node:process"
import { fileURLToPath } from "node:url"
import { type LoadSource, loadSource } from "./load.js"
import { type Processors, processorsOf } from "./processors.js"

export interface Machine extends Processors {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  readonly node: string
  readonly v8: string
  /** Of the source, where git can tell; with "+" when files differ from it. */
  readonly commit: string | undefined
  readonly date: string
  /** Runnable threads in the last 1, 5 and 15 minutes, at the start; zeros where the system does not tell. */
  readonly loadAverage: readonly number[]
  /** How foreign load is recognized here. */
  readonly loadSource: LoadSource
}

export function describeMachine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    ...processorsOf(all),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${osType()} ${release()}`,
    node: versions.node,
    v8: versions.v8,
    commit: commit(),
    date: new Date().toISOString(),
    loadAverage: loadavg(),
    loadSource: loadSource(),
  }
}

/** Of the repository these files lie in, wherever the command was given. */
function commit(): string | undefined {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", fileURLToPath(new URL(".", import.meta.url)), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim()
  try {
    return (
      git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "+")
    )
  } catch {
    return undefined
  }
}
