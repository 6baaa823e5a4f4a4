/** The page that gets the table: somebody's own text, which a full disk must not take away. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { readPage, writePage } from "../../packages/cli/dist/page-file.js"

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "outlive-page-"))
})
afterAll(() => rmSync(folder, { recursive: true }))

test("it is read, and written, also by another name, and nothing is left beside it", () => {
  writeFileSync(at("page.md"), "before")
  symlinkSync("page.md", at("link.md"))
  expect(readPage(at("link.md"))).toBe("before")
  writePage(at("link.md"), "after")
  expect([readPage(at("page.md")), readPage(at("link.md"))]).toEqual(["after", "after"])
  expect(readdirSync(folder).sort()).toEqual(["link.md", "page.md"])
})

test("it stays as it was where the new one cannot be written", () => {
  writeFileSync(at("kept.md"), "before")
  // In the place of a disk that is full.
  mkdirSync(at(`kept.md.${process.pid}`))
  expect(() => writePage(at("kept.md"), "after")).toThrow("kept.md cannot be written (EISDIR)")
  expect(readFileSync(at("kept.md"), "utf8")).toBe("before")
})

test("what is no file is refused before it is read: a device may have no end", () => {
  expect(() => readPage("/dev/zero")).toThrow(/^Option --page is \/dev\/zero: (it is no file|ENOENT)/)
  expect(() => readPage(folder)).toThrow("it is no file")
  expect(() => readPage(at("nowhere.md"))).toThrow("ENOENT")
})
