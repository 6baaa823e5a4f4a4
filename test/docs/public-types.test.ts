/** What is published says of each type what it is: `any` would let through whatever the compiler is there to find. */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { parseSync } from "oxc-parser"
import { expect, test } from "vitest"
import { published } from "../../scripts/packages/pack.mjs"
import { ROOT } from "./printed.js"

/** Where a text of types has it: offsets. */
function anysIn(text: string): number[] {
  const found: number[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return
    const { type, start } = node as { readonly type?: unknown; readonly start?: unknown }
    if (type === "TSAnyKeyword") found.push(start as number)
    for (const child of Object.values(node)) visit(child)
  }
  visit(parseSync("types.d.ts", text).program)
  return found
}

const FOLDERS = published()
  .map(({ folder }) => join(ROOT, folder, "dist"))
  .filter((folder) => !folder.includes("packages/cli"))

test("no published type is any", () => {
  const files = FOLDERS.flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".d.ts"))
        .map((file) => join(folder, file))
    } catch {
      return []
    }
  })
  expect(files.length).toBeGreaterThan(200)
  expect(files.flatMap((file) => anysIn(readFileSync(file, "utf8")).map((at) => `${file}, offset ${at}`))).toEqual([])
})

test("one would be found", () => {
  expect(anysIn("export type One = Role<any>;\n/** any of them */\nexport declare const any: unknown\n")).toEqual([23])
})
