#!/usr/bin/env node
/**
 * The host's modules as a page loads them: those of dist/, with the layout's numbers in the place of their names (`Header.threads` is
 * 36). A bundler cannot do that by itself, for the enums are objects in dist/, and to a page they are 3 of 32 kB. What only other consoles
 * than a page's ask for is left out. Modules stay modules, side by side as in dist/, so that what is not used is left out.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as esbuild from "esbuild"

const CORE = join(resolve(dirname(fileURLToPath(import.meta.url)), ".."), "packages/core")
const [DIST, PAGE] = [join(CORE, "dist"), join(CORE, "built/page")]
const LAYOUT = join(CORE, "built/layout.js")

/** Writes built/page/ anew if anything in dist/ is younger. */
export async function writePageModules() {
  const modules = readdirSync(DIST, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".js"))
  if (isFresh(modules)) return
  const inlined = await built(modules, true)
  const wanting = modules.filter((file) => hasEnum(inlined.get(join(PAGE, file))))
  const all = new Map([...inlined, ...(await built(wanting, false))])
  rmSync(PAGE, { recursive: true, force: true })
  for (const [path, text] of all) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, path.endsWith(".js") ? withoutLines(named(text)) : text)
  }
}

/** What the modules become, by path: with numbers for names, or as they are. */
async function built(modules, inlines) {
  const { outputFiles } = await esbuild.build({
    entryPoints: modules.map((file) => join(DIST, file)),
    outbase: DIST,
    outdir: PAGE,
    write: false,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    charset: "utf8",
    sourcemap: true,
    sourcesContent: false,
    plugins: [beside(inlines)],
    logLevel: "warning",
  })
  return new Map(outputFiles.map(({ path, text }) => [path, text]))
}

/** Everything stays an import but the layout, which is read as enums: an enum's members are constants to the bundler. */
const beside = (inlines) => ({
  name: "beside",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, importer, kind }) => {
      if (kind === "entry-point") return undefined
      const file = resolve(dirname(importer), path)
      if (inlines && file === LAYOUT) return { path: file, namespace: "layout" }
      return { path: file.startsWith(dirname(LAYOUT)) ? moved(importer, file) : path, external: true }
    })
    build.onLoad({ filter: /./, namespace: "layout" }, () => ({ contents: layoutAsEnums(), loader: "ts" }))
  },
})

/** A build's path, from where the module lies now. */
function moved(importer, file) {
  return relative(dirname(join(PAGE, relative(DIST, importer))), file)
}

/** The dollar: nothing in the modules is called so, and nothing needs another name because of it. */
function layoutAsEnums() {
  return readFileSync(LAYOUT, "utf8").replace(
    /export const (\w+) = .*freeze\(\{(.*)\}\)/g,
    (_, name, members) => `enum ${name}$ {${members.replaceAll(":", " =")}}\nexport { ${name}$ as ${name} }`,
  )
}

/** An object was needed all the same, for its names (`Object.entries(Event)`) or to be passed on: an enum's has its numbers as names as well. */
function hasEnum(text) {
  return /^var \w+\$ = /m.test(text)
}

/** A class that speaks of itself gets another name within (`var Heap = class _Heap`), which would be seen wherever an object is printed. */
function named(text) {
  return [...text.matchAll(/^var (\w+) = class _\1\b/gm)].reduce(
    (all, [, name]) => all.replaceAll(new RegExp(`\\b_${name}\\b`, "g"), name),
    text,
  )
}

/** What says in a line what a handle is (`seat/shown.ts`): Node's, Deno's and Bun's consoles ask for it, and no page's does. */
const LINE = /^  (?:\/\*\*(?:[^*]|\*(?!\/))*\*\/\n  )?\[INSPECT\]\(\) \{\n(?:    .*\n)*  \}\n/gm

function withoutLines(text) {
  // As many lines as before: that is what the map beside it counts.
  const without = text.replaceAll(LINE, (method) => "\n".repeat(method.split("\n").length - 1))
  if (without.includes("[INSPECT]"))
    throw new Error("Cannot leave out a method [INSPECT]: it is not formatted as the others are")
  return without
}

function isFresh(modules) {
  const made = modules.map((file) => join(PAGE, file))
  if (!made.every((file) => existsSync(file))) return false
  const oldest = Math.min(...made.map(changedAt))
  const from = [...modules.map((file) => join(DIST, file)), LAYOUT, fileURLToPath(import.meta.url)]
  return from.every((file) => changedAt(file) < oldest)
}

function changedAt(file) {
  return statSync(file).mtimeMs
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await writePageModules()
