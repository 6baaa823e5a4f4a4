/**
 * Interleaved, repeated processes: A B C A B C … Each variant runs in a fresh process each round, so that neither
 * one lucky process nor a slow minute favours a variant. A run under foreign load is thrown away and repeated.
 */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { MOST_FOREIGN } from "./load.js"

/** What a child prints, on its last line, as JSON. */
export interface RunOutput {
  /** Foreign work while measuring, as a share of one processor. */
  readonly foreign: number
  /** Share of the time in which all threads ran together; 1 for one thread. */
  readonly overlap: number
  /** The figures, by name. */
  readonly figures: Readonly<Record<string, number>>
}

/** One variant: how to run it once. */
export interface Variant {
  readonly name: string
  run(signal: AbortSignal | undefined): Promise<RunOutput>
}

/** One run that counted. */
export interface Measurement extends RunOutput {
  readonly variant: string
  readonly round: number
  /** True when every attempt was disturbed, and this one was kept all the same. */
  readonly underLoad: boolean
}

export interface Rounds {
  readonly measurements: readonly Measurement[]
  readonly rejected: number
}

/** What stands in the way of believing a run. */
export function isDisturbed(run: RunOutput): boolean {
  return run.foreign > MOST_FOREIGN || run.overlap < LEAST_OVERLAP
}

const LEAST_OVERLAP = 0.8
const MOST_ATTEMPTS = 4

/** Runs all variants in turn, `rounds` times. When aborted, returns what there is. */
export async function runRounds(
  variants: readonly Variant[],
  rounds: number,
  onProgress: (text: string) => void,
  signal?: AbortSignal,
): Promise<Rounds> {
  const measurements: Measurement[] = []
  let rejected = 0
  for (let round = 0; round < rounds; round++) {
    for (const variant of variants) {
      let best: RunOutput | undefined
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        if (signal?.aborted) return { measurements, rejected }
        onProgress(`round ${round + 1} of ${rounds}: ${variant.name}${attempt > 0 ? `, again (foreign load)` : ""}`)
        let run: RunOutput
        try {
          run = await variant.run(signal)
        } catch (error) {
          if (signal?.aborted) return { measurements, rejected }
          throw error
        }
        if (!best || run.foreign < best.foreign) best = run
        if (!isDisturbed(run)) break
        rejected++
      }
      measurements.push({ ...best!, variant: variant.name, round, underLoad: isDisturbed(best!) })
    }
  }
  return { measurements, rejected }
}

/** Runs one of our programs in a process of its own and reads its last line. */
export function runChild(program: URL, args: readonly string[], signal?: AbortSignal): Promise<RunOutput> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [fileURLToPath(program), ...args], signal ? { signal } : {}, (error, stdout, stderr) => {
      if (error) return reject(new Error(`Cannot measure: ${fileURLToPath(program)} ${args.join(" ")} failed: ${stderr || error.message}`))
      resolve(JSON.parse(stdout.trim().split("\n").at(-1)!) as RunOutput)
    })
  })
}
