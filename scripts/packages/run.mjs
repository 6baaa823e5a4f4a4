/** Runs a program to its end, and keeps what it says. */
import { spawn } from "node:child_process"
import { delimiter } from "node:path"

const MOST_MS = 240_000

/**
 * `{ code, output }`, both streams in one, as a person sees them. `node`: the folder of another Node, which comes first in the path.
 * `ms`: it may take so long.
 * @returns a code of 1 for what had to be ended
 */
export function run(command, args, { cwd, node, env = {}, ms = MOST_MS } = {}) {
  const path = node === undefined ? process.env.PATH : `${node}${delimiter}${process.env.PATH}`
  // npm tells those that it starts how it was started itself: an installation of its own must not hear of that.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)))
  const child = spawn(command, args, {
    cwd,
    env: { ...inherited, NO_COLOR: "1", CI: "1", ...env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
    // On Windows npm and npx are scripts of the shell.
    shell: process.platform === "win32",
    timeout: ms,
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text))
  return new Promise((done, failed) => {
    child.on("error", failed)
    child.on("close", (code) => done({ code: code ?? 1, output }))
  })
}

/** The same for what must end well. @throws Error with the command and what it said */
export async function must(command, args, options) {
  const { code, output } = await run(command, args, options)
  if (code !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${code}:\n${output.trim().slice(-3_000)}`)
  return output
}
