/** What a figure was measured on: no figure without it. */
import { execFileSync } from "node:child_process"
import { cpus, release, totalmem, type as osType } from "node:os"
import { versions } from "node:process"

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  readonly node: string
  readonly v8: string
  /** Of the source, where git can tell. */
  readonly commit: string | undefined
  readonly date: string
}

export function describeMachine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model ?? "unknown",
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${osType()} ${release()}`,
    node: versions.node,
    v8: versions.v8,
    commit: commit(),
    date: new Date().toISOString(),
  }
}

function commit(): string | undefined {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
  } catch {
    return undefined
  }
}
