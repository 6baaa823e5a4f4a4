#!/usr/bin/env node
/**
 * What is published, as a user gets it: each package is packed, its tarball looked through, and all are installed into an empty project
 * outside of this repository, where they are run, and compiled against. After a build.
 *
 *   node scripts/packages/check.mjs                 everything: npm, pnpm and yarn; Node 20, 22, 24, 26; every kind of module resolution
 *   node scripts/packages/check.mjs --quick         what fits into half a minute: npm, this Node
 *   node scripts/packages/check.mjs --node FOLDER   the Node in this folder, in place of those that would be fetched; may be repeated
 *   node scripts/packages/check.mjs --pack FOLDER   the tarballs, into this folder, and nothing else
 *   node scripts/packages/check.mjs --self-test     whether it would notice
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { filesIn, problemsOf } from "./contents.mjs"
import { problemsOfManifests } from "./linters.mjs"
import { nodesOf } from "./nodes.mjs"
import { ROOT, packAll } from "./pack.mjs"
import { problemOfPage } from "./page.mjs"
import { MANAGER_NAMES, installed } from "./project.mjs"
import { selfTest } from "./self-test.mjs"
import { checkTypes } from "./types.mjs"
import { problemWith, usesOf } from "./uses.mjs"
import { helpIfAsked } from "../own-help.mjs"

helpIfAsked(import.meta.url)

const { values: given } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    node: { type: "string", multiple: true },
    pack: { type: "string" },
    "self-test": { type: "boolean", default: false },
  },
})

/** The locks of `uses.mjs` that are used as they come. */
const LOCKS_USED = ["mcs", "ticket"]

let failed = 0
let started = performance.now()

/** One line for each thing that was looked at; what is wrong below it. */
function tell(what, problem) {
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  started = performance.now()
  console.log(`${problem === undefined ? "ok    " : "FAILED"} ${what} (${seconds} s)`)
  if (problem !== undefined) console.log(problem.replaceAll(/^/gm, "         "))
  failed += problem === undefined ? 0 : 1
}

const listed = (problems) => (problems.length === 0 ? undefined : problems.join("\n"))

async function checkTarballs(packages) {
  const root = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
  for (const { name, file } of packages) tell(`tarball of ${name}`, listed(problemsOf(filesIn(file), root)))
}

/** Installs and runs. @returns the project */
async function checkUses(packages, manager, node, options) {
  const { title, folder } = node
  const more = options.hasCompiler ? { assemblyscript: "0.28.20" } : {}
  const where = `${manager}, Node ${title}`
  let cwd
  try {
    cwd = await installed(manager, packages, { more, node: folder })
    tell(`installed by ${where}`)
  } catch (error) {
    return void tell(`installed by ${where}`, error.message)
  }
  const name = options.hasCompiler ? "with assemblyscript" : "as installed"
  for (const use of usesOf(packages, options))
    tell(`${use.name}, ${name} (${where})`, await problemWith(use, { cwd, node: folder }))
  return cwd
}

async function check() {
  const tarballs = mkdtempSync(join(tmpdir(), "outlive-tarballs-"))
  const projects = [tarballs]
  const keep = (folder) => folder !== undefined && projects.push(folder)
  try {
    const packages = await packAll(tarballs, given.quick ? { prebuilt: LOCKS_USED } : {})
    tell(`packed: ${packages.map(({ name }) => name).join(", ")}`)
    await checkTarballs(packages)
    for (const [name, problems] of await problemsOfManifests(packages, { isQuick: given.quick }))
      tell(name, listed(problems))
    const [own, ...others] = given.quick ? await nodesOf([]) : await nodesOf(given.node)
    const first = await checkUses(packages, "npm", own, { isQuick: given.quick })
    keep(first)
    if (first)
      for (const [name, problem] of await checkTypes(packages, { isQuick: given.quick, project: first }))
        tell(name, problem)
    if (given.quick) return
    if (first) tell("a page by vite", await problemOfPage(first).catch((error) => error.message))
    for (const manager of MANAGER_NAMES.slice(1)) keep(await checkUses(packages, manager, own, { isBrief: true }))
    keep(await checkUses(packages, "npm", own, { hasCompiler: true }))
    for (const node of others) keep(await checkUses(packages, "npm", node, { isBrief: true }))
  } finally {
    for (const folder of projects) rmSync(folder, { recursive: true, force: true })
  }
}

if (given["self-test"]) process.exitCode = await selfTest()
else if (given.pack !== undefined) await packAll(resolve(given.pack))
else {
  await check()
  console.log(failed === 0 ? "All packages can be used" : `${failed} things are wrong`)
  process.exitCode = failed === 0 ? 0 : 1
}
