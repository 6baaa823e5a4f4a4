/** Many batches over several processes: what was found, how often, and the seed that shows it. */
import { type Ended, buildProgram, runProgram } from "../programs.js"
import type { ApiReport, ApiTask } from "./child.js"
import { shrink } from "./shrink.js"

export interface Finding {
  readonly key: string
  count: number
  /** Where it was first. */
  readonly seed: number
  readonly step: number
}

export interface Campaign {
  readonly calls: number
  readonly findings: readonly Finding[]
}

/** Batches that one process plays: after them it is a fresh one. */
const PER_PROCESS = 250
/** The same of the first process where one finding is enough; of each further one, twice as many as of the one before. */
const FEW = 10

/** Plays at least so many calls. A batch that hangs or dies is a finding; the next process goes on behind it. */
export async function campaign(options: {
  readonly seed: number
  readonly calls: number
  readonly perBatch: number
  readonly processes: number
  readonly limitMs: number
  /** Something broken on purpose, by name (`sabotage.ts`). */
  readonly sabotage?: string
  /** Ends with the first finding. */
  readonly first?: boolean
}): Promise<Campaign> {
  const file = await buildProgram("api/child.ts")
  const found = new Map<string, Finding>()
  const note = (key: string, seed: number, step: number) => {
    const known = found.get(key)
    if (known) known.count++
    else found.set(key, { key, count: 1, seed, step })
  }
  const batches = Math.ceil(options.calls / options.perBatch)
  const isEnough = () => options.first === true && found.size > 0
  let next = 0
  let few = FEW / 2
  const work = async () => {
    while (next < batches && !isEnough()) {
      const first = next
      const count = Math.min(options.first ? (few *= 2) : PER_PROCESS, batches - first)
      next += count
      await playAll(first, count)
    }
  }
  const playAll = async (first: number, count: number) => {
    let done = 0
    while (done < count && !isEnough()) {
      const task: ApiTask = {
        seed: options.seed + first + done,
        batches: count - done,
        calls: options.perBatch,
        limitMs: options.limitMs,
        ...(options.sabotage ? { sabotage: options.sabotage } : {}),
      }
      const ended = await runProgram(file, task, (line) => {
        const report = line as ApiReport
        if (report.kind !== "batch") return
        done++
        for (const { key, step } of report.faults) note(key, report.seed, step)
      })
      if (ended.code === 0) continue
      const seed = options.seed + first + done
      note(endOf(ended), seed, ended.hang?.steps[2] ?? -1)
      done++
    }
  }
  await Promise.all(Array.from({ length: options.processes }, work))
  return {
    calls: batches * options.perBatch,
    findings: [...found.values()].sort((a, b) => b.count - a.count),
  }
}

/** The calls that are enough for a finding, to be read. */
export async function replay(finding: Finding, calls: number, limitMs: number): Promise<readonly string[]> {
  const file = await buildProgram("api/child.ts")
  const { seed, key } = finding
  const lines: string[] = []
  const run = (more: Partial<ApiTask>, onReport: (report: ApiReport) => void) =>
    runProgram(file, { seed, batches: 1, calls, limitMs, ...more }, (line) => onReport(line as ApiReport))
  const show = (report: ApiReport) => {
    if (report.kind === "minimal") lines.push(`steps ${report.steps.join(",")} of seed ${seed}:`, ...report.lines)
    else if (report.kind === "line") lines.push(report.text)
  }
  if (!isEnd(key)) {
    await run({ shrink: key }, show)
    return lines.length > 0
      ? lines
      : [`seed ${seed} alone does not show it: what earlier batches of its process did matters`]
  }
  // What ends the process is shrunk from outside.
  const steps = await shrink(
    { seed, calls },
    key,
    async ({ only }) => [{ key: endOf(await run({ only: [...only!] }, () => {})) }],
    80,
  )
  lines.push(`steps ${steps.join(",")} of seed ${seed}:`)
  await run({ only: steps, verbose: true }, show)
  return lines
}

const isEnd = (key: string) => /^(hangs|dies): /.test(key)

/** How a process ended that did not come to its end, as a finding. */
function endOf({ code, signal, hang, errors }: Ended): string {
  if (hang) return `hangs: ${hang.place.replaceAll(/:\d+/g, "")}`
  if (code === 0) return "ends"
  return `dies: ${signal ?? code} ${errors.split("\n").find((line) => /Error/.test(line)) ?? ""}`
}
