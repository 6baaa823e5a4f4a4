/** A lock that somebody brings along: a file outside of the project is built, explored, and told what is wrong with it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { EngineFactory } from "@outlive/core/engine-js"
import { afterAll, expect, test } from "vitest"
import { LOCKS, buildStrategy, templateOfLock } from "../../scripts/strategies.mjs"
import { FOR_CI, FOR_PROOF, PROVES } from "../prove.js"
import { outlive } from "../race/outlive.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-lock-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The template, with a change. */
function write(name: string, from = "", to = ""): string {
  const file = join(folder, name)
  expect(templateOfLock()).toContain(from)
  writeFileSync(file, templateOfLock().replace(from, to))
  return file
}

test("outlive new lock writes one that passes as it stands", FOR_PROOF, async () => {
  const file = join(folder, "my-lock.ts")
  expect(await outlive(["new", "lock", file])).toMatchObject({ code: 0 })
  const explored = await outlive(["explore", "--lock", file, "mutex-2x2", "--require-exhaustive"])
  expect(explored, explored.err).toMatchObject({ code: 0 })
  expect((await outlive(["new", "lock", file])).err).toContain("it is there already")
})

test("outlive new program writes one that passes as it stands", async () => {
  const file = join(folder, "my-program.ts")
  expect(await outlive(["new", "program", file])).toMatchObject({ code: 0 })
  const explored = await outlive(["explore", file, "--threads", "2", "--require-exhaustive"])
  expect(explored, explored.err).toMatchObject({ code: 0 })
})

// `test/models/cli.test.ts` has the same for an engine, `page.test.ts` a mistake in a lock.
test.runIf(PROVES)("a fault in it is found, and the line that is printed replays it", async () => {
  const file = write(
    "unsure.ts",
    "if (seen == FREE && compareExchange(word, FREE, me) == FREE) return",
    "if (seen == FREE) return",
  )
  const { code, out } = await outlive(["explore", "--lock", file, "mutex-2"])
  expect(code).toBe(1)
  const [, schedule, lock] = /^Replay: outlive replay (\S+) --lock (\S+)$/m.exec(out)!
  expect(lock).toBe(file)
  expect(await outlive(["replay", schedule!, "--lock", lock!])).toMatchObject({ code: 1 })
})

test(
  "one whose waiting loop writes cannot be explored whole: that is no proof, and what to do is told",
  FOR_CI,
  async () => {
    const file = join(folder, "notes.ts")
    const changes = [
      ["peek, relax }", "peek, relax, store }"],
      ["acquireSlow(word, me)", "acquireSlow(thread, word, me)"],
      ["acquireSlow(word: i32, me: i32)", "acquireSlow(thread: i32, word: i32, me: i32)"],
      ["    relax()", "    store(thread + Thread.locks, round)\n    relax()"],
    ] as const
    const text = changes.reduce((all, [from, to]) => {
      expect(all).toContain(from)
      return all.replace(from, to)
    }, templateOfLock())
    writeFileSync(file, text)
    const asked = ["explore", file, "--program", "counter", "--threads", "2", "--turns", "1", "--seconds", "20"]
    const cut = await outlive(asked)
    expect(cut, cut.err).toMatchObject({ code: 1 })
    expect(cut.out).toContain("no proof: no failure found, but not all was looked at")
    expect(cut.out).not.toContain("pass:")
    expect(cut.err).toContain("No proof: not every order was explored of counter-2x1")
    expect(cut.err).toContain("relax()")
    expect(cut.err).toContain("--no-require-exhaustive")
    const less = await outlive([...asked, "--no-require-exhaustive"])
    expect(less, less.err).toMatchObject({ code: 0, err: "" })
    expect(less.out).toContain("pass: no failure found, but not all was looked at")
  },
)

test("it compiles to WebAssembly, and is a lock of its own there", FOR_PROOF, async () => {
  const file = write("compiled.ts")
  const { bytes } = (await import(await buildStrategy(file, { target: "wasm", flavour: "release" }))) as {
    bytes: string
  }
  expect(Buffer.from(bytes, "base64").subarray(0, 4).toString("latin1")).toBe("\0asm")
})

test("that it excludes is said of the orders that were looked at, and by what to know more", FOR_CI, async () => {
  const looked = await outlive(["strategies", "ttas"])
  expect(looked.out).toContain("excludes, overtaken: in orders with at most 2 preemptions. That is no proof")
  const [, more] = /outlive (explore \S.*) looks further/.exec(looked.out)!
  expect(await outlive(more!.split(" "))).toMatchObject({ code: 0 })
  const file = write("mine.ts")
  expect((await outlive(["strategies", file])).out).toContain(`outlive explore ${file} looks further`)
})

test("a missing export is told", async () => {
  const file = write("wrong.ts", "export function acquire", "function acquire")
  await expect(buildStrategy(file, { target: "wasm", flavour: "release" })).rejects.toThrow(/does not export acquire/)
})

test("what does not compile is told with its file and line", FOR_CI, async () => {
  const file = write("typo.ts", "assertLockable(word, me)\n  for", "assertLockabel(word, me)\n  for")
  const line =
    readFileSync(file, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("assertLockabel")) + 1
  await expect(buildStrategy(file, { target: "wasm", flavour: "release" })).rejects.toThrow(`${file}(${line},`)
})

const ACQUIRE = "export function acquire(thread: i32, word: i32): void {"

// Who makes a heap takes its locks: before there is an order to be told.
test.each([["explore"], ["death"], ["strategies", "--lock"], ["race", "--seconds", "1", "--lock"]])(
  "what one thread alone cannot do with it is told by its name, and not as a stack of ours: %s",
  FOR_CI,
  async (...command) => {
    const file = write("nothing.ts", ACQUIRE, `${ACQUIRE}\n  if (1 == 1) return`)
    const { code, err } = await outlive([...command, file])
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining(`With ${file} one thread alone fails`) as string,
    })
    expect(err).toMatch(/LockNotHeld|does not hold lock/)
    expect(err).not.toContain("node:internal")
  },
)
/** Some compile; in both builds, or in one. */
test.each([
  [
    "arguments",
    ACQUIRE,
    "export function acquire(thread: i32): void {",
    "the acquire of a lock is acquire(thread: i32, word: i32): void",
  ],
  [
    "result",
    ACQUIRE,
    "export function acquire(thread: i32, word: i32): i32 {",
    "the acquire of a lock is acquire(thread",
  ],
  ["no types", ACQUIRE, "export function acquire(thread, word) {", "the acquire of a lock is acquire(thread"],
  [
    "constant",
    ACQUIRE,
    "export const acquire = (thread: i32, word: i32): void => {",
    'exports it as "export function acquire',
  ],
  ["text", "    relax()", '    relax("now")', "here is a text"],
  [
    "state",
    "function acquireSlow",
    "let rounds: i32 = 0\nfunction acquireSlow",
    "keeps nothing in variables of its own",
  ],
  ["class", "function acquireSlow", "class Node {}\nfunction acquireSlow", "here is a class"],
  ["throw", "    relax()", "    throw new Error()", "never throws"],
  ["clock", "    relax()", "    if (Date.now() > 0) relax()", "nothing of its surroundings"],
  ["number", "const seen = load", "const seen: f64 = load", "is made of i32"],
  ["import", "export {", 'import { x } from "./other.js"\nexport {', 'imports from "@outlive/engine" only'],
])("%s: what is no part of a lock is told with its file and line", async (name, from, to, message) => {
  const file = write(`not-${name.replace(" ", "-")}.ts`, from, to)
  const line =
    readFileSync(file, "utf8")
      .split("\n")
      .indexOf(to.split("\n").at(name === "state" || name === "class" || name === "import" ? 0 : -1)!) + 1
  const building = buildStrategy(file, { target: "wasm", flavour: "release" })
  await expect(building).rejects.toThrow(message)
  await expect(building).rejects.toThrow(`${file}(${line > 0 ? line : ""}`)
})

test("what is imported and is not there is told by the name that stands in the file", async () => {
  const file = write("imports.ts", "export {", 'import { Nothing } from "@outlive/engine"\nexport {')
  await expect(buildStrategy(file, { target: "wasm", flavour: "release" })).rejects.toThrow(
    /"@outlive\/engine" has no exported member 'Nothing'[\s\S]*from "@outlive\/engine"/,
  )
})

test("a failing order is told by the lines of the file, in the text and on the page", FOR_PROOF, async () => {
  const right = "if (seen == FREE && compareExchange(word, FREE, me) == FREE) return"
  const file = write("with a space.ts", right, "if (seen == FREE && compareExchange(word, FREE, me) != me) return")
  const page = join(folder, "page.html")
  const { code, out } = await outlive(
    [
      "explore",
      "./with a space.ts",
      "--program",
      "counter",
      "--threads",
      "2",
      "--turns",
      "2",
      "--seconds",
      "600",
      "--html",
      page,
    ],
    { cwd: folder },
  )
  const line =
    readFileSync(file, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("!= me) return")) + 1
  expect(code).toBe(1)
  expect(out).toContain(`| with a space.ts:${line}`)
  expect(out).not.toMatch(/words\.ts:|stepwise-js\.js:\d/)
  const html = readFileSync(page, "utf8")
  expect(html).toContain(`with a space.ts:${line}`)
  expect(html).toContain('<input type="range"')
})

test("the same text in two places is told by the place that was asked for", FOR_CI, async () => {
  const files = [write("here.ts"), write("there.ts")]
  const builds = await Promise.all(files.map((file) => buildStrategy(file, { target: "js", flavour: "stepwise" })))
  const sources = builds.map((build) => {
    const [, map] = /base64,(.*)$/m.exec(readFileSync(build, "utf8"))!
    return (JSON.parse(Buffer.from(map!, "base64").toString()) as { sources: string[] }).sources
  })
  for (const [at, file] of files.entries()) expect(sources[at]).toContain(pathToFileURL(file).href)
  expect(sources[1]).not.toContain(pathToFileURL(files[0]!).href)
})

test("two builds with different locks refuse each other's heap", FOR_PROOF, async () => {
  const sums = new Set<number>()
  const files = [...LOCKS.map(({ name }) => name), write("one.ts"), write("other.ts", "let round = 1", "let round = 2")]
  for (const lock of files) {
    const { instantiate } = (await import(await buildStrategy(lock, { target: "js", flavour: "release" }))) as {
      instantiate: EngineFactory
    }
    const memory = { buffer: new SharedArrayBuffer(65_536) } as never
    sums.add((instantiate(memory, {}).exports as { layoutChecksum(): number }).layoutChecksum())
  }
  expect(sums.size).toBe(files.length)
})
