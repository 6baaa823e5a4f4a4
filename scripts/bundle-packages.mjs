#!/usr/bin/env node
/**
 * Makes the entries of the packages of what `tsc` has emitted: two hundred and thirty small files are read as a few. A process that
 * imports them, and each thread of a race, which loads them anew, needs a third of the time for that.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as esbuild from "esbuild"
import { eager, functionsRun } from "./eager.mjs"
import { explorerForPages } from "./explorer-page.mjs"
import { writePageModules } from "./page-modules.mjs"

const PACKAGES = join(resolve(dirname(fileURLToPath(import.meta.url)), ".."), "packages")
/** What is imported of each, and what its threads begin with. */
const ENTRIES = {
  core: ["index", "building", "engine-js", "stepwise"],
  sync: ["index"],
  programs: ["index"],
  workers: ["index", "role-thread", "lab/role"],
  drivers: ["index", "scenarios", "own-scenarios"],
  models: ["index"],
  report: ["index", "head"],
  cli: ["main", "engines", "death-worker"],
  explore: ["index", "vitest", "workers/parallel-worker", "workers/baton-worker"],
}

const SMALLEST = fileURLToPath(new URL("eager-program.mjs", import.meta.url))

/**
 * The engine's builds stay files of their own, and are found from where the bundle lies. The two in JavaScript are read when the first heap
 * wants them; what explorers take apart is there from the start, for there nothing else may happen.
 */
const builtElsewhere = {
  name: "built-elsewhere",
  setup(build) {
    build.onResolve({ filter: /[\\/]built[\\/](fences|sync|release|checked|stepwise)-\w+\.js$/ }, ({ path }) => {
      const [, file, name] = /^.*[\\/](([\w-]+)\.js)$/.exec(path)
      if (/^(release|checked)-js$/.test(name)) return { path: name, namespace: "required", sideEffects: false }
      return { path: `../${file}`, external: true }
    })
    build.onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
      contents: `import { createRequire } from "node:module"
let engine
export const instantiate = (...all) => (engine ??= createRequire(import.meta.url)("../${path}.cjs")).instantiate(...all)`,
    }))
  },
}

/** Bundles those of which anything was emitted since. */
export async function bundlePackages() {
  await writePageModules()
  for (const [name, entries] of Object.entries(ENTRIES)) await bundle(join(PACKAGES, name), entries)
}

async function bundle(folder, entries) {
  const out = join(folder, "built/package")
  // Side by side, whatever folder they are from: a thread's file is found beside the one that starts it.
  const files = Object.fromEntries(entries.map((entry) => [basename(entry), join(folder, "dist", `${entry}.js`)]))
  const isExplorer = basename(folder) === "explore"
  const bundles = [...Object.keys(files), ...(isExplorer ? ["browser"] : [])].map((name) => join(out, `${name}.js`))
  if (isFresh(bundles, join(folder, "dist"))) return
  const { outputFiles } = await esbuild.build({
    entryPoints: files,
    outdir: out,
    write: false,
    bundle: true,
    splitting: true,
    chunkNames: "shared-[hash]",
    packages: "external",
    platform: "node",
    format: "esm",
    target: "es2022",
    charset: "utf8",
    sourcemap: true,
    plugins: [builtElsewhere],
    logLevel: "warning",
  })
  const forPages = isExplorer ? await explorerForPages(folder) : []
  const texts = [...outputFiles, ...forPages].map(({ path, text }) => [
    basename(path),
    path.endsWith(".js") ? named(text) : text,
  ])
  write(out, isExplorer ? compiledWithFile(join(folder, "built/profiled"), texts) : texts)
}

function write(out, texts) {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  for (const [name, text] of texts) writeFileSync(join(out, name), text)
}

/** What every exploration runs is compiled with its file, but for what runs when the file is loaded: that must be there from the first line. */
function compiledWithFile(out, texts) {
  write(out, texts)
  const index = join(out, "index.js")
  const [explored, loaded] = [functionsRun(SMALLEST, index), functionsRun(index)]
  rmSync(out, { recursive: true })
  return texts.map(([name, text]) => {
    const path = join(out, name)
    const ends = [...(explored.get(path) ?? [])].filter((end) => !loaded.get(path)?.has(end))
    return [name, ends.length > 0 ? eager(text, new Set(ends)) : text]
  })
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

function isFresh(bundles, emitted) {
  if (!bundles.every((file) => existsSync(file))) return false
  const made = Math.min(...bundles.map(changedAt))
  // The command has some of the scripts in it.
  const from = [emitted, dirname(fileURLToPath(import.meta.url))].flatMap((place) =>
    readdirSync(place, { recursive: true }).map((file) => join(place, String(file))),
  )
  return from.every((file) => changedAt(file) < made)
}

function changedAt(file) {
  return statSync(file).mtimeMs
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await bundlePackages()
