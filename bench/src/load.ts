/** Is somebody else using this machine? Compares all processors' busy time with our own. */
import { cpus } from "node:os"

/** A moment, as far as processor time goes. */
interface Snapshot {
  readonly machineMs: number
  readonly ownMs: number
  readonly atMs: number
}

/** More foreign work than this share of one processor, and a run is rejected. */
export const MOST_FOREIGN = 0.15

function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}

function snapshot(): Snapshot {
  const own = process.cpuUsage()
  return { machineMs: busyMs(), ownMs: (own.user + own.system) / 1_000, atMs: performance.now() }
}

/** Starts watching; the function returned says how many processors' worth of foreign work there was. */
export function watchLoad(): () => number {
  const start = snapshot()
  return () => foreignBetween(start, snapshot())
}

/** Foreign work as a share of one processor; never below 0. Processor times tick in 10 ms. */
export function foreignBetween(start: Snapshot, end: Snapshot): number {
  const elapsed = end.atMs - start.atMs
  if (elapsed <= 0) return 0
  return Math.max(0, (end.machineMs - start.machineMs - (end.ownMs - start.ownMs)) / elapsed)
}
