/** No answer of an engine function that may reach an issuer goes untold: the type sees to it, if its list is complete. */
import { readFileSync, readdirSync } from "node:fs"
import { expect, test } from "vitest"

const EXPORTS = new URL("../../packages/core/engine/exports/", import.meta.url)
const LIST = new URL("../../packages/core/src/host/asking.ts", import.meta.url)

/** What a caller takes and keeps (sections, locks) settles nothing, for that comes when it gives it back; nor does waiting for readers. */
const QUIET = ["keeping.ts", "waiting.ts"]

const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!)

test("every function that settles is one whose answer must be told", () => {
  const settling = readdirSync(EXPORTS)
    .filter((file) => !QUIET.includes(file))
    .flatMap((file) => namesIn(readFileSync(new URL(file, EXPORTS), "utf8"), /^export function (\w+)/gm))
  const asking = namesIn(readFileSync(LIST, "utf8"), /^ {2}\| "(\w+)"$/gm)
  expect(settling.length).toBeGreaterThan(20)
  expect(settling.filter((name) => !asking.includes(name))).toEqual([])
})
