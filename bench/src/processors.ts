/** What processors are besides their number: who shares a core, and how fast the clock is. A system that does not tell says nothing. */
import { readFileSync } from "node:fs"

export interface Processors {
  /** Hardware threads of a core that share its units (SMT): 1 when each has a core to itself. Left out where the system does not tell. */
  readonly threadsPerCore?: number
  /** Of the fastest processor when it was asked, in MHz; with a varying clock a moment's figure. Left out where the system does not tell. */
  readonly clockMHz?: number
}

const SIBLINGS = "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list"

/** What the system says in its files. */
export interface Told {
  readonly siblings?: string | undefined
  readonly cpuinfo?: string | undefined
}

/** Of what `os.cpus()` says: a speed of 0, as in most virtual machines, is one that Node does not know; Linux may. */
export function processorsOf(
  all: readonly { readonly speed: number }[],
  { siblings, cpuinfo = "" }: Told = { siblings: read(SIBLINGS), cpuinfo: read("/proc/cpuinfo") },
): Processors {
  const told = [...cpuinfo.matchAll(/^cpu MHz\s*:\s*(\d+(?:\.\d+)?)$/gm)].map(([, mhz]) => Number(mhz))
  const speeds = all.map(({ speed }) => speed)
  const clockMHz = Math.round(Math.max(0, ...(speeds.some((speed) => speed > 0) ? speeds : told)))
  const threadsPerCore = siblings === undefined ? undefined : listed(siblings)
  return { ...(threadsPerCore !== undefined && { threadsPerCore }), ...(clockMHz > 0 && { clockMHz }) }
}

/** "2 cores, SMT: 2 to a core, 2445 MHz", of what is known. */
export function processorsText({ cores, threadsPerCore, clockMHz }: Processors & { readonly cores: number }): string {
  return [
    `${cores} cores`,
    ...(threadsPerCore === undefined
      ? []
      : [threadsPerCore === 1 ? "no SMT siblings" : `SMT: ${threadsPerCore} to a core`]),
    ...(clockMHz === undefined ? [] : [`${clockMHz} MHz`]),
  ].join(", ")
}

/** How many "0-1,4" or "0,64" names; undefined for anything else. */
function listed(text: string): number | undefined {
  let count = 0
  for (const part of text.trim().split(",")) {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? []
    if (from === undefined || Number(to) < Number(from)) return undefined
    count += Number(to) - Number(from) + 1
  }
  return count
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1")
  } catch {
    return undefined
  }
}
