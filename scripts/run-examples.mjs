#!/usr/bin/env node
/**
 * The examples on other runtimes: each must print what it prints on Node. Deno and Bun come from npm, so nothing has to be installed before.
 * After a build.
 *
 *   node scripts/run-examples.mjs              Deno and Bun
 *   node scripts/run-examples.mjs deno         one of them
 *   node scripts/run-examples.mjs --self-test  whether it would notice
 */
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")
/** Ends what hangs. */
const HANGS_MS = 60_000

const RUNTIMES = {
  deno: ["npx", "-y", "deno@2.9.6", "run", "-A"],
  bun: ["npx", "-y", "bun@1.4.5", "run"],
}

/** What is not run, and why: "runtime example". */
const LEFT_OUT = {
  "deno examples/app/main.js":
    "terminate() does not end a worker that is busy, and says exit: docs/guides/lifetimes-and-death.md",
}

const programsIn = (folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => `${folder}/${name}`)

const EXAMPLES = [...programsIn("examples"), ...programsIn("examples/tutorial"), "examples/app/main.js"]

/**
 * What must be the same. How an object is printed is the runtime's own affair; which photo is hit by a worker's death is chance, and how
 * often each outcome came is not.
 */
const comparable = (example, output) =>
  example.includes("/app/")
    ? output
        .match(/\b(done|EIO|ECANCELED|held: \d+)/g)
        ?.sort()
        .join(" ")
    : output
        .replaceAll('"', "'")
        .replaceAll(/,?\s+(?=\})/g, " ")
        .replaceAll(/\{\s+/g, "{ ")
        .replaceAll(/,\n\s+/g, ", ")

function run([program, ...args], example) {
  return new Promise((ended) => {
    const child = spawn(program, [...args, example], { cwd: ROOT, env: { ...process.env, NO_COLOR: "1" } })
    let [out, err] = ["", ""]
    child.stdout.on("data", (text) => void (out += text))
    child.stderr.on("data", (text) => void (err += text))
    const timer = setTimeout(() => child.kill("SIGKILL"), HANGS_MS)
    child.on("close", (code, signal) => {
      clearTimeout(timer)
      ended({ out, err, code: code ?? signal })
    })
  })
}

/** What is wrong with an example there; nothing when it does as on Node. */
async function problemOf(command, example) {
  const [here, there] = [await run([process.execPath], example), await run(command, example)]
  if (here.code !== 0) return `does not even run on Node:\n${here.err}`
  if (there.code !== 0) return `ended with ${there.code}:\n${there.out}${there.err}`
  const [expected, printed] = [here, there].map(({ out }) => comparable(example, out))
  return printed === expected ? undefined : `printed\n${printed}\nand not\n${expected}`
}

async function check(runtimes) {
  let failed = 0
  for (const runtime of runtimes)
    for (const example of EXAMPLES) {
      const reason = LEFT_OUT[`${runtime} ${example}`]
      const problem = reason === undefined ? await problemOf(RUNTIMES[runtime], example) : undefined
      const word = reason !== undefined ? "not run" : problem === undefined ? "ok" : "FAILED"
      console.log(`${word.padEnd(7)} ${runtime} ${example}${reason === undefined ? "" : ` (${reason})`}`)
      if (problem !== undefined) console.log(problem.trim().replaceAll(/^/gm, "         "))
      failed += problem === undefined ? 0 : 1
    }
  console.log(failed === 0 ? "All that was run does as on Node" : `${failed} examples do not do as on Node`)
  return failed === 0
}

/** A program that is not the same in two processes, and one that fails. */
async function selfTest() {
  const folder = mkdtempSync(join(tmpdir(), "outlive-examples-"))
  try {
    writeFileSync(join(folder, "differs.mjs"), "console.log(process.pid)")
    writeFileSync(join(folder, "fails.mjs"), "process.exitCode = process.execArgv.length > 0 ? 1 : 0")
    writeFileSync(join(folder, "same.mjs"), "console.log(1)")
    const problem = (name) => problemOf([process.execPath, "--no-warnings"], join(folder, name))
    const judged = [
      /printed/.test(await problem("differs.mjs")),
      /ended with 1/.test(await problem("fails.mjs")),
      (await problem("same.mjs")) === undefined,
    ]
    console.log(`examples self-test: ${judged.filter(Boolean).length} of ${judged.length} judged right`)
    return judged.every(Boolean)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const { values, positionals } = parseArgs({ options: { "self-test": { type: "boolean" } }, allowPositionals: true })
const unknown = positionals.filter((name) => !Object.hasOwn(RUNTIMES, name))
if (unknown.length > 0) {
  console.error(`Cannot run on ${unknown.join(", ")}: ${Object.keys(RUNTIMES).join(", ")} are known`)
  process.exitCode = 2
} else {
  const isRight = values["self-test"]
    ? await selfTest()
    : await check(positionals.length > 0 ? positionals : Object.keys(RUNTIMES))
  process.exitCode = isRight ? 0 : 1
}
