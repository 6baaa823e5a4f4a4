/** Each command that a page of ours names, in its text: it is one that can be asked for, of something that there is. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { DRIVER_RACES, FENCE_TYPES, titleOf } from "@outlive/drivers"
import { modelNamed } from "@outlive/models"
import { PROGRAMS } from "@outlive/programs"
import { LIFETIMES, SCENARIOS, settingsOf } from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { raceFrom } from "../../packages/cli/dist/race-options.js"
import { writtenFiles } from "../../scripts/source-text.mjs"
import { parseArgs } from "../unit/race-line.js"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const PAGES = writtenFiles(ROOT, (file) => file.endsWith(".md") && !file.endsWith("CHANGELOG.md"))

/** "race --driver …": with or without the name of the command before it; not "race" alone, nor "race …". */
const COMMAND = /`(?:outlive )?((?:race|explore|lifetimes) [^`…]+)`/g
const commandsIn = (text: string) => [...text.matchAll(COMMAND)].map(([, command]) => command!.trim())
const COMMANDS = PAGES.flatMap((page) =>
  [...new Set(commandsIn(readFileSync(resolve(ROOT, page), "utf8")))].map((command) => ({ page, command })),
)

const LIFETIMES_ARGS = Object.fromEntries(["driver", "type", "page"].map((name) => [name, { type: "string" }]))

/** What is wrong with a command; undefined if nothing is. Files of the reader's, and words that stand for one, are taken as they are. */
function wrongWith(command: string): string | undefined {
  const line = `outlive ${command.replaceAll('"', "'")}`
  const { _, ...given } = parseArgs(line, command.startsWith("lifetimes") ? LIFETIMES_ARGS : undefined)
  const [what] = _ as string[]
  if (what !== undefined && /[/.]|^[A-Z]+$/.test(what)) return undefined
  try {
    if (command.startsWith("race")) return wrongWithRace(what, given)
    return command.startsWith("explore") ? wrongWithModel(what, given) : wrongWithTypes(given)
  } catch (error) {
    return (error as Error).message
  }
}

function wrongWithRace(program: string | undefined, given: Readonly<Record<string, unknown>>): string | undefined {
  if (program !== undefined && !PROGRAMS.some(({ name }) => name === program)) return `There is no program ${program}`
  if (program !== undefined) return void raceFrom(given)
  const asked = raceFrom(given)
  return void settingsOf(asked, asked.scenariosUrl === undefined ? SCENARIOS : DRIVER_RACES)
}

function wrongWithModel(name: string | undefined, { lifetime }: Readonly<Record<string, unknown>>): string | undefined {
  if (lifetime !== undefined && !(LIFETIMES as readonly unknown[]).includes(lifetime)) return `No lifetime: ${lifetime}`
  const whole = lifetime === undefined ? name : `${name}@${String(lifetime)}`
  const isKnown = [undefined, "all"].includes(name) || PROGRAMS.some((one) => one.name === name)
  return isKnown || modelNamed(whole!) !== undefined ? undefined : `There is no model ${whole}`
}

function wrongWithTypes({ driver, type }: Readonly<Record<string, unknown>>): string | undefined {
  const found = FENCE_TYPES.some(
    (one) => (driver === undefined || one.driver === driver) && titleOf(one).includes(String(type ?? "")),
  )
  return found ? undefined : `There is no such fence type: ${String(driver)}, ${String(type)}`
}

test("there are many", () => expect(COMMANDS.length).toBeGreaterThan(70))

describe.each(COMMANDS)("$page: outlive $command", ({ command }) => {
  test("can be asked for", () => expect(wrongWith(command)).toBeUndefined())
})

test.each([
  ['race --driver "amdgpu rung"', "one of amdgpu ring"],
  ['race --driver "amdgpu ring" --variation F99', 'variation is "F99"'],
  ['race --driver "amdgpu ring" --lifetime bound', 'lifetime is "bound"'],
  ["race contre", "no program"],
  ["explore no-such-model", "no model"],
  ["explore channel-count --lifetime pinned-down", "No lifetime"],
  ["lifetimes --driver intel", "no such fence type"],
])("one that cannot is told: %s", (command, said) => expect(wrongWith(command)).toContain(said))
