/** The parts of the long proof: each file of tests that looks at more when everything is asked for. */
import { readFileSync, readdirSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

const SWITCH = "test/prove.ts"
const IMPORTED = /\bfrom\s+"(\.{1,2}\/[^"]+)\.js"|\bimport\(\s*"(\.{1,2}\/[^"]+)\.js"\s*\)/g

/** All files of tests below `test/` that ask for PROVES, or have a test FOR_PROOF, themselves or through another file; named from `root`. */
export function partsIn(root) {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join("test", file))
  const imports = new Map(files.map((file) => [file, importsOf(root, file)]))
  return files.filter((file) => file.endsWith(".test.ts") && reaches(imports, file)).toSorted()
}

function importsOf(root, file) {
  const text = readFileSync(join(root, file), "utf8")
  const imported = [...text.matchAll(IMPORTED)].map(([, named, loaded]) =>
    relative(root, resolve(root, dirname(file), `${named ?? loaded}.ts`)),
  )
  // The switch has tiers as well: who asks for nothing else of it looks at no more.
  return /\b(?:PROVES|FOR_PROOF)\b/.test(text) ? imported : imported.filter((other) => other !== SWITCH)
}

function reaches(imports, start) {
  const seen = new Set([start])
  for (const file of seen) {
    if (file === SWITCH) return true
    for (const next of imports.get(file) ?? []) seen.add(next)
  }
  return false
}

/** A part that has never been run is taken to last so long. */
const UNKNOWN_MS = 60_000

/** The shortest first, as far as is known. */
export function inOrder(parts, lasted) {
  const ms = (part) => lasted.get(part) ?? UNKNOWN_MS
  return parts.toSorted((one, other) => ms(one) - ms(other) || one.localeCompare(other))
}
