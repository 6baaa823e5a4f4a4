/** Programs of this folder in processes of their own: built once, watched, and followed by another where one dies. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const HERE = fileURLToPath(new URL(".", import.meta.url))

/** Makes one file of a program, so that any Node can run it: its path. */
export async function buildProgram(entry: string): Promise<string> {
  const outfile = `${HERE}built/${entry.replaceAll("/", "-").replace(/\.ts$/, ".mjs")}`
  await build({
    entryPoints: [`${HERE}${entry}`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["@outlive/core", "@outlive/core/engine-js", "@outlive/sync", "esbuild"],
    logLevel: "warning",
  })
  return outfile
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  /** Steps it was at, and where, if its watchdog ended it. */
  readonly hang: { readonly steps: readonly number[]; readonly place: string } | undefined
  readonly errors: string
}

/** Runs a program; each line that it prints is told as it comes. */
export function runProgram(file: string, task: unknown, onLine: (line: unknown) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, JSON.stringify(task)], { stdio: ["ignore", "pipe", "pipe"] })
    let rest = ""
    let errors = ""
    let hang: Ended["hang"]
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n")
      rest = lines.pop()!
      for (const line of lines) {
        if (line.startsWith("HANG ")) hang = JSON.parse(line.slice(5)) as Ended["hang"]
        else if (line.startsWith("{")) onLine(JSON.parse(line))
      }
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (errors = (errors + text).slice(-4_000)))
    child.on("close", (code, signal) => resolve({ code, signal, hang, errors }))
  })
}
