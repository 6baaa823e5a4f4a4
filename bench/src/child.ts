/** One measurement is one process. Runs it, and finds out how much foreign work there was meanwhile. */
import { execFile } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { watchLoad } from "./load.js"
import { progressIn } from "./progress-line.js"

/** What a run found. */
export interface RunOutput {
  /** Foreign work while the process ran, as a share of one processor; undefined where the system does not tell. */
  readonly foreign?: number
  /** How many threads ran at once, on average: sum of elapsed times ÷ (last end − first start); 1 for one thread. */
  readonly overlap: number
  /** How many should have. */
  readonly threads: number
  readonly figures: Readonly<Record<string, number>>
  /** How long a turn of a loop took that is bound by throughput, before and after, whichever was slower; of the worst thread. */
  readonly calibrationNs?: number
  /** Time of an operation in nanoseconds, at most so much, and how many of the timed ones of all threads took that. */
  readonly histogram?: readonly (readonly [number, number])[]
  /** Something looked at again and again: milliseconds since the start, and what it was. */
  readonly series?: readonly (readonly [number, number])[]
}

/** What a program of ours prints on its last line, as JSON. */
export interface ChildReport extends Omit<RunOutput, "foreign"> {
  /** Processor time it used. */
  readonly cpuMs: number
}

/** No run is silent for nearly as long: one that is is stuck. */
const LONGEST_SILENCE_MS = 60_000

/** Killed by Ctrl-C before we were told of it, or by our own abort. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError"
}

interface Running {
  /** Default: this one. */
  readonly node?: string | undefined
  readonly onProgress?: (text: string) => void
}

/** Runs a JavaScript program of ours, on this Node or on another. */
export function runProgram(
  program: URL,
  args: readonly string[],
  signal?: AbortSignal,
  { node = process.execPath, onProgress }: Running = {},
): Promise<RunOutput> {
  const read = (stdout: string) => JSON.parse(stdout.trim().split("\n").at(-1)!) as ChildReport
  return runFile(node, [fileURLToPath(program), ...args], read, signal, onProgress)
}

/** Runs any program; `read` makes a report of what it printed. */
export function runFile(
  file: string,
  args: readonly string[],
  read: (stdout: string) => ChildReport,
  signal?: AbortSignal,
  onProgress: (text: string) => void = () => {},
): Promise<RunOutput> {
  const foreignSince = watchLoad()
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, signal ? { signal } : {}, (error, stdout, stderr) => {
      clearTimeout(stuck)
      if (error) return reject(failure(error, `${file} ${args.join(" ")}`, saidIn(stderr), signal))
      const { cpuMs, ...report } = read(stdout)
      const foreign = foreignSince(cpuMs)
      resolve({ ...report, ...(foreign === undefined ? {} : { foreign }) })
    })
    const stuck = setTimeout(() => child.kill(), LONGEST_SILENCE_MS)
    createInterface({ input: child.stderr! }).on("line", (line) => {
      const progress = progressIn(line)
      if (progress === undefined) return
      stuck.refresh()
      onProgress(progress)
    })
  })
}

/** All but what was said meanwhile. */
const saidIn = (stderr: string) =>
  stderr
    .split("\n")
    .filter((line) => progressIn(line) === undefined)
    .join("\n")

function failure(
  error: Error & { signal?: unknown; killed?: unknown },
  what: string,
  stderr: string,
  signal?: AbortSignal,
): Error {
  if (signal?.aborted || error.signal === "SIGINT") return new InterruptedError("Interrupted", { cause: error })
  if (error.killed)
    return new Error(`Cannot measure: ${what} said nothing for ${LONGEST_SILENCE_MS / 1_000} s`, { cause: error })
  return new Error(`Cannot measure: ${what} failed: ${stderr || error.message}`, { cause: error })
}
