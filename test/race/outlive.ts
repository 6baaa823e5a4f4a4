/** The command in a process of its own. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

export const MAIN = fileURLToPath(new URL("../../packages/cli/built/package/main.js", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Says when the command begins to listen for Ctrl-C: before, it would just be killed, and how long loading takes nobody knows. */
const LISTENING = `--import=data:text/javascript,${encodeURIComponent(
  'process.on("newListener", (name) => { if (name === "SIGINT") process.send?.("listening") })',
)}`

/** Runs the command; with `interruptAfterMs`, presses Ctrl-C so long after it has begun to listen for that. */
export function outlive(
  args: readonly string[],
  options: { interruptAfterMs?: number; nodeOptions?: string[]; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const nodeOptions = [...(options.nodeOptions ?? []), ...(options.interruptAfterMs ? [LISTENING] : [])]
    const child = spawn(process.execPath, [...nodeOptions, MAIN, ...args], {
      cwd: options.cwd,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...options.env },
    })
    let out = ""
    let err = ""
    child.stdout!.on("data", (data) => (out += data))
    child.stderr!.on("data", (data) => (err += data))
    child.once("message", () => setTimeout(() => child.kill("SIGINT"), options.interruptAfterMs))
    child.on("close", (code) => resolve({ code, out, err }))
  })
}

/** What was said on standard error besides progress, which somebody who takes long is told every five seconds. */
export function complaints({ err }: Pick<Ended, "err">): string {
  return err.replace(/^exploring .*\n/gm, "")
}
