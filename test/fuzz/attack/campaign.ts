/** Many attacks over several processes: who died, who hung, what was not told. */
import { buildProgram, runProgram } from "../programs.js"
import { CALLS, ENDS } from "./calls.js"
import type { AttackReport, AttackTask } from "./child.js"

export interface AttackResult {
  readonly trials: number
  /** Trials that ended the process. */
  readonly deaths: readonly string[]
  /** Trials in which a call did not come to an end, and where it was. */
  readonly hangs: readonly string[]
  /** Trials in which something other than a typed error came of a call, and the check had nothing to say. */
  readonly untold: readonly string[]
  /** Trials in which the check told it. */
  readonly told: number
  /** Trials in which calls were refused with typed errors. */
  readonly refused: number
  /** Errors that were no typed ones, by kind. */
  readonly faults: ReadonlyMap<string, number>
}

const PER_PROCESS = 200
const NAMES = [...Object.keys(CALLS), ...Object.keys(ENDS)]

export async function attackCampaign(options: {
  readonly seed: number
  readonly trials: number
  readonly processes: number
  readonly limitMs: number
  /** A broken twin of the engine to run on. */
  readonly engineUrl?: string
}): Promise<AttackResult> {
  const file = await buildProgram("attack/child.ts")
  const [deaths, hangs, untold] = [[] as string[], [] as string[], [] as string[]]
  const faults = new Map<string, number>()
  let [told, refused, next] = [0, 0, 0]
  const onReport = (report: AttackReport) => {
    if (report.told > 0) told++
    else if (report.faults.length > 0) untold.push(`${report.trial}: ${report.faults.join("; ")}`)
    if (report.refused > 0) refused++
    for (const fault of report.faults) faults.set(fault, (faults.get(fault) ?? 0) + 1)
  }
  const work = async () => {
    while (next < options.trials) {
      const first = options.seed + next
      const count = Math.min(PER_PROCESS, options.trials - next)
      next += count
      for (let done = 0; done < count; done++) {
        const { limitMs, engineUrl } = options
        const task: AttackTask = { seed: first + done, trials: count - done, limitMs, ...(engineUrl && { engineUrl }) }
        const ended = await runProgram(file, task, (line) => {
          done++
          onReport(line as AttackReport)
        })
        if (ended.code === 0) break
        if (ended.hang) hangs.push(`${first + done}: ${NAMES[ended.hang.steps[2]!]!}: ${ended.hang.place}`)
        else deaths.push(`${first + done}: ${ended.signal ?? ended.code}: ${ended.errors.slice(-500)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: options.processes }, work))
  return { trials: options.trials, deaths, hangs, untold, told, refused, faults }
}
