/**
 * What a page says that a program can look at: files that it names, names in our code, members of our classes, models, twins, and
 * the words of commands. Each function returns what is not so.
 */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { DRIVER_RACES, FENCE_TYPES } from "@outlive/drivers"
import { modelNamed } from "@outlive/models"
import { PROGRAMS } from "@outlive/programs"
import { LIFETIMES, SCENARIOS } from "@outlive/workers"
import { separate, writtenFiles } from "../../scripts/source-text.mjs"
import { ROOT } from "./printed.js"

const read = (file: string) => readFileSync(join(ROOT, file), "utf8")

const FILES = [...writtenFiles(ROOT, () => true), ...readdirSync(join(ROOT, "packages/core/built"))].map(
  (file) => `/${file}`,
)
const SOURCES = writtenFiles(ROOT, (file) => /\.m?ts$|\.mjs$/.test(file) && !file.startsWith("test/docs/"))
const CODE = new Map(SOURCES.map((file) => [file, separate(read(file)).code]))
/** The compiler's options are names of ours, too. */
const CONFIGURED = writtenFiles(ROOT, (file) => /(^|\/)tsconfig[\w.]*\.json$/.test(file)).map(read)
const WORDS = new Set([...CODE.values(), ...CONFIGURED].flatMap((code) => code.match(/[A-Za-z_$][\w$]*/g) ?? []))

/** What stands between backticks in a page's prose, and the lines of its shells. */
export function quoted(page: string): string[] {
  const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, "")
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!)
}

const isCommand = (text: string) => /^(outlive|npx?|npm|node|race|explore|replay|bench|lifetimes) [^=]/.test(text)
const isPath = (text: string) =>
  !/[\s<>(){}"]/.test(text) &&
  !/^([@.]|https?:|-)/.test(text) &&
  (text.includes("/") || /\.(ts|m?js|cjs|md|json|html|sh)$/.test(text))

/** Paths that lead nowhere. `works` may stand for `works.ts` and `works.test.ts`; `syncobj-*`, for any that begins so. */
export function missingFiles(page: string): string[] {
  // What the page's commands are given is the reader's.
  const own = new Set([...page.matchAll(/ \.\/([\w-]+\.\w+)/g)].map(([, file]) => file!))
  return quoted(page).filter(
    (text) => isPath(text) && !own.has(text) && !FILES.some((file) => leadsTo(text).test(file)),
  )
}

function leadsTo(path: string): RegExp {
  const text = path.replace(/\/$/, "").replaceAll(/[.+^$|\\]/g, "\\$&")
  return new RegExp(`/${text.replaceAll("*", "[^/]*")}((\\.test)?\\.m?ts|\\.mjs)?(/|$)`)
}

/** Others' names: an instruction, flags of the kernel's; what a reader writes. */
const THEIRS = new Set(["wait32", "DMA_BUF_SYNC_READ", "WRITE", "RW", "SENTENCE"])

/** Names that occur nowhere in our code. Those with a small letter and "_" are the kernel's. */
export function missingNames(page: string): string[] {
  const texts = quoted(page).filter((text) => !isCommand(text) && !isPath(text) && !/^[-@.<]/.test(text))
  return texts.filter((text) =>
    (text.match(/[A-Za-z_$][\w$]*/g) ?? []).some((word) => !isKernels(word) && !WORDS.has(word)),
  )
}

const isKernels = (word: string) => THEIRS.has(word) || (word.includes("_") && /[a-z]/.test(word))

const DECLARED = /\b(?:class|enum|interface) (\w+)(?: extends (\w+))?[^\n]*\{\n([\s\S]*?)\n\}/g

/** By class, or enum of the layout: what it has. */
const MEMBERS = membersOf([...CODE].filter(([file]) => /^packages\/(core|sync|webgpu|workers|drivers)\//.test(file)))

function membersOf(files: readonly (readonly [string, string])[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const bases = new Map<string, string>()
  for (const [, code] of files)
    for (const [, name, base, body] of code.matchAll(DECLARED)) {
      const members = body!.matchAll(
        /^ {2}(?:(?:static|readonly|get|set|async|override|abstract|declare|protected) )*(\w+)/gm,
      )
      const known = found.get(name!) ?? new Set()
      for (const [, member] of members) known.add(member!)
      found.set(name!, known)
      if (base !== undefined) bases.set(name!, base)
    }
  for (const [name, base] of bases) for (const member of found.get(base) ?? []) found.get(name)!.add(member)
  return found
}

/** `thread.load(…)`, `Heap.create(…)`: members that there are not. What is written small stands for something of that class. */
export function missingMembers(page: string): string[] {
  return quoted(page)
    .filter((text) => !isCommand(text) && !isPath(text))
    .flatMap((text) => [...text.matchAll(/(?<![\w.])([A-Za-z]\w*)\.([a-z]\w*)/g)])
    .filter(([, owner, member]) => {
      const members = MEMBERS.get(owner![0]!.toUpperCase() + owner!.slice(1))
      return members !== undefined && !members.has(member!)
    })
    .map(([text]) => text)
}

/** Commands, or options, that there are not; models, fence types, lifetimes and scenarios that they name, and that there are not. */
export function wrongCommands(page: string): string[] {
  const shells = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, text]) => text!.split("\n"))
  const lines = shells.map((line) => line.replace(/\s+#.*$/, "").trim())
  return [...quoted(page), ...lines].filter((text) => isCommand(text) && wrongIn(text))
}

/** Of each command, by name: what it says of itself. */
const HELP = new Map(
  readdirSync(join(ROOT, "packages/cli/src/commands")).map((file) => [file.replace(/\.ts$/, ""), true]),
)
const CLI = [...CODE].filter(([file]) => file.startsWith("packages/cli/src/")).map(([, code]) => code)
const OPTIONS = new Set(
  CLI.flatMap((code) =>
    [...code.matchAll(/^ {2,6}"?([a-z][\w-]*)"?: (?:\{|COMMON|JUNIT|[A-Z])/gm)].map(([, name]) => name!),
  ),
)

function wrongIn(text: string): boolean {
  const line = text.replace(/^(npx outlive|npm run (-s )?outlive --|node \S*main\.js) /, "").replace(/^outlive /, "")
  const [command] = line.split(" ")
  if (command!.startsWith("-")) return false
  if (/^(npx?|npm|node) /.test(line)) return isMissingScript(line)
  if (!HELP.has(command!)) return true
  if ([...line.matchAll(/ --(?:no-)?([a-z-]+)/g)].some(([, option]) => !OPTIONS.has(option!))) return true
  const valueOf = (option: string) => new RegExp(`--${option} (?:"([^"]+)"|([^ ]+))`).exec(line)?.slice(1).find(Boolean)
  const lifetime = valueOf("lifetime")
  if (lifetime !== undefined && !(LIFETIMES as readonly string[]).includes(lifetime)) return true
  const scenario = valueOf("scenario")
  if (scenario !== undefined && !SCENARIOS.some(({ name }) => name === scenario)) return true
  const driver = valueOf("driver") ?? valueOf("type")
  if (driver !== undefined && !isDriver(driver)) return true
  return command === "explore" && isMissingModel(line, lifetime)
}

const isDriver = (text: string) =>
  DRIVER_RACES.some(({ name }) => name === text) ||
  FENCE_TYPES.some(({ driver, name }) => [driver, name, `${driver} ${name}`].includes(text))

function isMissingModel(line: string, lifetime: string | undefined): boolean {
  const name = line.split(" ")[1]
  if (name === undefined || !/^[a-z]/.test(name)) return false
  const title = name.replace(/-\d+x\d+$/, "")
  if (PROGRAMS.some((program) => program.name === title)) return false
  return modelNamed(lifetime === undefined ? name : `${name}@${lifetime}`) === undefined
}

const SCRIPTS = new Set(Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts))

/** A script of ours that there is not: `npm run …`, `node scripts/…`. */
function isMissingScript(line: string): boolean {
  const script = /^npm run (?:-s )?([\w:-]+)/.exec(line)?.[1]
  if (script !== undefined) return !SCRIPTS.has(script)
  const file = /^node (scripts\/\S+)/.exec(line)?.[1]
  return file !== undefined && !FILES.includes(`/${file}`)
}

/** Ids of the twins that tests have, by the file that they are in. */
export const TWINS = new Map(
  SOURCES.filter((file) => file.startsWith("test/")).map((file) => [
    file,
    // As data, or as the title of a test.
    [...CODE.get(file)!.matchAll(/\b(?:id: "|test\(")([A-Z]+\d+[a-z]?)[":]/g)].map(([, id]) => id!),
  ]),
)

/** `D1–D29, T3`: one by one. */
export function idsIn(text: string): string[] {
  return [...text.matchAll(/\b([A-Z]+)(\d+)([a-z]?)(?:–\1?(\d+))?/g)].flatMap(([, letters, from, suffix, to]) =>
    to === undefined
      ? [`${letters}${from}${suffix}`]
      : Array.from({ length: Number(to) - Number(from) + 1 }, (_, n) => `${letters}${Number(from) + n}`),
  )
}
