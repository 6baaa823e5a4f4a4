/**
 * A trial is held in a child process. Whatever a broken twin does there, crash, hang or corrupt its own memory, the
 * process that runs the tests only reads about it: each of these counts as caught.
 */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url))
/** A child whose main thread says nothing for so long hangs: it says "alive" twice a second. */
const SILENCE_MS = 15_000
/** No trial takes so long, on any machine, for its race ends after 40 s; nor does starting a process. */
const LONGEST_MS = 90_000
const MOST_STDERR = 20_000

export type Trial =
  | { readonly verdict: "clean"; readonly ms: number }
  | {
      readonly verdict: "caught"
      readonly how: "objected" | "crashed" | "hung"
      /** What was seen. */
      readonly seen: string
      readonly ms: number
    }

/** Limits in time, which end only what hangs; counted from when the trial has begun. */
export interface Limits {
  readonly silenceMs?: number
  readonly longestMs?: number
}

type Message = "began" | "alive" | { readonly found: readonly string[] } | { readonly mistake: string }

/**
 * Calls `play(task)` of a module in a process of its own; it returns what it objects to.
 *
 * @throws Error when the trial was not held: the module cannot be loaded, or its own program has a mistake
 */
export async function holdTrial(module: URL, task: object, limits: Limits = {}): Promise<Trial> {
  const start = performance.now()
  const child = fork(CHILD, { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] })
  const watch = new Watch(child, limits)
  child.send({ module: module.href, task })
  const { code, signal } = await watch.ended
  const ms = performance.now() - start
  const caught = (how: "objected" | "crashed" | "hung", seen: string): Trial => ({ verdict: "caught", how, seen, ms })
  if (!watch.hasBegun) throw new Error(`The trial was not held: ${watch.stderr || "it did not begin"}`)
  if (watch.mistake !== undefined) throw new Error(`The trial has a mistake of its own: ${watch.mistake}`)
  if (watch.found.length > 0) return caught("objected", watch.found[0]!)
  if (watch.silent) return caught("hung", watch.silent)
  if (code === 0 && watch.reported) return { verdict: "clean", ms }
  if (/^(ReferenceError|SyntaxError)\b/m.test(watch.stderr))
    throw new Error(`The trial has a mistake of its own: ${complaintIn(watch.stderr)}`, { cause: watch.stderr })
  return caught("crashed", `It ended with ${signal ?? code}: ${complaintIn(watch.stderr)}`)
}

/** What the child says, and the end that is made of it when it says nothing more. */
class Watch {
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  hasBegun = false
  reported = false
  found: readonly string[] = []
  mistake: string | undefined
  /** Why it was ended. */
  silent = ""
  stderr = ""

  constructor(child: ChildProcess, { silenceMs = SILENCE_MS, longestMs = LONGEST_MS }: Limits) {
    const end = (why: string) => {
      this.silent = why
      child.kill("SIGKILL")
    }
    let longest = setTimeout(() => end("It did not begin"), LONGEST_MS)
    let silence: NodeJS.Timeout | undefined
    const begin = () => {
      this.hasBegun = true
      clearTimeout(longest)
      longest = setTimeout(() => end(`It had not ended after ${longestMs / 1_000} s`), longestMs)
    }
    const listen = () => {
      clearTimeout(silence)
      silence = setTimeout(() => end(`Its main thread said nothing for ${silenceMs / 1_000} s`), silenceMs)
    }
    child.on("message", (message: Message) => {
      if (message === "began") begin()
      listen()
      if (typeof message === "string") return
      this.reported = true
      if ("mistake" in message) this.mistake = message.mistake
      else this.found = message.found
      // What it objects to is known: a corrupted process need not come to an end by itself.
      if (this.mistake !== undefined || this.found.length > 0) child.kill("SIGKILL")
    })
    child.stderr!.on("data", (data) => {
      if (this.stderr.length < MOST_STDERR) this.stderr += data
    })
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject)
      child.once("close", (code, signal) => {
        clearTimeout(longest)
        clearTimeout(silence)
        resolve({ code, signal })
      })
    })
  }
}

/** The line of a crash that says what it was. */
function complaintIn(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "")
  const complaint = /^(\w*Error\b|FATAL|# Fatal)/
  return lines.find((line) => complaint.test(line)) ?? lines.at(-1) ?? "without a word"
}
