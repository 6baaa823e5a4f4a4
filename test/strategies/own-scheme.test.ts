/** A scheme for the lab that is in a file elsewhere is built, measured, and passes; one that lacks something is told so. */
import type { LabFactory } from "@outlive/core/engine-js"
import { LAB_MODELS, exploreLab, surveyScheme } from "@outlive/models"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { buildLab, labSchemeOf, templateOfLabScheme } from "../../scripts/strategies.mjs"
import { PROVES } from "../prove.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-own-scheme-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** Ours, as somebody would write it who knows the engine by its name only. */
const OURS = templateOfLabScheme()

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test("it runs", async () => {
  const path = file("own.ts", OURS)
  // Compiled to WebAssembly, which takes seconds, in `npm run prove`.
  const surveyOf = async (scheme: string) => {
    const built = await buildLab(scheme, { target: PROVES ? "wasm" : "js", flavour: "release" })
    const build = (await import(built)) as { readonly bytes: string; readonly instantiate: LabFactory }
    return surveyScheme(PROVES ? build.bytes : build.instantiate)
  }
  expect(await surveyOf(path)).toEqual(await surveyOf("hazard-pointers"))
})

test("a mistake in it is found", async () => {
  const path = file("broken.ts", OURS.replace("const again = load(word)", "const again = link"))
  const { instantiate } = (await import(await buildLab(path, { target: "js", flavour: "stepwise" }))) as {
    instantiate: LabFactory
  }
  const model = LAB_MODELS.find(({ name }) => name === "cell-read")!
  expect(exploreLab(model, instantiate, 2).verdict).not.toBe("pass")
})

test("what it lacks is told", () => {
  expect(() => labSchemeOf(file("half.ts", OURS.replace("export function retire", "function retire")))).toThrow(
    "retire",
  )
})
