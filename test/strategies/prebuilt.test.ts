/** Builds that come along are given back as they were, for this machine, and only if they are of these sources. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { brotliDecompressSync } from "node:zlib"
import { afterAll, beforeAll, expect, test } from "vitest"
import { prebuiltOf, whyNotPrebuilt, writeArchives } from "../../scripts/prebuilt.mjs"

const folder = mkdtempSync(join(tmpdir(), "outlive-prebuilt-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ENGINE = new URL("../../packages/core/engine", import.meta.url).href
const OURS = "0123456789abcdef"

/** As a build for WebAssembly is written. */
function wasm(seed: number): string {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, i) => (i * seed) & 255))
  return `export const bytes =\n  "${bytes.toString("base64")}"\n`
}

/** As one in JavaScript is, with the map of its steps. */
function script(...sources: string[]): string {
  const map = Buffer.from(JSON.stringify({ version: 3, sources, names: [], mappings: ";".repeat(200) }))
  return `export function instantiate() {}\n//# sourceMappingURL=data:application/json;base64,${map.toString("base64")}\n`
}

const SOURCE = "locks/strategies/ttas.ts"
const builds = [
  { name: "a-release-wasm", archive: "release-wasm.br", text: wasm(3) },
  { name: "b-release-wasm", archive: "release-wasm.br", text: wasm(7) },
  { name: "a-release-js", archive: "release-js.br", text: script(`${ENGINE}/${SOURCE}`, `${ENGINE}/words.ts`) },
]

beforeAll(() => writeArchives(folder, { version: "1.2.3", sources: OURS }, builds))

test("each build is given back to the letter, with the map that leads to this machine's sources", () => {
  for (const { name, text } of builds) expect(prebuiltOf(name, OURS, folder)).toBe(text)
})

test("no archive says where it was made", () => {
  const kept = brotliDecompressSync(readFileSync(join(folder, "release-js.br"))).toString()
  expect(kept).toContain(`"engine:/${SOURCE}"`)
  expect(kept).not.toContain(ENGINE)
})

test("builds of other sources are not taken, and it is said why", () => {
  const theirs = "fedcba9876543210"
  expect(prebuiltOf("a-release-wasm", theirs, folder)).toBeUndefined()
  expect(whyNotPrebuilt("a-release-wasm", theirs, folder)).toContain("1.2.3 has builds of other sources than these")
})

test("what is not there is said to be not there", () => {
  expect(prebuiltOf("c-release-wasm", OURS, folder)).toBeUndefined()
  expect(whyNotPrebuilt("c-release-wasm", OURS, folder)).toContain('no build "c-release-wasm"')
  const empty = join(folder, "nothing")
  expect(prebuiltOf("a-release-wasm", OURS, empty)).toBeUndefined()
  expect(whyNotPrebuilt("a-release-wasm", OURS, empty)).toContain("not installed")
})

test("what names other places is not kept, nor what is no build", async () => {
  const write = (text: string) =>
    writeArchives(join(folder, "other"), { version: "1.2.3", sources: OURS }, [{ name: "a", archive: "a.br", text }])
  await expect(write(script("file:///home/somebody/lock.ts"))).rejects.toThrow("not the engine's")
  await expect(write("export const nothing = 1\n")).rejects.toThrow("neither its bytes nor its map")
})
