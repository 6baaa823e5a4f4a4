/** A scheme for the lab that is in a file elsewhere is built, measured, and passes; one that lacks something is told so. */
import type { LabFactory } from "@outlive/core/engine-js"
import { LAB_MODELS, exploreLab, surveyScheme } from "@outlive/models"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { buildLab, labSchemeOf, templateOfLabScheme } from "../../scripts/strategies.mjs"

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
  const { bytes } = (await import(await buildLab(path, { target: "wasm", flavour: "release" }))) as { bytes: string }
  const own = (await import(await buildLab("hazard-pointers", { target: "wasm", flavour: "release" }))) as {
    bytes: string
  }
  expect(surveyScheme(bytes)).toEqual(surveyScheme(own.bytes))
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
