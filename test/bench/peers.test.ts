/**
 * The package's locks beside what a user would take instead: each peer is measured, what goes wrong with one is seen, and what
 * docs/guides/beside-others.md says of each is what a program finds.
 */
import { execFile } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type Experiment, NODE_AXIS, RIGS, findNode, outcomeOf, peersExperiment, runExperiment } from "@outlive/bench"
import { type TestContext, afterAll, describe, expect, test } from "vitest"
import { FOR_CI, forCiUnless } from "../prove.js"

const run = promisify(execFile)
const rig = RIGS.peers
const PEERS = rig.axes.peer.words
const [OURS] = PEERS
const tools = { lock: async () => [], fences: async () => [], scheme: async () => "" }
const PROGRAM = fileURLToPath(rig.program)
const argsFor = (peer: string, task: string, turns = 0, version = process.version) =>
  rig.argsOf({ peer, task, turns, [NODE_AXIS]: version }, tools, 20)

/** This one, and those of the variables OUTLIVE_NODE_24 and OUTLIVE_NODE_26. */
const NODES = [
  { version: process.version, file: process.execPath },
  ...["24", "26"].flatMap((major) => {
    try {
      return [findNode(major)]
    } catch {
      return []
    }
  }),
]

/** The first Node that has this peer; without one the test is skipped, with the reason. */
async function nodeFor(peer: string, { skip }: TestContext): Promise<string> {
  const answers = await Promise.all(NODES.map(({ version }) => argsFor(peer, "promise", 0, version)))
  const at = answers.findIndex((answer) => !("cannot" in answer))
  if (at === -1) skip(`${peer}: ${(answers[0] as { readonly cannot: string }).cannot}`)
  return NODES[at]!.file
}

async function measured(node: string, args: readonly string[], program = PROGRAM) {
  const { stdout, stderr } = await run(node, [program, ...args], { timeout: 60_000 })
  const { figures } = JSON.parse(stdout) as { figures: Record<string, number> }
  return { figures, stderr }
}

const CASES = PEERS.flatMap((peer) => rig.axes.task.words.map((task) => ({ peer, task }))).filter(
  ({ peer, task }) => peer !== "Web Locks" || task !== "alone",
)
for (const { peer, task } of CASES)
  test(
    `${peer}, ${task} is measured`,
    { ...forCiUnless(peer === OURS && task === "wake"), timeout: 60_000 },
    async (context) => {
      const node = await nodeFor(peer, context)
      const { figures } = await measured(node, ["--peer", peer, "--task", task, "--ms", "20"])
      expect(figures["ns"]).toBeGreaterThan(0)
      expect(figures["turns"]).toBeGreaterThan(0)
      if (task === "wake") expect(figures).toMatchObject({ lost: 0, hung: 0 })
      if (task === "contended" && peer !== "Web Locks") expect(figures).toMatchObject({ additionsLost: 0, hung: 0 })
    },
  )

test("as many turns as are asked for are passed to and fro", FOR_CI, async () => {
  const { figures } = await measured(process.execPath, ["--task", "wake", "--turns", "500"])
  expect(figures).toMatchObject({ turns: 500, lost: 0, hung: 0 })
})

test.each([
  ["Web Locks", "alone", 0, "v26.0.0", "nothing of it blocks"],
  ["Web Locks", "wake", 0, "v24.4.1", "Node has navigator.locks, from 24.5 on, and this is v24.4.1"],
  ["multithreading", "alone", 0, "v20.20.2", "Node has Promise.withResolvers"],
  ["@outlive/sync", "contended", 10, "v26.0.0", "--task wake"],
])("%s, %s, %i turns on %s is not measured, with the reason", async (peer, task, turns, _, why) => {
  expect(await argsFor(peer, task, turns, _)).toMatchObject({ cannot: expect.stringContaining(why) as string })
})

test(
  "each Node is told of, words along an axis are tables of their own, and what is not there is told",
  FOR_CI,
  async () => {
    const major = Number(process.versions.node.split(".")[0])
    const experiment: Experiment = {
      ...peersExperiment({ peer: ["@outlive/sync", "Web Locks"], task: ["alone", "promise"] }),
      axes: { peer: ["@outlive/sync", "Web Locks"], task: ["alone", "promise"], turns: [0], [NODE_AXIS]: [major] },
    }
    const result = await runExperiment(experiment, tools, { rounds: 1, ms: 5, evenUnderLoad: true })
    const { groups } = outcomeOf(result)
    expect(groups.map(({ title, picture }) => [title, picture])).toEqual(
      ["alone", "promise"].map((task) => [`task ${task}, Node ${process.version}`, "bars"]),
    )
    expect(result.left).toContainEqual({
      name: `Web Locks/alone/0/${process.version}`,
      why: "nothing of it blocks",
    })
  },
)

/** The program and its threads with changes, in a folder of their own. */
function twin(changes: readonly (readonly [file: string, from: string, to: string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), "outlive-peers-"))
  folders.push(folder)
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }')
  cpSync(dirname(PROGRAM), folder, { recursive: true })
  const above = new URL("../", rig.program).href
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
    let text = readFileSync(join(folder, name), "utf8")
    for (const [, from, to] of changes.filter(([file]) => file === name)) {
      if (text.split(from).length !== 2) throw new Error(`${name} has not one place with ${from}`)
      text = text.replace(from, () => to)
    }
    const atHome = text
      .replaceAll(/from "\.\.\//g, `from "${above}`)
      .replaceAll(/from "(@outlive\/\w+)"/g, (_, one: string) => `from "${import.meta.resolve(one)}"`)
    writeFileSync(join(folder, name), atHome)
  }
  return join(folder, "variant.js")
}
const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

describe("what goes wrong is seen", () => {
  const FORGETS = ["by-hand.js", "Atomics.notify(words, theirs, 1);", ""] as const
  const wake = ["--peer", "Atomics by hand", "--task", "wake", "--turns", "40"]

  test("of a lost wakeup, that a bound had to make up for it", async () => {
    const program = twin([FORGETS, ["by-hand.js", "const BOUND_MS = 1_000", "const BOUND_MS = 5"]])
    const { figures } = await measured(process.execPath, wake, program)
    expect(figures).toMatchObject({ turns: 40, hung: 0 })
    expect(figures["lost"]).toBeGreaterThan(0)
  })

  test("of one without a bound, that nobody gets any further", FOR_CI, async () => {
    const endless = ["by-hand.js", "mine, 0, BOUND_MS)", "mine, 0)"] as const
    const program = twin([FORGETS, endless, ["watch.js", "PATIENCE_MS = 10_000", "PATIENCE_MS = 300"]])
    const { figures } = await measured(process.execPath, wake, program)
    expect(figures).toMatchObject({ lost: 1, hung: 1 })
    expect(figures["ns"]).toBeUndefined()
  })

  test("of a lock that lets two in, that additions are lost", FOR_CI, async () => {
    const isFree = "Atomics.compareExchange(words, LOCK, FREE, HELD) === FREE"
    const inside = "() => void (words[INSIDE] = words[INSIDE] + 1)"
    // Each sleeps between reading and writing.
    const slow = "() => { const was = words[INSIDE]; Atomics.wait(words, 250, 0, 1); words[INSIDE] = was + 1 }"
    const program = twin([
      ["by-hand.js", isFree, "true"],
      ["play.js", inside, slow],
    ])
    const contended = ["--peer", "Atomics by hand", "--task", "contended", "--ms", "400"]
    const { figures } = await measured(process.execPath, contended, program)
    expect(figures["additionsLost"]).toBeGreaterThan(0)
  })

  test("and what a program says while it is at it comes through", FOR_CI, async () => {
    const program = twin([FORGETS, ["by-hand.js", "const BOUND_MS = 1_000", "const BOUND_MS = 100"]])
    const { stderr } = await measured(process.execPath, wake, program)
    expect(stderr).toMatch(/^progress: \d+ of 40 turns$/m)
  })
})

/** What a row of the page is called here; undefined: what the platform's documents say of it, and no program of ours finds out. */
const ROWS: Readonly<Record<string, string | undefined>> = {
  "blocks a thread": "blocks",
  "as a promise": "promises",
  "if it can be had at once": "tries",
  "with a time-out": "bounded",
  "with an `AbortSignal`": "aborts",
  "in the order of asking": "inOrder",
  "a thread that takes it twice is told": "tellsDeadlock",
  "its owner died: the next one gets it": "outlivesOwner",
  "and is told so": "tellsDeath",
  "on a page's main thread": undefined,
  "between tabs": undefined,
  "needs a `SharedArrayBuffer`": undefined,
  Node: undefined,
}
const PROGRAMS: Readonly<Record<string, string>> = {
  "@outlive/sync": "outlive-sync",
  "Atomics by hand": "by-hand",
  "Web Locks": "web-locks",
  multithreading: "multithreading",
}
const page = readFileSync(new URL("../../docs/guides/beside-others.md", import.meta.url), "utf8")
const [head, , ...rows] = page
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

describe("the page", () => {
  test("has a column for each, and no row that nobody knows of", () => {
    expect(head!.slice(1).map((name) => name.replaceAll("`", ""))).toEqual([...PEERS])
    expect(rows.map(([title]) => title)).toEqual(Object.keys(ROWS))
  })

  for (const [at, peer] of PEERS.entries())
    test(`says of ${peer} what a program finds`, { timeout: 60_000 }, async (context) => {
      const node = await nodeFor(peer, context)
      const program = fileURLToPath(new URL(`beside/${PROGRAMS[peer]}.mjs`, import.meta.url))
      const { stdout } = await run(node, [program], { timeout: 60_000 })
      const found = JSON.parse(stdout) as Record<string, boolean>
      const said = rows.flatMap(([title, ...cells]) => {
        const key = ROWS[title!]
        const [word] = cells[at]!.split(/\W/)
        return key === undefined ? [] : [[key, { yes: true, no: false }[word!]]]
      })
      expect(Object.fromEntries(said)).toEqual(found)
    })
})
