/** Start lines, random numbers and accounts are written once, in packages/workers: whoever races, models or measures takes them from there. */
import { readFileSync, readdirSync } from "node:fs"
import { expect, test } from "vitest"

const ROOT = new URL("../../", import.meta.url)
const ROOMS = [
  "packages/programs/src/",
  "packages/models/src/",
  "packages/workers/src/roles/",
  "packages/workers/src/scenarios/",
  "packages/workers/src/programs/",
  "bench/src/contended/",
]
/** What a second copy looks like. */
const COPIES = {
  "random numbers": /Math\.random|Math\.imul\(|>>> ?0\) ?\/ ?4_?294_?967_?296|randomInt/,
  "a start line": /class \w*StartLine|\bARRIVED\b/,
  "a sum of accounts": /\.balanced\b|\baccounts\[/,
}

const copiesIn = (text: string) => Object.entries(COPIES).flatMap(([what, looks]) => (looks.test(text) ? [what] : []))

function filesOf(room: string): string[] {
  const names = readdirSync(new URL(room, ROOT), { recursive: true }).map(String)
  return names.filter((name) => name.endsWith(".ts")).map((name) => room + name.replaceAll("\\", "/"))
}

test.each(ROOMS)("%s has no copy of its own", (room) => {
  const files = filesOf(room)
  expect(files.length).toBeGreaterThan(2)
  expect(files.filter((file) => copiesIn(readFileSync(new URL(file, ROOT), "utf8")).length > 0)).toEqual([])
})

test("a copy would be seen", () => {
  const original = (file: string) => copiesIn(readFileSync(new URL(`packages/workers/src/${file}`, ROOT), "utf8"))
  expect(original("random.ts")).toEqual(["random numbers"])
  expect(original("start-line.ts")).toEqual(["a start line"])
  expect(original("closing.ts")).toEqual(["a sum of accounts"])
})
