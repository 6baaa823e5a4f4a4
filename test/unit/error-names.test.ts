/** Each class of errors states its name: a minifier gives classes other ones, and a class that states none is called as the one that it extends. */
import { readFileSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const ROOT = new URL("../../", import.meta.url)
/** Nobody throws it: it is what the others have in common. */
const COMMON = new Set(["OutliveError"])

/** The classes of errors in a source that state no name, or another one. */
function nameless(source: string): string[] {
  return [...source.matchAll(/class (\w+) extends \w*(?:Error|Oops)\b(?: implements [\w, ]+)? \{([^]*?)\}/g)]
    .filter(([, name, body]) => !COMMON.has(name!) && !new RegExp(`\\bname(?:: string)? = "${name}"`).test(body!))
    .map(([, name]) => name!)
}

test("each class of errors states its name", () => {
  const folders = ["bench/src/", ...readdirSync(new URL("packages", ROOT)).map((name) => `packages/${name}/src/`)]
  const sources = folders.flatMap((folder) => {
    const path = fileURLToPath(new URL(folder, ROOT))
    return listOf(path).map((file) => readFileSync(`${path}${file}`, "utf8"))
  })
  expect(sources.filter((source) => /extends \w*Error\b/.test(source)).length).toBeGreaterThan(12)
  expect(sources.flatMap(nameless)).toEqual([])
})

function listOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
  } catch (error) {
    // A package of builds has no sources.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
    throw error
  }
}

test("negative control: a class without a name, and one with the name of another", () => {
  expect(nameless("class A extends Error {}")).toEqual(["A"])
  expect(nameless('class A extends RangeError {\n  override readonly name = "B"\n}')).toEqual(["A"])
  expect(nameless('class A extends Error {\n  override readonly name: string = "A"\n}')).toEqual([])
})
