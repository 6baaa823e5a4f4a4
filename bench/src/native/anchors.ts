/** Native locks and read sections of others, as far as this machine has them: built once per change of their source. */
import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, renameSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { cacheFolder } from "../micro/native.js"

const SOURCE = fileURLToPath(new URL("../../native/anchors.c", import.meta.url))
const COMPILERS = ["cc", "gcc", "clang"]
const FLAGS = ["-O2", "-std=gnu11", "-pthread"]
const CK = ["-DWITH_CK", "-lck"]
const URCU = ["-DWITH_URCU", "-lurcu-memb", "-lurcu-mb", "-lurcu-bp", "-lurcu-qsbr", "-lurcu-common"]
/** The first that can be built has the most. */
const LIBRARIES = [[...CK, ...URCU], CK, URCU, []]

/** What is measured, and the package of Debian that it is from, if it needs one. */
export const ANCHORS = {
  "pthread mutex": { of: "lock" },
  "pthread spin lock": { of: "lock" },
  "ck fas": { of: "lock", from: "libck-dev" },
  "ck ticket": { of: "lock", from: "libck-dev" },
  "ck mcs": { of: "lock", from: "libck-dev" },
  "no section": { of: "read section" },
  "ck epoch": { of: "read section", from: "libck-dev" },
  "liburcu memb": { of: "read section", from: "liburcu-dev" },
  "liburcu mb": { of: "read section", from: "liburcu-dev" },
  "liburcu bp": { of: "read section", from: "liburcu-dev" },
  "liburcu qsbr": { of: "read section", from: "liburcu-dev" },
} as const satisfies Record<string, { readonly of: string; readonly from?: string }>
/** The package's own, beside them. */
export const OURS = "@outlive/core"

/** Those that are a lock, or a read section. */
export const anchorsOf = (of: string) =>
  Object.entries(ANCHORS).flatMap(([name, anchor]) => (anchor.of === of ? [name] : []))

export type AnchorName = keyof typeof ANCHORS

/** The program, and what it can measure; or why there is none. */
export function buildAnchors():
  | { readonly program: string; readonly names: ReadonlySet<string> }
  | { missing: string } {
  const compiler = COMPILERS.find((name) => spawnSync(name, ["--version"]).status === 0)
  if (compiler === undefined) return { missing: `there is no C compiler (${COMPILERS.join(", ")})` }
  for (const libraries of LIBRARIES) {
    const program = built(compiler, libraries)
    if (program === undefined) continue
    const names = execFileSync(program, { encoding: "utf8" }).trim().split("\n")
    return { program, names: new Set(names) }
  }
  return { missing: `${compiler} cannot build ${SOURCE}` }
}

function built(compiler: string, libraries: readonly string[]): string | undefined {
  const hash = createHash("sha256")
    .update([compiler, ...FLAGS, ...libraries].join())
    .update(readFileSync(SOURCE))
  const program = join(cacheFolder(), `anchors-${hash.digest("hex").slice(0, 16)}`)
  if (existsSync(program)) return program
  const unfinished = `${program}.${process.pid}`
  const { status } = spawnSync(compiler, [...FLAGS, SOURCE, "-o", unfinished, ...libraries], { stdio: "ignore" })
  if (status !== 0) return undefined
  renameSync(unfinished, program)
  return program
}
