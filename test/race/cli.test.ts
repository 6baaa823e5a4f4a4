/** The command as people use it: words in, words or JSON out, exit codes, Ctrl-C. */
import { spawnSync } from "node:child_process"
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { XMLValidator } from "fast-xml-parser"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { FOR_CI, eachForCiUnless, PROVES } from "../prove.js"
import { MAIN, outlive } from "./outlive.js"

test.each([
  [["--help"], "lab"],
  [["race", "--help"], "--lifetime"],
  [["bench", "--help"], "--quick"],
  [["lab", "--help"], "--seconds"],
])("%j helps", async (args, word) => {
  const { code, out } = await outlive(args)
  expect(code).toBe(0)
  expect(out).toContain(word)
  // A pipe gets no colours.
  expect(out).not.toContain("\u001b")
  // Blanks at its end would make a terminal wrap a line into empty ones.
  expect(out).not.toMatch(/ $/m)
})

test("colours are for who wants them", FOR_CI, async () => {
  const painted = await outlive(["race", "--help"], {
    env: { NO_COLOR: undefined, TEST: undefined, CI: undefined, FORCE_COLOR: "1" },
  })
  expect(painted.out).toContain("\u001b")
  const plain = await outlive(["race", "--help"], {
    env: { NO_COLOR: "1", TEST: undefined, CI: undefined, FORCE_COLOR: "1" },
  })
  expect(plain.out).not.toContain("\u001b")
})

const brought = mkdtempSync(join(tmpdir(), "outlive-refused-"))
afterAll(() => rmSync(brought, { recursive: true, force: true }))
const NO_ROLE = join(brought, "no-role.ts")
writeFileSync(NO_ROLE, 'export const role = { name: "x" }\n')
const NO_PROGRAM = join(brought, "no-program.ts")
writeFileSync(NO_PROGRAM, 'export const program = { name: "x" }\n')
const NO_WASM = join(brought, "no-lock.wasm")
writeFileSync(NO_WASM, "no lock")
const THROWS = join(brought, "throws.mjs")
writeFileSync(THROWS, 'export const create = () => { throw new Error("no luck") }\n')

/** What is refused, and why; in `npm test` the first of each kind. */
const REFUSED: readonly [args: string[], message: string][] = [
  [
    ["rcae"],
    'Unknown command "rcae": there are lab, race, lifetimes, explore, replay, death, bench, report, campaign, strategies, new. Did you mean "race"?',
  ],
  [["race", "--threds", "4"], 'Did you mean "--threads"?'],
  [["race", "-q", "-v"], "Options --quiet and --verbose are opposites"],
  [["complete", "csh"], "Of which shell? There are bash (source <(outlive complete bash)), zsh"],
  [["race", "--threads", "1"], 'Option --threads is "1": a whole number from 2 to 64 is needed'],
  [["race", "--engine", "java"], 'Option --engine is "java": one of wasm, js is needed'],
  [["race", "--seed"], "Option --seed needs a value"],
  [["race", "--scenario", "fence"], 'Option --scenario is "fence": one of fences, containers, reservations'],
  [["race", "--roles", "signaler"], "a list like signaler=2,unloader=1 is needed"],
  [["race", "--mishap", "exit"], "KIND:THREAD:MS is needed"],
  [["race", "--containers", "--scenario", "syncobjs"], "Option --containers is short for"],
  [["race", "--driver", "soft prime", "--scenario", "fences"], "Option --driver stands in place of a scenario"],
  [["race", "--driver", "soft prime", "--variation", "F44"], 'Option --variation is "F44": one of F59, F60'],
  [["race", "--mishap", "terminate:50:3"], "Option --mishap (thread) is 50"],
  [["race", "--lock", "tickt"], 'Did you mean "ticket"?'],
  [["race", "--driver", "amdgpu rng"], 'Did you mean "amdgpu ring"?'],
  [["race", "schedulers"], "but a scenario: outlive race --scenario schedulers"],
  [["lifetimes", "--page", "nowhere.md"], "Option --page is nowhere.md: ENOENT"],
  [["lifetimes", "--page", "README.md"], "Cannot find the table's place"],
  [["lifetimes", "--page", "docs/LIFETIMES.md", "--type", "prime"], "Option --page puts the whole table into a page"],
  [["race", "--engine", "js", "--engine-module", "package.json"], "it cannot be loaded"],
  [["bench", "micro", "--out", "package.json/results"], "it cannot be written (ENOTDIR)"],
  [["lab", "--out", "/proc/results"], "it cannot be written"],
  [["explore", "signal-add", "--html", "nowhere/page.html"], "it cannot be written (ENOENT)"],
  [["race", "--program", "conter"], 'Did you mean "counter"?'],
  [["death"], "What dies? Name a program"],
  [["death", "ping-pong"], "no thread of ping-pong may die: its partner waits for its answer"],
  [["race", "readers", "--scheme", "leak"], "Not applicable: readers waits for grace periods"],
  [["bench", "micro", "--lock", "ticket"], "are for the contended part"],
  [["bench", "micro", "--section", "10"], "is for locks: outlive bench locks --section 10"],
  [["bench", "wake", "--threads", "2"], "is for locks: outlive bench locks --threads 2"],
  [["bench", "native", "--task", "wake"], "is for peers: outlive bench peers --task wake"],
  [["bench", "native", "--task", "stream"], "is for channels: outlive bench channels --task stream"],
  [["bench", "locks", "--threads", "1,1"], "each number once"],
  [["bench", "locks", "--baseline", "package.json"], 'its "schema" is not "outlive.result"'],
  [["bench", "locks", "--baseline", "packages"], "it cannot be read (EISDIR)"],
  [["bench", "lockz"], 'There is nothing called "lockz" to measure: there are all, micro'],
  [["race", "--quiet=maybe"], 'Option --quiet is "maybe": it takes no value'],
  [["race", "--no-seconds", "1"], "Unknown option --no-seconds"],
  [["bench", "lokcs"], 'and files. Did you mean "locks"?'],
  [["bench", "counter", "--ms=5"], "Option --ms does nothing with counter: it is for locks"],
  [
    ["campaign", "explore", "countr", "--seeds", "1..2"],
    'There is no model "countr": outlive explore lists them. Did you',
  ],
  [["campaign", "explore", "counter", "--seeds", "1..2"], "name it with its size, one of counter-2x1, counter-2x2"],
  [
    ["campaign", "explore", "./m.mjs", "--program", "x.ts", "--seeds", "1..2"],
    "and ./m.mjs exports a model: leave it out",
  ],
  [["campaign", "rase"], 'Did you mean "race"?'],
  [["report", "--csv", "--out", "x.csv", "docs/results/peers.json"], "Option --out does nothing with --csv"],
  [["bench", "locks", "--structure", "list:5"], "Option --structure does nothing with locks: it is for reclamation"],
  [["bench", "micro", "--ms=5"], "Option --ms does nothing with micro: it is for locks, fences, pairs"],
  [["bench", "pairs", "--scheme", "leak"], "Option --scheme does nothing with pairs: it is for reclamation"],
  [["bench", "reclamation", "--lock", "tas"], "Option --lock is for locks: outlive bench locks --lock"],
  [["bench", "reclamation", "--scheme", "ebrr"], "there are epochs (ebr), quiescent (qsbr), two-counters"],
  [["bench", "locks", "--lock", ","], 'Option --lock is ",": a name is missing beside a comma'],
  [["bench", "channels", "--bytes", "1"], 'Option --bytes is "1": a whole number from 4 to 65536'],
  [
    ["bench", "peers", "--task", "stream"],
    'Option --task is "stream": one of alone, promise, contended, wake is needed',
  ],
  [["bench", "locks", "--turns", "5"], "Option --turns is for peers: outlive bench peers --turns 5"],
  [["explore", "./nowhere.ts"], "There is no file"],
  [["race", "package.json"], 'There is no program "package.json"'],
  [["bench", "locks", "--node", "97"], "give its path, --node 97=/path/to/node, or set OUTLIVE_NODE_97 to it"],
  [["bench", "micro", "--node", "20"], "Option --node does nothing with micro: it is for locks"],
  [["bench", "native", "--lock", "hemlock"], "one of spin-or-sleep, three-state-futex, tas"],
  [["race", NO_WASM], `${NO_WASM} is no module of WebAssembly (`],
  [["race", THROWS], `${THROWS} threw in create() (no luck)`],
  [["race", NO_ROLE], `The role in ${NO_ROLE} lacks a name`],
  [["replay", "x-2x1:A1", "--program", NO_PROGRAM], `The program in ${NO_PROGRAM} has no claim`],
  [["new", "lokc", "x.ts"], 'Argument WHAT is "lokc": one of lock, scheme, program is needed. Did you mean "lock"?'],
  [["explore", "counter", "--checkpoint", "x"], "counter-2x1, counter-2x2, counter-3x1: choose a size by --threads"],
  [["explore", "counter-2x1", "--checkpoint", "x", "--preemptions", "2"], "every order: leave out --preemptions"],
  [["explore", "all", "--resume", "x"], 'Option --resume is for one model: name one in place of "all"'],
]

// Each starts a process: of those that CI has besides, every third one.
const refused = REFUSED.filter((_, at) => PROVES || at < 9 || at % 3 === 0).map(
  // A test has the same name in each run.
  ([args, message]) => [args.map((arg) => arg.replace(brought, "…")), args, message] as const,
)
eachForCiUnless(refused, (_, at) => at < 9)("%j is refused with exit code 2", {}, async (_, args, message) => {
  const { code, out, err } = await outlive(args)
  expect({ code, out }).toEqual({ code: 2, out: "" })
  expect(err).toContain(message)
  // What to do, in a line, and no stack.
  expect(err).not.toMatch(/^ {4}at /m)
})

describe("report names what a form leaves out, and refuses if that is all", () => {
  let folder: string
  let raced: string
  let traced: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "outlive-forms-"))
    raced = join(folder, "race.json")
    writeFileSync(raced, readFileSync("docs/raced/tight.ndjson", "utf8").split("\n")[0]!)
    traced = join(folder, "trace.json")
    writeFileSync(traced, JSON.stringify({ traceEvents: [], otherData: { title: "a trace" } }))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test("samples as CSV; of two files of one name both are there", async () => {
    const none = await outlive(["report", "--csv", raced])
    expect({ code: none.code, out: none.out }).toEqual({ code: 2, out: "" })
    expect(none.err).toContain(`${raced} is left out`)

    const files = ["a", "b"].map((name) => join(folder, name, "bench.json"))
    for (const [i, from] of ["contended", "fifo-collapse"].entries()) {
      mkdirSync(dirname(files[i]!))
      copyFileSync(`docs/results/${from}.json`, files[i]!)
    }
    const both = await outlive(["report", "--csv", raced, ...files])
    expect(both.code).toBe(0)
    expect(both.err).toContain(`${raced} is left out`)
    const named = new Set(
      both.out
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",")[0]),
    )
    expect([...named]).toEqual(files)
  })

  test.each(["--json", "--markdown"])("traces: %s", async (form) => {
    const none = await outlive(["report", form, traced])
    expect({ code: none.code, out: none.out }).toEqual({ code: 2, out: "" })
    expect(none.err).toContain(`${traced} is left out`)
    const one = await outlive(["report", form, traced, raced])
    expect(one.code).toBe(0)
    expect(one.err).toContain(`${traced} is left out`)
    expect(one.out).toContain("tight")
  })
})

/** Each scenario is raced elsewhere, too. */
const SCENARIOS = [
  "fences",
  "syncobjs",
  ...(PROVES ? ["containers", "reservations", "schedulers", "sleepers", "tight", "mixed"] : []),
]
eachForCiUnless(SCENARIOS, (name) => name === "syncobjs")("%s can be raced", {}, async (scenario) => {
  const { code, out } = await outlive(["race", "--scenario", scenario, "--operations", "2000", "--seconds", "60"])
  expect({ code, head: out.startsWith(`${scenario}, independent`) }).toEqual({ code: 0, head: true })
})

test("--json prints the result and nothing else; --junit writes it to a file as well", async () => {
  const folder = mkdtempSync(join(tmpdir(), "outlive-junit-"))
  const file = join(folder, "race.xml")
  const { code, out } = await outlive(["race", "--json", "--seconds", "0.5", "--seed", "9", "--junit", file])
  const xml = readFileSync(file, "utf8")
  rmSync(folder, { recursive: true })
  expect(XMLValidator.validate(xml)).toBe(true)
  expect(xml).toContain('<testsuites tests="3" failures="0"')
  expect(xml).toContain('<property name="seed" value="9"/>')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    passed: true,
    violations: [],
    interrupted: false,
    settings: { seed: 9 },
    accounts: { balanced: true },
  })
})

test("-q says a line of what holds; -v where and how it was raced", FOR_CI, async () => {
  const [quiet, verbose] = await Promise.all(
    ["-q", "-v"].map((how) => outlive(["race", how, "--operations", "200", "--seconds", "20"])),
  )
  expect(quiet).toMatchObject({ code: 0, err: "" })
  expect(quiet!.out).toMatch(/^fences, independent.*: 0 violations\n$/)
  expect(verbose!.out.split("\n").length).toBeGreaterThan(3)
  expect(verbose!.err).toMatch(/^outlive \d.*, Node \d.* cores\nsettings: \{.*\}\n$/m)
})

test("shells are told what there is: commands, options, words that an option takes", FOR_CI, async () => {
  const asked: readonly [words: string[], some: string[], not?: string][] = [
    [["ra"], ["race"]],
    [
      ["race", "--sc"],
      ["--scenario", "--scheme"],
    ],
    [["race", "--program", "cou"], ["counter"]],
    [["explore", "signal-a"], ["signal-add"]],
    [["race", "--lock", ""], ["spin", "ticket"], "counter"],
    [["explore", "--lock", ""], ["ticket"], "spin"],
    [["race", "--engine", ""], ["wasm", "js"], "counter"],
    [["campaign", "race", "--lifetime", ""], ["independent"], "counter"],
    [["explore", "--scheme", ""], ["epochs"], "signal-add"],
    [["bench", "--task", ""], ["promise", "stream"], "locks"],
    // What is in a file, and a number, is not known.
    [["explore", "--engine", ""], [], "signal-add"],
    [["race", "--seconds", ""], [], "counter"],
    [["race", "--seconds", "5", ""], ["counter"]],
    [["race", "-q", ""], ["counter"]],
    [
      ["new", ""],
      ["lock", "scheme", "program"],
    ],
    [["death", ""], ["counter"]],
    [
      ["bench", ""],
      ["locks", "micro", "counter"],
    ],
    [
      ["campaign", ""],
      ["race", "merge"],
    ],
  ]
  const told = await Promise.all(asked.map(([words]) => outlive(["complete", "--", ...words])))
  for (const [at, [words, some, not]] of asked.entries()) {
    const offered = told[at]!.out.split("\n").map((line) => line.split("\t")[0]!)
    expect(offered, words.join(" ")).toEqual(expect.arrayContaining(some))
    if (not !== undefined) expect(offered, words.join(" ")).not.toContain(not)
  }
})

test("Ctrl-C ends a race with a partial result and exit code 130", async () => {
  const { code, out } = await outlive(["race", "--seconds", "60"], { interruptAfterMs: 1_500 })
  expect(code).toBe(130)
  expect(out).toContain("Interrupted: this is a partial result.")
  expect(out).toContain("Accounts: balanced")
})

test("Ctrl-C ends the lab, and what there is is written", FOR_CI, async () => {
  const cwd = mkdtempSync(join(tmpdir(), "outlive-lab-"))
  const { code, out } = await outlive(["lab", "--seconds", "60"], { interruptAfterMs: 1_500, cwd })
  expect(code).toBe(130)
  expect(out).toContain("Result: ")
  expect(
    readdirSync(join(cwd, "outlive-results"))
      .map((file) => file.replace(/^.*\./, ""))
      .sort(),
  ).toEqual(["html", "json"])
  rmSync(cwd, { recursive: true })
})

test("the WebAssembly engine survives in the baseline compiler alone", FOR_CI, async () => {
  const { code, out } = await outlive(["race", "--json", "--seconds", "1", "--flavour", "release"], {
    nodeOptions: ["--liftoff-only"],
  })
  expect(JSON.parse(out)).toMatchObject({ violations: [], deaths: [], leaks: [] })
  expect(code).toBe(0)
})

test.runIf(existsSync("/dev/full"))("an output that cannot be written is told in a line", () => {
  const full = openSync("/dev/full", "w")
  const { status, stderr } = spawnSync(process.execPath, [MAIN, "race", "--help"], { stdio: ["ignore", full, "pipe"] })
  closeSync(full)
  expect([status, String(stderr)]).toEqual([1, "outlive: The output cannot be written (ENOSPC)\n"])
})
