/**
 * What a user does with what is installed: the programs in the packages' READMEs, and the command. Each is `{ name, args, says, code }`,
 * for `node` if it begins with a file; `says` must be in what it prints.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { snippetsIn } from "../snippets.mjs"
import { ROOT } from "./pack.mjs"
import { run } from "./run.mjs"
import { write } from "./project.mjs"

const outlive = (name, args, says, more = {}) => ({
  name: `outlive ${name}`,
  command: ["npx", "--no", "outlive", ...args],
  says,
  ...more,
})
const RACED = /balanced, 0 records in use/
const MISSING = /npm install --save-dev assemblyscript@.*\n.*each by itself/
const NO_QUEUE = /npm install bullmq@/
const BRIEFLY = ["--quick", "--rounds", "1", "--ms", "20"]
const ONE_PLACE = ["--threads", "1", "--section", "0", "--outside", "0"]

/** Of the command; the first few are enough for a quick look. */
const COMMANDS = [
  outlive("race", ["race", "--seconds", "1"], RACED),
  outlive("explore", ["explore", "signal-signal"], /signal-signal/),
  outlive("campaign", ["campaign", "explore", "counter-2x1", "--seeds", "1..20"], /All seeds held/),
  outlive("race on a prebuilt lock", ["race", "--lock", "mcs", "--seconds", "1"], RACED),
  outlive("bench of a prebuilt lock", ["bench", "locks", "--lock", "ticket", ...BRIEFLY, ...ONE_PLACE], /ticket/),
  outlive("without a compiler", ["race", "--lock", "mcs", "--scheme", "quiescent", "--seconds", "1"], MISSING, {
    code: 2,
  }),
]
const MORE_COMMANDS = [
  outlive("without a queue", ["campaign", "worker", "--queue", "redis://127.0.0.1:1"], NO_QUEUE, { code: 2 }),
  outlive("race on a built lock", ["race", "--lock", "mcs", "--engine", "js", "--seconds", "1"], RACED),
  outlive(
    "bench of prebuilt schemes",
    ["bench", "reclamation", "--scheme", "hyaline", ...BRIEFLY.slice(0, 3)],
    /hyaline/,
  ),
  outlive("lifetimes", ["lifetimes", "--type", "amdgpu tlb", "--seconds", "4"], /amdgpu tlb flush/),
  outlive("explore a program", ["explore", "counter"], /counter/),
  outlive("death", ["death", "counter"], /adder died, its heir ended/),
  outlive("bench micro", ["bench", "micro", "--quick", "--rounds", "1"], /lock/),
  outlive("strategies", ["strategies", "ticket"], /ticket +yes/),
  outlive("lab", ["lab", "--seconds", "1"], /OOPS/),
  outlive("new program", ["new", "program", "mine.ts"], /Wrote mine\.ts/),
  outlive("explore one's own", ["explore", "./mine.ts"], /mine/),
]
/** With `assemblyscript` installed beside it. */
const WITH_COMPILER = [
  outlive("race on a compiled lock", ["race", "--lock", "mcs", "--seconds", "1"], RACED),
  outlive("new lock", ["new", "lock", "my-lock.ts"], /Wrote my-lock\.ts/),
  outlive("explore one's own lock", ["explore", "./my-lock.ts"], /mutex-2: pass/),
  outlive("race one's own lock", ["race", "./my-lock.ts", "--seconds", "1"], RACED),
]

/** Each program of a package's README, as a file of the project. */
function programsOf({ name, folder }) {
  const readme = readFileSync(join(ROOT, folder, "README.md"), "utf8")
  return snippetsIn(readme).map(({ code, prints }, i) => {
    const file = `readme/${name.replace("@outlive/", "")}-${i + 1}.mjs`
    return { name: `README of ${name}, program ${i + 1}`, file, text: code, command: ["node", file], prints }
  })
}

/** The last program of the tutorial. */
const PIPELINE = {
  name: "the tutorial's render pipeline",
  file: "tutorial.mjs",
  text: readFileSync(join(ROOT, "examples/tutorial/6-pipeline.mjs"), "utf8"),
  command: ["node", "tutorial.mjs"],
  says: /60 of 60 frames are as they should be/,
}

/** Builds of other sources: they must not be taken. A new file takes the index's place, for a package manager may have it in common with others. */
const OTHER_SOURCES = {
  name: "outlive with builds of other sources",
  file: "other-sources.mjs",
  text: `import { spawnSync } from "node:child_process"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
const command = createRequire(import.meta.url).resolve("outlive/package.json")
const index = join(dirname(createRequire(command).resolve("@outlive/strategies/package.json")), "built/index.json")
const replace = (text) => (rmSync(index), writeFileSync(index, text))
const text = readFileSync(index, "utf8")
replace(JSON.stringify({ ...JSON.parse(text), sources: "0123456789abcdef" }))
const args = ["--no", "outlive", "race", "--lock", "hemlock", "--seconds", "1"]
const { status } = spawnSync("npx", args, { stdio: "inherit" })
replace(text)
process.exitCode = status
`,
  command: ["node", "other-sources.mjs"],
  says: /has builds of other sources than these/,
  code: 2,
}

/** What is tried: `isQuick`, some programs; `isBrief`, the first commands only; `hasCompiler`, what needs one. */
export function usesOf(packages, { isQuick = false, isBrief = isQuick, hasCompiler = false } = {}) {
  if (hasCompiler) return WITH_COMPILER
  const programs = packages.filter(({ name }) => !isQuick || QUICK_PROGRAMS.has(name)).flatMap(programsOf)
  return [...programs, PIPELINE, ...COMMANDS, OTHER_SOURCES, ...(isBrief ? [] : MORE_COMMANDS)]
}
const QUICK_PROGRAMS = new Set(["@outlive/core", "@outlive/explore", "@outlive/programs"])

/** Tries one in a project. @returns what is wrong, or nothing */
export async function problemWith({ command, file, text, says, prints, code = 0 }, { cwd, node }) {
  if (file !== undefined) write(cwd, { [file]: text })
  const [program, ...args] = command
  const ended = await run(program, args, { cwd, node })
  const told = `\n${ended.output.trim().slice(-2_000)}`
  if (ended.code !== code) return `ended with ${ended.code}, not ${code}:${told}`
  if (says && !says.test(ended.output)) return `did not say ${says}:${told}`
  if (prints !== undefined && ended.output !== prints) return `did not print what its page says:${told}`
  return undefined
}
