/** Native programs: built by whatever compiler is there, with the most of the libraries that are installed, once per change of their source. */
import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, renameSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { cacheFolder } from "../micro/native.js"

const COMPILERS = ["cc", "gcc", "clang"]
const FLAGS = ["-O2", "-std=gnu11", "-pthread"]
/** Concurrency Kit. */
export const CK = ["-DWITH_CK", "-lck"]

/** A program that prints what it can measure when it is asked for nothing. */
export interface Compiled {
  readonly program: string
  readonly names: ReadonlySet<string>
}

/**
 * `files`: of `bench/native`; the first is compiled, the others are included by it. `libraries`: flags; the first that can be built with have the most.
 * @returns the program, or why there is none
 */
export function compiled(
  name: string,
  files: readonly string[],
  libraries: readonly (readonly string[])[],
): Compiled | { readonly missing: string } {
  const compiler = COMPILERS.find((each) => spawnSync(each, ["--version"]).status === 0)
  if (compiler === undefined) return { missing: `there is no C compiler (${COMPILERS.join(", ")})` }
  const sources = files.map((file) => fileURLToPath(new URL(`../../native/${file}`, import.meta.url)))
  for (const flags of libraries) {
    const program = built(name, compiler, sources, flags)
    if (program === undefined) continue
    const names = execFileSync(program, { encoding: "utf8" }).trim().split("\n")
    return { program, names: new Set(names) }
  }
  return { missing: `${compiler} cannot build ${sources[0]}` }
}

function built(
  name: string,
  compiler: string,
  sources: readonly string[],
  libraries: readonly string[],
): string | undefined {
  const hash = createHash("sha256").update([compiler, ...FLAGS, ...libraries].join())
  for (const source of sources) hash.update(readFileSync(source))
  const program = join(cacheFolder(), `${name}-${hash.digest("hex").slice(0, 16)}`)
  if (existsSync(program)) return program
  // Two that build at once must not run each other's half: the finished program appears in one step.
  const unfinished = `${program}.${process.pid}`
  const { status } = spawnSync(compiler, [...FLAGS, sources[0]!, "-o", unfinished, ...libraries], { stdio: "ignore" })
  if (status !== 0) return undefined
  renameSync(unfinished, program)
  return program
}
