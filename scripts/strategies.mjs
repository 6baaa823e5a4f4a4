/**
 * The locks there are: one line each, and the file of that name in `packages/core/engine/locks/strategies/`. Builds of the
 * engine with one of them, or with one of the reclamation schemes of `schemes.mjs`, are made when they are asked for, and kept.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { buildJavaScript, buildWebAssembly, fingerprint } from "./build-engine.mjs"
import { assertContract } from "./contract.mjs"
import { EXTERNAL_LOCKS } from "./external-locks.mjs"
import { LAB_SCHEMES } from "./lab-schemes.mjs"
import { ENGINE, folderOf, isMissing, keptIn } from "./places.mjs"
import { prebuiltOf, whyNotPrebuilt } from "./prebuilt.mjs"
import { RW_LOCKS } from "./rw-locks.mjs"
import { SCHEMES } from "./schemes.mjs"

export { EXTERNAL_LOCKS, LAB_SCHEMES, RW_LOCKS, SCHEMES }

/** `id` is in each heap: never give a number to another lock. */
export const LOCKS = [
  { id: 0, name: "spin-or-sleep", about: "spin-then-park or three-state-futex, as the heap was made; in the package" },
  { id: 1, name: "none", about: "no lock at all: the floor of measurements", excludes: false },
  {
    id: 2,
    name: "broken",
    about: "lets two in now and then: whoever looks for faults must find this one",
    excludes: false,
  },
  { id: 3, name: "tas", about: "test-and-set" },
  { id: 4, name: "ttas", about: "test-and-test-and-set" },
  { id: 5, name: "ttas-backoff", about: "test-and-test-and-set, with exponential backoff (Anderson 1990)" },
  { id: 6, name: "three-state-futex", about: "sleeps at once (Drepper 2011)" },
  { id: 7, name: "spin-then-park", about: "test-and-test-and-set for as long as a park costs, then sleeps" },
  { id: 8, name: "ticket", about: "numbers are drawn and served; proportional backoff (Mellor-Crummey & Scott 1991)" },
  { id: 9, name: "mcs", about: "a queue of nodes, spin-then-park (Mellor-Crummey & Scott 1991)" },
  { id: 10, name: "hemlock", about: "a queue without nodes: one word for each thread (Dice & Kogan 2021)" },
  { id: 11, name: "eventual-fairness", about: "one release in sixteen hands over (after WTF::Lock, parking_lot)" },
  { id: 12, name: "starvation-mode", about: "hands over to who has slept in vain twice (after Go's sync.Mutex)" },
]

/** Of the lock with this name, or in this file. @throws RangeError when there is none */
export function lockOf(nameOrFile) {
  return strategyOf("lock", LOCKS, nameOrFile)
}

/** Of the reclamation scheme with this name, or in this file. @throws RangeError when there is none */
export function schemeOf(nameOrFile) {
  return strategyOf("scheme", SCHEMES, nameOrFile)
}

function strategyOf(kind, known, nameOrFile) {
  const ours = known.find(({ name, also = [] }) => name === nameOrFile || also.includes(nameOrFile))
  if (ours) return ours
  if (kind === "lock" && EXTERNAL_LOCKS.some(({ name }) => name === nameOrFile))
    throw new RangeError(
      `Cannot build the engine with "${nameOrFile}": it takes more than the one word that a fence, a pool or a list has for its lock; ` +
        "buildExternalLock makes a build that has it beside the package's own",
    )
  if (!/[\\/]|\.ts$/.test(nameOrFile))
    throw new RangeError(`There is no ${kind} "${nameOrFile}": there are ${known.map(inWords).join(", ")}`)
  const file = resolve(nameOrFile)
  if (!existsSync(file)) throw new RangeError(`There is no file ${file}`)
  assertContract(kind, file)
  // Above all numbers of ours; another text is another strategy.
  const id = 1_000 + (createHash("sha256").update(readFileSync(file)).digest().readUInt32LE() % 0x3fffffff)
  return { id, file, about: `a ${kind} from elsewhere` }
}

/** "epochs (ebr)": as it may be asked for. */
const inWords = ({ name, also = [] }) => `${name}${also.length > 0 ? ` (${also.join(", ")})` : ""}`

/**
 * The file of the engine with this lock, for a target ("js" or "wasm") and a flavour ("release", "checked", and for
 * JavaScript "stepwise"). Built if it is not there yet, for these very sources.
 */
export async function buildStrategy(nameOrFile, choice) {
  return buildEngine({ lock: nameOrFile }, choice)
}

/** The same with this reclamation scheme, and the package's lock. */
export async function buildScheme(nameOrFile, choice) {
  return buildEngine({ scheme: nameOrFile }, choice)
}

/** The same with this lock, and with this scheme; what is not given is the package's. */
export async function buildEngine(names, { target, flavour }) {
  const lock = names.lock === undefined ? undefined : lockOf(names.lock)
  const scheme = names.scheme === undefined ? undefined : schemeOf(names.scheme)
  const titles = [lock && (lock.name ?? `lock-${lock.id}`), scheme && `rcu-${scheme.name ?? scheme.id}`]
  return build(
    titles.filter(Boolean).join("-") || "package",
    { ...(lock && { lock }), ...(scheme && { scheme }) },
    { target, flavour },
  )
}

/** Of the scheme of the lab with this name, or in this file. @throws RangeError when there is none */
export function labSchemeOf(nameOrFile) {
  return strategyOf("lab scheme", LAB_SCHEMES, nameOrFile)
}

/** The lab with this scheme: a section scheme of the engine, or one of its own. */
export async function buildLab(nameOrFile, { target, flavour }) {
  const scheme = labSchemeOf(nameOrFile)
  return build(`lab-${scheme.name ?? scheme.id}`, labStrategies(scheme), { target, flavour })
}

/** As `buildJavaScript` and `buildWebAssembly` want it. */
export function labStrategies({ name, file, id, ofEngine }) {
  if (ofEngine) return { lab: { name: "sections", id }, scheme: { name, id } }
  return { lab: file === undefined ? { name, id } : { file, id } }
}

/** As `buildEngine`: a checked build whose trace has times, and tells of locks, sections and waits as well. */
export async function buildTraced(names, { target }) {
  return buildEngine(names, { target, flavour: "traced" })
}

/** The package's engine with files in it that are in no other build: named as from its folder, and without ".ts"; with this lock, or its own. */
export async function buildWith(extras, { target, flavour }, names = {}) {
  const lock = names.lock === undefined ? undefined : lockOf(names.lock)
  const titles = [extras.join("+").replaceAll("/", "-"), lock && (lock.name ?? `lock-${lock.id}`)]
  return build(titles.filter(Boolean).join("-"), { extras, ...(lock && { lock }) }, { target, flavour })
}

/** Fences to hold against the engine's own: for `buildWith`. */
export const LAB_OF_FENCES = ["lab/lock-free-fence", "lab/bare-fence"]

/** The package's engine with this reader–writer lock in it. @throws RangeError when there is none of this name */
export async function buildRwLock(name, choice) {
  if (!RW_LOCKS.some((lock) => lock.name === name)) throw new RangeError(`There is no reader–writer lock "${name}"`)
  return buildWith([`locks/rw/${name}`], choice)
}

/** The package's engine with this lock in it, beside its own. @throws RangeError when there is none of this name */
export async function buildExternalLock(name, choice) {
  if (!EXTERNAL_LOCKS.some((lock) => lock.name === name)) throw new RangeError(`There is no external lock "${name}"`)
  return buildWith([`locks/external/${name}`], choice)
}

/** Of one text once, as the checked builds or as the release build: loading the compiler takes seconds. */
async function assertCompiles(folder, title, options) {
  const known = join(folder, `${title}-${options.checked ? "checked" : "release"}-compiles`)
  if (existsSync(known)) return
  await buildWebAssembly({ ...options, optimize: "-O0" })
  writeFileSync(known, "")
}

/** Of the sources as they are when a process asks first: reading all of them takes longer than importing a build. */
let sources

/** Of which sources builds are made here: those of others are of no use. */
export function sourcesNow() {
  return (sources ??= fingerprint().slice(0, 16))
}

async function build(title, strategies, { target, flavour }) {
  const folder = keptIn(sourcesNow())
  const name = `${title}${target === "js" ? placeOf(strategies) : ""}-${flavour}-${target}`
  const outFile = join(folder, `${name}.js`)
  if (existsSync(outFile)) return outFile
  mkdirSync(folder, { recursive: true })
  declareModules(folder)
  // Under a name of its own until it is whole: another process may be building the same.
  const draft = join(folder, `draft-${process.pid}-${name}.js`)
  try {
    const prebuilt = prebuiltOf(name, sourcesNow())
    if (prebuilt === undefined) await compile(draft, { title, name, folder, strategies, target, flavour })
    else writeFileSync(draft, prebuilt)
    renameSync(draft, outFile)
  } finally {
    rmSync(draft, { force: true })
    rmSync(draft.replace(/\.js$/, ".d.ts"), { force: true })
  }
  return outFile
}

async function compile(outFile, { title, name, folder, strategies, target, flavour }) {
  const options = {
    outFile,
    checked: flavour !== "release",
    stepwise: flavour === "stepwise",
    traced: flavour === "traced",
    ...strategies,
  }
  const file = strategies.lock?.file ?? strategies.scheme?.file ?? strategies.lab?.file
  try {
    // What JavaScript can do and the engine's subset cannot is told by the other compiler only.
    if (target === "js" && (strategies.lock?.file ?? strategies.scheme?.file))
      await assertCompiles(folder, title, options)
    if (target === "wasm") await buildWebAssembly({ ...options, optimize: "-O2" })
    else await buildJavaScript({ ...options, mapped: "inside" })
  } catch (error) {
    if (file) throw new RangeError(told(file, error), { cause: error })
    if (!isMissing(error.cause)) throw error
    throw new RangeError(`${error.message}\n${whyNotPrebuilt(name, sourcesNow())}`, { cause: error.cause })
  }
}

/** Builds of the same text in two places tell steps by two files. */
function placeOf(strategies) {
  const files = Object.values(strategies).flatMap(({ file }) => file ?? [])
  return files.length === 0 ? "" : `-${createHash("sha256").update(files.join()).digest("hex").slice(0, 8)}`
}

/** What is in the folder are modules. Another process may be importing one of them just now: it must find this whole. */
function declareModules(folder) {
  const manifest = join(folder, "package.json")
  if (existsSync(manifest)) return
  const draft = join(folder, `draft-${process.pid}-package.json`)
  writeFileSync(draft, '{ "type": "module" }\n')
  renameSync(draft, manifest)
}

/** A lock to begin with: ours that is easiest to read, as a file from elsewhere. */
export function templateOfLock() {
  return asFromElsewhere("locks/strategies/ttas.ts")
}

/** The same for a scheme of the lab. */
export function templateOfLabScheme() {
  return asFromElsewhere("lab/schemes/hazard-pointers.ts")
}

function asFromElsewhere(file) {
  const ours = readFileSync(join(ENGINE, file), "utf8")
  return ours.replace(/from "\.\.?\/[^"]*"/g, 'from "@outlive/engine"')
}

/** A scheme to begin with: the package's own, as a file from elsewhere. */
export function templateOfScheme() {
  const ours = readFileSync(join(ENGINE, "rcu/strategies/epochs.ts"), "utf8")
  return ours.replace(/from "\.\.?\/[^"]*"/g, 'from "@outlive/engine"').replaceAll(/ \(R\d\)/g, "")
}

/** A program to begin with: the one that is easiest to read, as a file from elsewhere, and in it what it shares with others. */
export function templateOfProgram() {
  const [adding, counter] = ["adding", "counter"].map((name) => {
    const ours = readFileSync(join(folderOf("@outlive/programs"), `src/locks/${name}.ts`), "utf8")
    const [, about, body] = /^(\/\*\*[\s\S]*?\*\/\n)(?:import .*\n)*([\s\S]*)$/.exec(ours)
    return { about, body }
  })
  const program = counter.body
    .replace("export const counter =", "export const program =")
    .replace('name: "counter"', 'name: "mine"')
    .replace(/ {2}invariants: .*\n/, "")
    .replace(/ {2}twins: \[[\s\S]*\n {2}\],\n/, "")
  const imports = 'import { type Part, type Place, defineProgram, must, total } from "@outlive/programs"\n'
  return `${counter.about}${imports}${adding.body.replaceAll(/^export /gm, "")}${program}`
}

/** What is wrong in a file from elsewhere, by its own name. */
function told(file, error) {
  return `Cannot build ${file}:\n${error.message}`
    .replaceAll(/(locks|rcu|lab)\/(strategies|schemes)\/foreign\.ts/g, file)
    .replaceAll(/"\.\.\/workshop"|'(locks|rcu|lab)\/workshop'/g, '"@outlive/engine"')
}
