/** What a lock of another language must import is said, when it imports something else. */
import { loadForeign } from "@outlive/workers"
import { describe, expect, test } from "vitest"

const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true })
const NEEDED = /imports its memory as env\.memory, shared, with a maximum of 65536 pages.*asc --importMemory/

/** A module that only imports; in hexadecimal. */
function importing(...imports: string[]): string {
  const section = [imports.length.toString(16).padStart(2, "0"), ...imports].join("")
  const types = "010401600000"
  const bytes = `0061736d01000000${types}02${(section.length / 2).toString(16).padStart(2, "0")}${section}`
  return `data:application/wasm;base64,${Buffer.from(bytes, "hex").toString("base64")}`
}
const ENV = "03656e76"
const MEMORY = `${ENV}066d656d6f727902`
const ABORT = `${ENV}0561626f72740000`
/** Shared, from none to so many pages, in LEB128. */
const shared = (most: string) => `${MEMORY}0300${most}`
const MOST = "808004"

test("a module that imports the memory as it is to be is loaded", async () => {
  expect(Object.keys(await loadForeign(importing(shared(MOST)), memory))).toEqual([])
})

describe("refused is, with what is needed,", () => {
  test.each([
    ["another maximum", importing(shared("64")), /^The module does not take the memory \(.*maximum/],
    ["memory that is not shared", importing(`${MEMORY}0000`), /^The module does not take the memory \(/],
    ["no import", importing(), /^The module does not import its memory/],
    ["another import beside", importing(shared(MOST), ABORT), /^The module imports env\.abort, which is not there/],
    ["no WebAssembly", "data:application/wasm;base64,AAAA", /^The module is no module of WebAssembly \(/],
  ])("%s", async (_, url, message) => {
    const error: unknown = await loadForeign(url, memory).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RangeError)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).toMatch(NEEDED)
  })
})

describe("JavaScript that throws is told in a sentence:", () => {
  test.each([
    ["when it is loaded", "throw new Error('no luck')", /cannot be loaded \(no luck\)$/],
    ["in create()", "export const create = () => { throw new Error('no luck') }", /threw in create\(\) \(no luck\)$/],
    ["no error", "export const create = () => { throw null }", /threw in create\(\) \(null\)$/],
  ])("%s", async (_, code, message) => {
    const url = `data:text/javascript,${encodeURIComponent(code)}`
    await expect(loadForeign(url, memory)).rejects.toThrow(message)
  })

  test("one that makes nothing exports nothing", async () => {
    expect(await loadForeign("data:text/javascript,export function create() {}", memory)).toEqual({})
  })
})
