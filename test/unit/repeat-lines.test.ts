/** The line that repeats a race, whatever it was over and on which engine: the command accepts it, and it asks for the same race. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { ENGINES, FLAVOURS, type Settings, scenariosFor, settingsOf } from "@outlive/workers"
import { afterAll, expect, test } from "vitest"
import { askedRace } from "../../packages/cli/dist/asked-race.js"
import { ARGS } from "../../packages/cli/dist/commands/race.js"
import { refuseUnknown } from "../../packages/cli/dist/options.js"
import { type Said, repeatLine } from "../../packages/cli/dist/race-options.js"
import { templateOfLock, templateOfProgram, templateOfScheme } from "../../scripts/strategies.mjs"
import { parseArgs, wordsIn } from "./race-line.js"

// A name that a shell takes apart.
const folder = mkdtempSync(join(tmpdir(), "outlive-who's here "))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return `'${join(folder, name).replaceAll("'", "'\\''")}'`
}

const lock = fileOf("my-lock.ts", templateOfLock())
const scheme = fileOf("my-scheme.ts", templateOfScheme())
const program = fileOf("my-program.ts", templateOfProgram())
const foreign = fileOf("foreign.mjs", "export const create = () => ({ acquire() {}, release() {} })")
const role = fileOf(
  "my-role.ts",
  `import { defineRole } from "@outlive/workers"
export const role = defineRole({ name: "idler", claim: "nothing is done", play() {} })`,
)
const [own] = [
  .../^```ts\n([\s\S]*?)^```$/gm.exec(readFileSync(new URL("../../docs/YOUR-OWN-DRIVER.md", import.meta.url), "utf8"))!,
].slice(1)
const driver = fileOf("my-driver.ts", own!)
const module = fileURLToPath(new URL("../../packages/core/built/release-js.js", import.meta.url))

/** What is raced over; the engines and flavours of the package can be asked for with each. */
const OVER = [
  "",
  "--scenario containers --threads 7",
  "--containers --roles signaler=1,waiter=2",
  "--driver 'soft prime' --variation F59",
  "--driver amdgpu --lifetime issuer-bound",
  "counter",
  "counter --lock broken",
  "--program counter --lock ticket --keep-going",
  "counter --lock mutex",
  "readers --scheme quiescent",
  "readers --scheme two-counters --lock mcs",
  "--lock broken",
  lock,
  `${lock} --lock mutex`,
  `--lock ${lock} --program counter`,
  `readers --lock ${lock} --scheme ${scheme}`,
  scheme,
  `--scheme ${scheme} --deaths 1`,
  program,
  `--program ${program} --lock broken`,
  foreign,
  `${role} --scenario fences --roles idler=1,waiter=2`,
  `${role} --threads 9`,
  driver,
] as const

/** With what it was asked for, and by what else than options. */
async function asked(line: string): Promise<{ settings: Settings; said: Said }> {
  refuseUnknown(wordsIn(line).slice(2), ARGS)
  const { given, said } = await askedRace(parseArgs(line, ARGS))
  return { settings: settingsOf(given, await scenariosFor(given)), said }
}

async function expectRepeated(line: string): Promise<void> {
  const { settings, said } = await asked(line)
  const repeated = repeatLine(settings, said)
  const again = await asked(repeated)
  expect(again.settings, `${line}\n${repeated}`).toEqual(settings)
  expect(repeatLine(again.settings, again.said)).toBe(repeated)
}

test.each(OVER)("outlive race %s", async (over) => {
  for (const engine of ENGINES)
    for (const flavour of FLAVOURS)
      await expectRepeated(
        `outlive race ${over} --engine ${engine} --flavour ${flavour} --perturbation --seconds 1.5 --seed 7`,
      )
})

test.each([
  `counter --engine js --engine-module ${module} --flavour release`,
  `${program} --engine js --engine-module ${module}`,
  "counter --trace out.json",
  "counter --engine js --lock broken --trace 'the trace.json'",
])("outlive race %s", (over) => expectRepeated(`outlive race ${over}`))

test("what words have said is refused when an option says it, too", async () => {
  const { settings, said } = await asked("outlive race counter --lock broken --engine js")
  await expect(asked(repeatLine(settings, { ...said, sets: [] }))).rejects.toThrow("both say which engine to race on")
})

test("who brings a lock is not told how the package's would wait, unless they have said it", async () => {
  const lineOf = async (line: string) => {
    const { settings, said } = await asked(line)
    return repeatLine(settings, said)
  }
  for (const over of [lock, `--program counter --lock ${lock}`, foreign])
    expect(await lineOf(`outlive race ${over}`)).not.toMatch(/--lock=(spin|mutex)/)
  expect(await lineOf(`outlive race ${lock} --lock mutex`)).toContain("--lock=mutex")
  expect(await lineOf("outlive race counter")).toContain("--lock=spin")
})
