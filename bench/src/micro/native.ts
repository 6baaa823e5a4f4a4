/** The C++ twins: built by whatever compiler is there, once per change of their source. */
import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type RunOutput, runFile } from "../child.js"

const SOURCE = fileURLToPath(new URL("../../native/twins.cpp", import.meta.url))
const CACHE = fileURLToPath(new URL("../../.cache", import.meta.url))
const COMPILERS = ["c++", "g++", "clang++"]
const FLAGS = ["-O2", "-std=c++17"]

/** The built twins. */
export interface Twins {
  /** What built them, in its own words. */
  readonly compiler: string
  run(operation: string, ms: number, signal: AbortSignal | undefined): Promise<RunOutput>
}

/** Builds the twins, or says why there are none. */
export function buildTwins(): Twins | { readonly missing: string } {
  const found = COMPILERS.map((name) => ({ name, version: spawnSync(name, ["--version"], { encoding: "utf8" }) })).find(
    ({ version }) => version.status === 0,
  )
  if (!found) return { missing: `no C++ compiler found (${COMPILERS.join(", ")}), so no C++ figures and no ratios` }
  const compiler = `${found.version.stdout.split("\n")[0]} ${FLAGS[0]}`
  let program: string
  try {
    program = build(found.name, compiler)
  } catch (error) {
    return {
      missing: `${found.name} failed, so no C++ figures and no ratios: ${(error as Error).message.split("\n")[0]}`,
    }
  }
  return {
    compiler,
    run: (operation, ms, signal) => runFile(program, [operation, String(ms)], readTwin, signal),
  }
}

function build(command: string, compiler: string): string {
  const hash = createHash("sha256").update(compiler).update(FLAGS.join()).update(readFileSync(SOURCE))
  const program = join(cacheFolder(), `twins-${hash.digest("hex").slice(0, 16)}`)
  if (existsSync(program)) return program
  // Two that build at once must not run each other's half: the finished program appears in one step.
  const unfinished = `${program}.${process.pid}`
  execFileSync(command, [...FLAGS, "-o", unfinished, SOURCE], { stdio: ["ignore", "ignore", "pipe"] })
  renameSync(unfinished, program)
  return program
}

/** For what is compiled: beside the package; where that cannot be written, a private temporary folder. */
export function cacheFolder(): string {
  try {
    mkdirSync(CACHE, { recursive: true })
    return CACHE
  } catch {
    return mkdtempSync(join(tmpdir(), "outlive-twins-"))
  }
}

function readTwin(stdout: string) {
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ") as [string, string])
  const { ns, cpuMs } = Object.fromEntries(lines.map(([name, value]) => [name, Number(value)]))
  return { cpuMs: cpuMs!, overlap: 1, threads: 1, figures: { ns: ns! } }
}
