#!/usr/bin/env node
/**
 * Fills `@outlive/strategies`: the engine with each of the known locks and schemes. It is run when that package is packed, after a build;
 * what the sources have not changed since is not built again.
 *
 * With OUTLIVE_PREBUILT=mcs,ticket only these, in WebAssembly: enough for a quick look at what is packed, and not to be published.
 *
 * The bundled command builds, and not `strategies.mjs`: what an installed command takes for its sources has the command itself in it.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { isDeepStrictEqual } from "node:util"
import { Worker, isMainThread, parentPort } from "node:worker_threads"
import { EXTERNAL_LOCKS } from "./external-locks.mjs"
import { LAB_SCHEMES } from "./lab-schemes.mjs"
import { indexIn, writeArchives } from "./prebuilt.mjs"
import { RW_LOCKS } from "./rw-locks.mjs"

const HERE = fileURLToPath(import.meta.url)
const ROOT = resolve(dirname(HERE), "..")
const PLACE = join(ROOT, "packages/strategies")
const COMMAND = join(ROOT, "packages/cli/built/package/engines.js")

const ONLY = process.env.OUTLIVE_PREBUILT?.split(",")

const command = await import(pathToFileURL(COMMAND).href)

/** `[function, arguments]` of each build that a command makes of what is known, and that is no combination of two. */
function jobs() {
  const { LAB_OF_FENCES, LOCKS, SCHEMES } = command
  const ways = [
    { target: "wasm", flavour: "release" },
    { target: "wasm", flavour: "checked" },
    { target: "js", flavour: "release" },
    { target: "js", flavour: "checked" },
    { target: "js", flavour: "stepwise" },
  ]
  const [released, , , , stepwise] = ways
  const subjects = [...LOCKS.map(({ name }) => ({ lock: name })), ...SCHEMES.map(({ name }) => ({ scheme: name }))]
  if (ONLY) return ways.slice(0, 2).flatMap((way) => ONLY.map((lock) => ["buildEngine", [{ lock }, way]]))
  return [
    ["buildTraced", [{}, { target: "wasm" }]],
    ["buildWith", [LAB_OF_FENCES, released]],
    ...ways.flatMap((way) => subjects.map((names) => ["buildEngine", [names, way]])),
    ...LAB_SCHEMES.map(({ name }) => ["buildLab", [name, released]]),
    ...EXTERNAL_LOCKS.map(({ name }) => ["buildExternalLock", [name, stepwise]]),
    ...RW_LOCKS.map(({ name }) => ["buildRwLock", [name, stepwise]]),
  ]
}

/** The file of each build, from as many threads as there are processors: a compiler keeps one of them busy. */
async function built() {
  const waiting = jobs().entries()
  const files = []
  // What the folder of builds itself needs is made once, by the first of them.
  const [first, [name, args]] = waiting.next().value
  files[first] = await command[name](...args)
  const work = () =>
    new Promise((done, failed) => {
      const worker = new Worker(HERE)
      const next = () => worker.postMessage(waiting.next().value)
      worker.on("online", next)
      worker.on("message", ([at, file]) => {
        files[at] = file
        next()
      })
      worker.on("error", failed)
      worker.on("exit", done)
    })
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 8) }, work))
  return files
}

function serve() {
  parentPort.on("message", async (job) => {
    if (job === undefined) return parentPort.close()
    const [at, [name, args]] = job
    parentPort.postMessage([at, await command[name](...args)])
  })
}

/** Builds with the same target and flavour are alike, and go into one archive. */
function entryOf(file) {
  const [, name, kind] = /([^\\/]*-(\w+-\w+))\.js$/.exec(file)
  return { name, archive: `${kind}.br`, text: readFileSync(file, "utf8") }
}

/** What the archives are made of, and by. */
function headNow() {
  const { version } = JSON.parse(readFileSync(join(PLACE, "package.json"), "utf8"))
  const makers = ["prebuild", "prebuilt"].map((name) => readFileSync(join(dirname(HERE), `${name}.mjs`)))
  const by = createHash("sha256").update(Buffer.concat(makers)).digest("hex").slice(0, 16)
  return { version, by, sources: command.sourcesNow(), ...(ONLY && { only: ONLY }) }
}

async function main() {
  const out = join(PLACE, "built")
  const head = headNow()
  const { builds, ...known } = indexIn(out) ?? {}
  if (builds !== undefined && isDeepStrictEqual(known, head)) return
  const started = performance.now()
  const files = await built()
  const compiled = performance.now()
  for (const { archive, count, bytes, packed } of await writeArchives(out, head, files.map(entryOf)))
    process.stderr.write(`${archive}: ${count} builds, ${bytes} bytes in ${packed}\n`)
  const seconds = (ms) => (ms / 1_000).toFixed(1)
  process.stderr.write(
    `${files.length} builds in ${seconds(compiled - started)} s, compressed in ${seconds(performance.now() - compiled)} s\n`,
  )
}

if (isMainThread) await main()
else serve()
