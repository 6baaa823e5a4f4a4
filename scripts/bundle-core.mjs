#!/usr/bin/env node
/**
 * Makes the package's two entries of what `tsc` has emitted: ninety small files are read as three. Whoever imports the package
 * loads it four times as fast, and so does every thread of it, which loads it anew.
 */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as esbuild from "esbuild"

const CORE = join(resolve(dirname(fileURLToPath(import.meta.url)), ".."), "packages/core")
const ENTRIES = ["index.js", "engine-js.js"]
const OUT = join(CORE, "built/package")

/** The engine's builds stay files of their own, and are found from where the bundle lies. */
const builtElsewhere = {
  name: "built-elsewhere",
  setup(build) {
    build.onResolve({ filter: /[\\/]built[\\/](release|checked|stepwise)-\w+\.js$/ }, ({ path }) => ({
      path: path.replace(/^.*[\\/]/, "../"),
      external: true,
    }))
  },
}

/** Bundles, if anything was emitted since. */
export async function bundleCore() {
  if (isFresh()) return
  const { outputFiles } = await esbuild.build({
    entryPoints: ENTRIES.map((entry) => join(CORE, "dist", entry)),
    outdir: OUT,
    write: false,
    bundle: true,
    splitting: true,
    chunkNames: "shared",
    format: "esm",
    target: "es2022",
    charset: "utf8",
    sourcemap: true,
    plugins: [builtElsewhere],
    logLevel: "warning",
  })
  mkdirSync(OUT, { recursive: true })
  for (const { path, text } of outputFiles) writeFileSync(path, path.endsWith(".js") ? named(text) : text)
}

/** The classes by the names that they were written with: the bundler's own would be seen wherever an object is printed. */
function named(text) {
  const lines = []
  for (const [, variable, inner] of text.matchAll(/^var (\w+) = class(?: _(\w+))?/gm)) {
    const name = inner ?? variable.replace(/\d+$/, "")
    if (inner !== undefined || name !== variable)
      lines.push(`Object.defineProperty(${variable}, "name", { value: "${name}", configurable: true })\n`)
  }
  // Behind all else: the source map knows lines by their numbers.
  return text.replace(/(?=^\/\/# sourceMappingURL=)/m, () => lines.join(""))
}

function isFresh() {
  if (!ENTRIES.every((entry) => existsSync(join(OUT, entry)))) return false
  const made = Math.min(...ENTRIES.map((entry) => changedAt(join(OUT, entry))))
  const from = readdirSync(join(CORE, "dist"), { recursive: true }).map((file) => join(CORE, "dist", String(file)))
  return [fileURLToPath(import.meta.url), ...from].every((file) => changedAt(file) < made)
}

function changedAt(file) {
  return statSync(file).mtimeMs
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await bundleCore()
