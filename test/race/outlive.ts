/** The command in a process of its own. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const MAIN = fileURLToPath(new URL("../../packages/cli/dist/main.js", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command; with `interruptAfterMs`, presses Ctrl-C. */
export function outlive(
  args: readonly string[],
  options: { interruptAfterMs?: number; nodeOptions?: string[]; cwd?: string } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...(options.nodeOptions ?? []), MAIN, ...args], {
      cwd: options.cwd,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    })
    let out = ""
    let err = ""
    child.stdout.on("data", (data) => (out += data))
    child.stderr.on("data", (data) => (err += data))
    if (options.interruptAfterMs) setTimeout(() => child.kill("SIGINT"), options.interruptAfterMs)
    child.on("close", (code) => resolve({ code, out, err }))
  })
}
