/** The line that replays a failing order, of whatever it is: run as it is printed, from another folder, it fails as it did. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { templateOfLock, templateOfProgram } from "../../scripts/strategies.mjs"
import { eachForCiUnless } from "../prove.js"
import { outlive } from "../race/outlive.js"
import { wordsIn } from "../unit/race-line.js"

const cwd = mkdtempSync(join(tmpdir(), "outlive-replays-"))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

function changed(text: string, from: string, to: string): string {
  expect(text).toContain(from)
  return text.replace(from, to)
}

const MISTAKEN = [
  "if (seen == FREE && compareExchange(word, FREE, me) == FREE) return",
  "if (seen == FREE) return",
] as const
const ADDS = "write(count, read(count) + 1)"
const MODEL = `
export const model = {
  setup: () => new Int32Array(new SharedArrayBuffer(4)),
  threads: [0, 1].map(() => (words) => { Atomics.store(words, 0, Atomics.load(words, 0) + 1) }),
  check(words) { if (Atomics.load(words, 0) !== 2) throw new Error("One is lost") },
}`

// A name that a shell takes apart.
const file = (name: string, text: string) => {
  mkdirSync(join(cwd, "who's here"), { recursive: true })
  writeFileSync(join(cwd, "who's here", name), text)
  return join("who's here", name)
}
const lock = file("my-lock.ts", changed(templateOfLock(), ...MISTAKEN))
const LOST = "const v = read(count); engine.unlock(record, lock); engine.lock(record, lock); write(count, v + 1)"
const program = file("my-program.ts", changed(templateOfProgram(), ADDS, LOST))
const model = file("my-model.mjs", MODEL)

const COMMANDS = [
  ["explore", "counter", "--lock", "broken"],
  ["explore", lock, "--threads", "2"],
  ["explore", "counter", "--lock", lock, "--scheme", "two-counters"],
  ["explore", program, "--lock", "ticket"],
  ["explore", model],
  ["death", program, "--seconds", "2"],
  ["campaign", "explore", model, "--seeds", "1..1", "--jobs", "1"],
  ["campaign", "death", "mine-2x4", "--program", program, "--seeds", "61..64", "--jobs", "1"],
]

/** `npm test` has a name, a program and a model: what is brought to the engine is built first. */
eachForCiUnless(
  COMMANDS.map((args) => [args] as const),
  ([args]) => !args.includes(lock),
)("outlive %j", {}, async (args) => {
  const { code, out, err } = await outlive(args, { cwd })
  expect(code, out + err).toBe(1)
  const line = /outlive replay .*$/m.exec(out)![0]
  // Of what it was built of, not of what was built: that is elsewhere on another machine, and of a file as it was.
  expect(line).not.toContain(".cache")
  const replayed = await outlive(wordsIn(line).slice(1), { cwd: tmpdir() })
  expect(replayed, line + replayed.err).toMatchObject({ code: 1 })
})

test("whoever has mended the file replays what they have mended", async () => {
  const found = await outlive(["explore", lock, "--threads", "2"], { cwd })
  const line = /outlive replay .*$/m.exec(found.out)![0]
  file("my-lock.ts", templateOfLock())
  expect((await outlive(wordsIn(line).slice(1), { cwd })).code).not.toBe(1)
})

test("two engines are one too many", async () => {
  const { code, err } = await outlive(["replay", "counter-2x1:A1", "--lock", "broken", "--engine", "package.json"])
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining("both say which engine to replay on") })
})
