/**
 * Is somebody else using this machine? All processors' busy time, less our own and the child's, is foreign.
 * Where Linux tells it, time that the hypervisor gave to other guests ("steal") counts too.
 */
import { readFileSync } from "node:fs"
import { cpus } from "node:os"

/** A moment, as far as processor time goes. */
export interface Snapshot {
  /** Busy time of all processors together; undefined where the system does not tell. */
  readonly machineMs: number | undefined
  readonly ownMs: number
  readonly atMs: number
}

/** More foreign work than this share of one processor, and a run is rejected. */
export const MOST_FOREIGN = 0.15

/** How busy time is known here. */
export type LoadSource = "/proc/stat" | "os.cpus" | "unavailable"

export function loadSource(): LoadSource {
  if (procStatMs() !== undefined) return "/proc/stat"
  return cpusMs() === undefined ? "unavailable" : "os.cpus"
}

/** Starts watching. The function returned takes the child's processor time, and says how many processors' worth was foreign. */
export function watchLoad(): (childMs: number) => number | undefined {
  const start = snapshot()
  return (childMs) => foreignBetween(start, snapshot(), childMs)
}

/** Foreign work as a share of one processor, never below 0; undefined where it cannot be known. Busy times tick in 10 ms. */
export function foreignBetween(start: Snapshot, end: Snapshot, childMs = 0): number | undefined {
  const elapsed = end.atMs - start.atMs
  if (start.machineMs === undefined || end.machineMs === undefined) return undefined
  if (elapsed <= 0) return 0
  return Math.max(0, (end.machineMs - start.machineMs - (end.ownMs - start.ownMs) - childMs) / elapsed)
}

/** Processor time that this process has used, with all its threads. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** How often the system has taken a processor away from one of this process's threads. */
export function ownPreemptions(): number {
  return process.resourceUsage().involuntaryContextSwitches
}

function snapshot(): Snapshot {
  return { machineMs: procStatMs() ?? cpusMs(), ownMs: ownCpuMs(), atMs: performance.now() }
}

/** Fields of the first line, in ticks of 10 ms: user nice system idle iowait irq softirq steal. */
function procStatMs(): number | undefined {
  let text: string
  try {
    text = readFileSync("/proc/stat", "latin1")
  } catch {
    return undefined
  }
  const fields = /^cpu\s+(.*)$/m.exec(text)?.[1]?.split(/\s+/).map(Number)
  if (fields === undefined || fields.length < 8 || fields.some(Number.isNaN)) return undefined
  const [user, nice, system, , , irq, softirq, steal] = fields as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return 10 * (user + nice + system + irq + softirq + steal)
}

function cpusMs(): number | undefined {
  const busy = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  return busy > 0 ? busy : undefined
}
