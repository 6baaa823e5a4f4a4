#!/usr/bin/env node
/**
 * The tests on each supported Node, which come from the registry, and a table of how they went.
 *
 *   node scripts/test-on-nodes.mjs          20, 22, 24 and 26
 *   node scripts/test-on-nodes.mjs 24 26    some of them
 *
 * Ends with 1 if any of them failed, or could not be had.
 */
import { spawn } from "node:child_process"
import { dirname, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs, stripVTControlCharacters } from "node:util"
import { helpIfAsked } from "./own-help.mjs"

helpIfAsked(import.meta.url)

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const MAJORS = ["20", "22", "24", "26"]
const SUITES = ["check", "check:long"]

const { positionals } = parseArgs({ allowPositionals: true })
for (const major of positionals)
  if (!MAJORS.includes(major))
    throw new RangeError(`Cannot test on Node "${major}": ${MAJORS.join(", ")} are supported`)

const rows = []
for (const major of positionals.length > 0 ? positionals : MAJORS) rows.push(await testOn(major))
console.log(`\n${line(["node", "version", "verdict", "time", "tests"])}`)
for (const row of rows) console.log(line(row))
process.exitCode = rows.every(([, , verdict]) => verdict === "passed") ? 0 : 1

/** What its row says: a version that could not be had must not pass as tested. */
async function testOn(major) {
  const tools = ["-y", "-p", `node@${major}`, "-p", "pnpm@12.21.0"]
  const { output } = await run([...tools, "node", "--version"], false)
  const version = output.trim().split("\n").at(-1)
  if (!version.startsWith(`v${major}.`)) return [major, "-", "not run", "0 s", `npx answered "${version || "nothing"}"`]
  const began = performance.now()
  const tests = []
  let code = 0
  for (const suite of SUITES) {
    const ran = await run([...tools, "pnpm", suite], true)
    code ||= ran.code
    tests.push(/^ *Tests +(.*)$/m.exec(stripVTControlCharacters(ran.output))?.[1] ?? "none")
  }
  const seconds = Math.round((performance.now() - began) / 1_000)
  return [major, version, code === 0 ? "passed" : "failed", `${seconds} s`, tests.join(" + ")]
}

/** Runs a tool by npx, and keeps what it says; `isShown`: shows it meanwhile as well. */
function run(args, isShown) {
  const env = { ...process.env, CI: "true", NO_COLOR: "1" }
  // On Windows npx is a script of the shell.
  const child = spawn("npx", args, {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  })
  let output = ""
  for (const [stream, own] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text
      if (isShown) own.write(text)
    })
  return new Promise((done, failed) => {
    child.on("error", failed)
    child.on("close", (code) => done({ code: code ?? 1, output }))
  })
}

function line([node, version, verdict, time, tests]) {
  return [node.padEnd(6), version.padEnd(12), verdict.padEnd(8), time.padStart(7), "", tests].join(" ").trimEnd()
}
