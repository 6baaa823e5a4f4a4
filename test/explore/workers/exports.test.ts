/** What kind of thing a file is, by what it exports: in every form that the language has for it, and without running the file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { kindOf } from "../../../scripts/brought.mjs"
import { outlive } from "../../race/outlive.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-"))
afterAll(() => rmSync(folder, { recursive: true }))

function put(file: string, text: string): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

put("base.mjs", "export const model = { threads: [() => {}] }, program = {}, other = 1\n")
put("lock.ts", "export function acquire(thread: i32, word: i32): void {}\n")
put("typed.ts", "export const model: object = {}\n")
put("node_modules/packed/package.json", '{ "name": "packed", "type": "module", "exports": "./index.js" }')
put("node_modules/packed/index.js", 'export { program } from "../../base.mjs"\n')

const FORMS: readonly (readonly [file: string, text: string, kind: string])[] = [
  ["plain.mjs", "export const model = {}", "model"],
  ["later.mjs", "export const other = 1,\n  model = {}", "model"],
  ["taken-apart.mjs", "export const { model } = { model: {} }", "model"],
  ["renamed-apart.mjs", "const all = { a: [{}] }\nexport const { a: [role], ...rest } = all", "role"],
  ["one-line.mjs", 'import { other } from "./base.mjs"; export const model = { other }', "model"],
  ["throws.mjs", 'throw new Error("at once"); export const model = {}', "model"],
  ["after-comment.mjs", "/* said */ export const model = {}", "model"],
  ["indented.mjs", "  export let experiment = {}", "experiment"],
  ["spread.mjs", "export\nconst\nmodel = {}", "model"],
  ["variable.mjs", "export var fenceType = {}", "driver"],
  ["list.mjs", "const a = {}\nexport { a as model }", "model"],
  ["quoted.mjs", 'const a = {}\nexport { a as "model" }', "model"],
  ["commented-list.mjs", "const a = {}\nexport {\n  // It.\n  a as model,\n}", "model"],
  ["from.mjs", 'export { other as model } from "./base.mjs"', "model"],
  ["star.mjs", 'export * from "./base.mjs"', "program"],
  ["star.ts", 'export * from "./typed.ts"', "model"],
  ["star-of-star.mjs", 'export * from "./star.mjs"', "program"],
  ["space.mjs", 'export * as model from "./base.mjs"', "model"],
  ["star-of-package.mjs", 'export * from "packed"', "program"],
  ["generator.js", "export async function* create() {}", "foreign"],
  ["class.js", "export class create {}", "foreign"],
  ["generic.ts", "export function program<T>(a: T): T { return a }", "program"],
  ["satisfied.ts", "export const model = {} satisfies object, n = 1", "model"],
  ["one-line-lock.ts", 'import { oops } from "@outlive/engine"; export function acquire(): void { oops(1) }', "lock"],
  ["lock-from.ts", 'export { acquire } from "./lock"', "lock"],
  [
    "scheme.ts",
    'import { peek } from "@outlive/engine"\nfunction enter(t: i32): void { peek(t) }\nexport { enter }',
    "scheme",
  ],
  ["missing-import.mjs", 'import "./nowhere.mjs"; export const model = {}', "model"],
]

test.each(FORMS)("%s", async (file, text, kind) => {
  const path = put(file, text)
  expect(await kindOf(path)).toEqual({ kind, file: path })
})

describe("what exports none is told so:", () => {
  const NONE: readonly (readonly [file: string, text: string])[] = [
    ["none.mjs", "export const modell = {}"],
    ["commented.mjs", "/*\nexport const model = {}\n*/"],
    ["in-text.mjs", "export const text = `\nexport const model = {}\n`"],
    ["default.mjs", "export default { model: {} }"],
    ["type.ts", "export type model = number"],
    ["interface.ts", "export interface model { a: number }"],
    ["declared.ts", "export declare const model: number"],
    ["type-list.ts", "type model = number\nexport { type model }"],
    ["away.mjs", "export { model as other } from './base.mjs'"],
    ["star-default.mjs", 'export * from "./default.mjs"'],
    // A lock is in the engine's subset, which is TypeScript's.
    ["lock.mjs", "export function acquire() {}"],
  ]
  test.each(NONE)("%s", async (file, text) => {
    await expect(kindOf(put(file, text))).rejects.toThrow(`${join(folder, file)} exports nothing that can be run`)
  })
})

test.each([
  ["unfinished.mjs", "export const model = [", /unfinished\.mjs\(1,23\): Unexpected end of file/],
  ["star-of-none.mjs", 'export * from "./nowhere.mjs"', /star-of-none\.mjs\(1,15\): Could not resolve/],
])("what cannot be read is told by its own place: %s", async (file, text, message) => {
  await expect(kindOf(put(file, text))).rejects.toThrow(message)
})

test("a file that fails as it is loaded is told by its own error, on however many lines it stands", async () => {
  put("fails.mjs", 'throw new Error("at once"); export const model = {}\n')
  const { code, err } = await outlive(["explore", "./fails.mjs"], { cwd: folder })
  expect(code).toBe(1)
  expect(err).toContain("Error: at once")
  expect(err).toContain(`${join(folder, "fails.mjs")}:1:7`)
})
