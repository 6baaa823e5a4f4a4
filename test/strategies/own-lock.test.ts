/** A lock that somebody brings along: a file outside of the project is built, explored, and told what is wrong with it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { EngineFactory } from "@outlive/core/engine-js"
import { afterAll, expect, test } from "vitest"
import { LOCKS, buildStrategy, templateOfLock } from "../../scripts/strategies.mjs"
import { FOR_CI, PROVES } from "../prove.js"
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

test("outlive new lock writes one that passes as it stands", FOR_CI, async () => {
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
  const [, schedule, engine] = /^Replay: outlive replay (\S+) --engine (\S+)$/m.exec(out)!
  expect(await outlive(["replay", schedule!, "--engine", engine!])).toMatchObject({ code: 1 })
})

test("it compiles to WebAssembly, and is a lock of its own there", FOR_CI, async () => {
  const file = write("compiled.ts")
  const { bytes } = (await import(await buildStrategy(file, { target: "wasm", flavour: "release" }))) as {
    bytes: string
  }
  expect(Buffer.from(bytes, "base64").subarray(0, 4).toString("latin1")).toBe("\0asm")
})

test("a missing export is told", async () => {
  const file = write("wrong.ts", "export function acquire", "function acquire")
  await expect(buildStrategy(file, { target: "wasm", flavour: "release" })).rejects.toThrow(/does not export acquire/)
})

test("what does not compile is told with its file and line", async () => {
  const file = write("typo.ts", "assertLockable(word, me)\n  for", "assertLockabel(word, me)\n  for")
  const line =
    readFileSync(file, "utf8")
      .split("\n")
      .findIndex((text) => text.includes("assertLockabel")) + 1
  await expect(buildStrategy(file, { target: "wasm", flavour: "release" })).rejects.toThrow(`${file}(${line},`)
})

test("two builds with different locks refuse each other's heap", FOR_CI, async () => {
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
