/** `outlive explore` of a model that somebody has written. */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { MAIN, outlive } from "../../race/outlive.js"
import { FOR_CI, PROVES } from "../../prove.js"

const SETUP = "setup: () => new Int32Array(new SharedArrayBuffer(8))"
const MODELS = {
  "lost.mjs": `{ ${SETUP},
    threads: [0, 1].map(() => (cells) => void Atomics.store(cells, 0, Atomics.load(cells, 0) + 1)),
    check: (cells) => cells[0] === 2 }`,
  "long.mjs": `{ ${SETUP},
    threads: [3, 3, 3, 2].map((times) => (cells) => { for (let left = times; left > 0; left--) Atomics.add(cells, 0, 1) }),
    outcome: (cells) => String(cells[0]) }`,
  "racy.mjs": `{ ${SETUP},
    threads: [(c) => { Atomics.store(c, 1, 1); c[0] = 1 }, (c) => { Atomics.load(c, 1); return c[0] }] }`,
  "misspelt.mjs": `{ ${SETUP}, threads: [(cells) => Atomics.load(cells, 0)], chek() {} }`,
  "number.mjs": "5",
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "outlive-"))
  for (const [file, model] of Object.entries(MODELS))
    writeFileSync(join(folder, file), `export const model = ${model}\n`)
})
afterAll(() => rmSync(folder, { recursive: true }))
const inFolder = (...args: string[]) => outlive(["explore", ...args], { cwd: folder })

test(
  "an exploration that is ended goes on from its file, to the same counts, and then there is no file",
  FOR_CI,
  async () => {
    const kept = join(folder, "kept.json")
    const [whole, first] = await Promise.all([
      inFolder("./long.mjs", "--json"),
      inFolder("./long.mjs", "--seconds", "0.1", "--checkpoint", kept, "--require-exhaustive"),
    ])
    expect(first).toMatchObject({ code: 1, out: expect.stringContaining("An estimate of all executions") as string })
    expect(JSON.parse(readFileSync(kept, "utf8"))).toMatchObject({ schema: "outlive.checkpoint", model: "model" })
    const rest = await inFolder("./long.mjs", "--resume", kept, "--checkpoint", kept, "--json")
    const [all, both] = [whole, rest].map(
      ({ out }) => (JSON.parse(out) as { explorations: [{ executions: number }] }).explorations[0],
    )
    expect(all).toMatchObject({ exhaustive: true, outcomes: { 11: 92_400 } })
    expect({ ...both, ms: 0 }).toEqual({ ...all, ms: 0 })
    expect(existsSync(kept)).toBe(false)
  },
)

test("a failure names the file that can be replayed, not what was made of it", async () => {
  const { code, out } = await inFolder("./lost.mjs")
  expect(code).toBe(1)
  expect(out).toMatch(/^Replay: outlive replay model:\w+ --model \S*[\\/]lost\.mjs$/m)
})

test("a data race is one again when its order is replayed", async () => {
  const { out } = await inFolder("./racy.mjs")
  const [, schedule] = /^Replay: outlive replay (\S+) --model/m.exec(out)!
  const replayed = await outlive(["replay", schedule!, "--model", "./racy.mjs"], { cwd: folder })
  expect(replayed).toMatchObject({ code: 1, out: expect.stringContaining("data-race") as string })
})

test("steps are where they are in the files that were brought along, of whatever folder", async () => {
  mkdirSync(join(folder, "deep"))
  writeFileSync(
    join(folder, "deep/part.ts"),
    "// A line that moves the others.\nexport const add = (c: Int32Array): void => {\n  Atomics.store(c, 0, Atomics.load(c, 0) + 1)\n}\n",
  )
  writeFileSync(
    join(folder, "deep/whole.mjs"),
    `import { add } from "./part.ts"\nexport const model = { ${SETUP}, threads: [add, add], check: (cells) => cells[0] === 2 }\n`,
  )
  const { out } = await inFolder("deep/whole.mjs", "--json", "--junit", "told.xml")
  const { explorations } = JSON.parse(out) as { explorations: [{ trace: { at: string; operation: string }[] }] }
  const places = explorations[0].trace.map(({ operation, at }) => `${operation} ${at}`)
  const told = ["load deep/part.ts:3", "store deep/part.ts:3"]
  expect(new Set(places.filter((place) => !place.endsWith(" ")))).toEqual(new Set(told))
  const xml = readFileSync(join(folder, "told.xml"), "utf8")
  expect(xml).toContain("deep/part.ts:3")
  expect(xml).not.toContain(".cache")
})

test(
  "who stops reading is told by the exit code that the model does not hold, or that it was not seen to",
  FOR_CI,
  async () => {
    const child = spawn(process.execPath, [MAIN, "explore", "./lost.mjs"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    })
    child.stdout.destroy()
    const code = await new Promise((resolve) => child.on("close", resolve))
    expect([1, 141]).toContain(code)
  },
)

describe("is refused with exit code 2:", () => {
  const refused: (readonly [string[], string])[] = [
    [["./misspelt.mjs"], 'it has no "chek"'],
    [["./number.mjs"], "Cannot explore this model: it is 5"],
    [["./long.mjs", "--threads", "4"], "Option --threads is for programs, and ./long.mjs exports a model"],
    [["./long.mjs", "--checkpoint", "."], 'Option --checkpoint is ".": it cannot be written'],
    [["./long.mjs", "--checkpoint", "kept.json", "--jobs", "2"], "leave out --jobs"],
  ]
  test.each(refused.slice(0, PROVES ? refused.length : 2))("%j", async (args, message) => {
    const { code, out, err } = await inFolder(...args)
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toContain(message)
  })
})
