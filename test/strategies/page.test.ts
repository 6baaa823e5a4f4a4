/**
 * docs/YOUR-OWN-LOCK.md, followed word by word from an empty folder outside of the repository: what it says to run is run, what
 * it says to change is changed. Without OUTLIVE_PROVE only the mistakes, and what leads there.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { FOR_CI, PROVES } from "../prove.js"
import { outlive } from "../race/outlive.js"

const PAGE = readFileSync(new URL("../../docs/YOUR-OWN-LOCK.md", import.meta.url), "utf8")
const ENGINE = new URL("../../packages/core/engine/", import.meta.url)
const LONG = 300_000
/** The mistakes in a lock and in a scheme, and what leads there; the scheme's is raced in `npm run prove`. */
const SHORT = /outlive new|my-lock.*exit code 1|explore .*my-scheme.*exit code 1/
/** Of files that the page does not make. */
const NOT_THERE = /my-lock\.(mjs|wasm)/

const folder = mkdtempSync(join(tmpdir(), "outlive-page-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Block {
  readonly kind: "sh" | "diff"
  readonly file: string
  readonly lines: readonly string[]
}

const BLOCKS = [...PAGE.matchAll(/^```(sh|diff) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ([, kind, file, text]) => ({ kind, file, lines: text!.trimEnd().split("\n") }) as Block,
)

function change({ file, lines }: Block): void {
  const path = join(folder, file)
  const sign = (wanted: string) =>
    lines
      .filter((line) => line.startsWith(wanted))
      .map((line) => `${line.slice(1)}\n`)
      .join("")
  const before = readFileSync(path, "utf8")
  expect(before).toContain(sign("-"))
  writeFileSync(path, before.replace(sign("-"), sign("+")))
}

/** A line of the page: the command without its first word, and what it is to end with. */
function read(line: string): { args: string[]; code: number } {
  const [command, code] = line.split(/ # exit code /) as [string, string | undefined]
  expect(command).toMatch(/^outlive /)
  return { args: command.split(" ").slice(1), code: Number(code ?? 0) }
}

describe("the page is followed", FOR_CI, () => {
  for (const block of BLOCKS) {
    if (block.kind === "diff") test(`a mistake in ${block.file}`, () => change(block))
    else
      for (const line of block.lines.filter((each) => !NOT_THERE.test(each)))
        test.skipIf(!PROVES && !SHORT.test(line))(line, { timeout: LONG }, async () => {
          const { args, code } = read(line)
          const ended = await outlive(args, { cwd: folder })
          expect(ended, `${ended.out}\n${ended.err}`).toMatchObject({ code })
        })
  }
})

test("it plants three mistakes, each found by explore and by race", () => {
  const found = BLOCKS.flatMap(({ lines }) => lines).filter((line) => line.includes("# exit code 1"))
  expect(found.map((line) => line.split(" ")[1])).toEqual(["explore", "race", "explore", "race", "explore", "race"])
})

// All of them take numbers: nothing but this tells that the page has them in another order.
test("what the page says the engine's functions take is what they take", () => {
  const engine = ["host", "words", "locks/word", "locks/owner-word"].map((name) =>
    readFileSync(new URL(`${name}.ts`, ENGINE), "utf8"),
  )
  const told = [...PAGE.matchAll(/^function .*$/gm)].map(([line]) => line)
  expect(told).toHaveLength(5)
  for (const line of told)
    expect(
      engine.some((text) => text.includes(`export ${line} {`) || text.includes(`export declare ${line}\n`)),
      line,
    ).toBe(true)
})
