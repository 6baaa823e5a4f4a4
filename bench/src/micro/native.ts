/** The C++ twins: built by whatever compiler is there, once per change of their source. */
import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { watchLoad } from "../load.js"
import type { RunOutput, Variant } from "../rounds.js"

const SOURCE = fileURLToPath(new URL("../../native/twins.cpp", import.meta.url))
const COMPILERS = ["c++", "g++", "clang++"]

/** The twins as a variant, or why there are none. */
export function nativeVariant(): Variant | { readonly missing: string } {
  const compiler = COMPILERS.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0)
  if (!compiler) return { missing: `no C++ compiler (looked for ${COMPILERS.join(", ")}): ratios to C++ are left out` }
  const program = build(compiler)
  return { name: "C++", run: async () => runTwins(program) }
}

function build(compiler: string): string {
  const hash = createHash("sha256").update(compiler).update(readFileSync(SOURCE)).digest("hex").slice(0, 16)
  const folder = join(tmpdir(), "outlive-twins")
  const program = join(folder, hash)
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  execFileSync(compiler, ["-O2", "-std=c++17", "-o", unfinished, SOURCE])
  renameSync(unfinished, program)
  return program
}

function runTwins(program: string): RunOutput {
  const foreign = watchLoad()
  const out = execFileSync(program, { encoding: "utf8" })
  // The twins are a process of their own: one processor's worth of the foreign work is theirs.
  const theirs = foreign()
  const figures = Object.fromEntries(out.trim().split("\n").map((line) => line.split(" ")).map(([name, ns]) => [name!, Number(ns)]))
  return { foreign: Math.max(0, theirs - 1), overlap: 1, figures }
}
