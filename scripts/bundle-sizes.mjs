#!/usr/bin/env node
/**
 * What a page loads of the packages, by what it imports, as esbuild makes it: minified, and compressed by gzip -9 and brotli -q 11.
 *
 *   node scripts/bundle-sizes.mjs            the table, measured against its bounds
 *   node scripts/bundle-sizes.mjs --where    also of which files the first one is made
 */
import { brotliCompressSync, gzipSync } from "node:zlib"
import { dirname, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as esbuild from "esbuild"

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")

const FENCES = 'export { Heap, defineModule } from "@outlive/core"'
const SYNC = 'export { Heap, defineModule } from "@outlive/core/sync"'
const ALL = 'export { Heap, defineModule } from "@outlive/core/all"'

/** What pages import, and the most that it may take: kilobytes of 1,000 bytes. docs/guides/bundlers.md has the table, and a test holds it. */
export const PROGRAMS = [
  { name: "heaps, modules, fences", code: FENCES, gzip: 32, brotli: 28 },
  {
    name: "`/sync`: that, and a mutex of `@outlive/sync`",
    code: `${SYNC}; export { Mutex } from "@outlive/sync"`,
    gzip: 40,
    brotli: 35,
  },
  {
    name: "a worker that opens such a heap",
    code: 'export { Heap } from "@outlive/core/worker"',
    gzip: 23,
    brotli: 21,
  },
  {
    name: "… and has a mutex of `@outlive/sync`",
    code: 'export { Heap } from "@outlive/core/worker"; export { Mutex } from "@outlive/sync"',
    gzip: 27,
    brotli: 24,
  },
  { name: "`/all`: heaps, modules, fences", code: ALL, gzip: 57, brotli: 50 },
  { name: "… and syncobjs", code: `${ALL}; export { Syncobj } from "@outlive/core/all"`, gzip: 64, brotli: 56 },
  {
    name: "… and schedulers",
    code: `${ALL}; export { Scheduler, Entity } from "@outlive/core/all"`,
    gzip: 68,
    brotli: 59,
  },
  { name: "… and the checked engine", code: `import "@outlive/core/checked"; ${ALL}`, gzip: 84, brotli: 65 },
  { name: "… and the engine in JavaScript", code: `import "@outlive/core/js"; ${ALL}`, gzip: 86, brotli: 75 },
  { name: "… and heap.check()", code: `import "@outlive/core/heap-check"; ${ALL}`, gzip: 71, brotli: 62 },
  {
    name: "a worker that opens a heap with all of it",
    code: 'export { Heap } from "@outlive/core/all-worker"',
    gzip: 32,
    brotli: 28,
  },
]

/**
 * A program as a bundler for browsers makes it: its code, its bytes compressed, and how much of it is from which file. Compressing takes
 * ten times as long as bundling: only who asks for it waits.
 */
export async function bundle(program) {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents: program, resolveDir: ROOT, sourcefile: "program.js" },
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["node:*"],
    logLevel: "silent",
  })
  const [{ contents, text }] = outputFiles
  const { inputs } = Object.values(metafile.outputs)[0]
  const files = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return {
    code: text,
    get gzip() {
      return gzipSync(contents, { level: 9 }).length
    },
    get brotli() {
      return brotliCompressSync(contents).length
    },
    files: Object.fromEntries(files.map(([file, { bytesInOutput }]) => [file, bytesInOutput])),
  }
}

async function main() {
  console.log("| program | gzip | at most | brotli | at most |\n|---|---|---|---|---|")
  for (const { name, code, gzip, brotli } of PROGRAMS) {
    const measured = await bundle(code)
    console.log(`| ${name} | ${kB(measured.gzip)} | ${gzip} | ${kB(measured.brotli)} | ${brotli} |`)
  }
  if (process.argv.includes("--where")) await tellWhere()
}

const kB = (bytes) => (bytes / 1_000).toFixed(1)

/** The bytes of the first program by file, before compression. */
async function tellWhere() {
  const { files } = await bundle(PROGRAMS[0].code)
  console.log("\n| bytes, minified | file |\n|---|---|")
  for (const [file, bytes] of Object.entries(files).sort(([, a], [, b]) => b - a)) console.log(`| ${bytes} | ${file} |`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main()
