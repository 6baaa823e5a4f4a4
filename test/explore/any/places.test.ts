/** Where a step is in the code: in a file of the model's, or nowhere; never in the code that explores. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Model } from "@outlive/explore"
import { expectFailure } from "@outlive/explore/vitest"
import { expect, test } from "vitest"

const CODE = `export const add = (cells) => Atomics.add(cells, 0, 1)\n`

/** The place of the one step of a model whose code is elsewhere: called by the explorer, with no frame of this file above. */
function placeOf({ add }: { readonly add: (cells: Int32Array) => number }): string {
  const model: Model<Int32Array> = {
    setup: () => new Int32Array(new SharedArrayBuffer(4)),
    threads: [add],
    check: () => false,
  }
  return expectFailure(model, "assertion").trace[0]!.at
}

test("in a package of a scope, whose folder has an @ in its name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "outlive-places-"))
  try {
    const scope = join(folder, "node_modules/@scope/cells")
    mkdirSync(scope, { recursive: true })
    const file = join(scope, "index.mjs")
    writeFileSync(file, CODE)
    expect(placeOf(await import(pathToFileURL(file).href))).toBe(`${file}:1`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test("nowhere, where the code is in no file: not where the exploration was asked for", async () => {
  expect(placeOf(await import(`data:text/javascript,${encodeURIComponent(CODE)}`))).toBe("")
})
