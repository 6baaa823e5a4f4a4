/**
 * Packages from npm that make their own buffers, explored as they are; and copies of them into which a bug is put, by a
 * change of their text.
 */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { exploreParallel, report } from "@outlive/explore"
import type { FailureVerdict } from "@outlive/explore"
import { afterAll, describe, expect, test } from "vitest"

const folder = realpathSync(mkdtempSync(join(tmpdir(), "outlive-packages-")))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Bug {
  readonly what: string
  readonly file: string
  readonly from: string | RegExp
  readonly to: string
  readonly verdict: FailureVerdict
}

interface Subject {
  readonly model: string
  readonly of: string
  readonly main: string
  readonly bugs: readonly Bug[]
}

const TRIES = /Atomics\.compareExchange\((.*), IDX_LOCK_STATE, UNLOCKED, LOCKED\) ===\s*UNLOCKED/
const SUBJECTS: readonly Subject[] = [
  {
    model: "mutex.mjs",
    of: "multithreading",
    main: "src/node/lib.js",
    bugs: [
      {
        what: "who unlocks wakes nobody",
        file: "src/lib/sync/mutex.js",
        from: /Atomics\.notify\(.*, IDX_LOCK_STATE, 1\);/,
        to: "",
        verdict: "lost-wakeup",
      },
      {
        what: "looking and taking are two steps",
        file: "src/lib/sync/mutex.js",
        from: TRIES,
        to: "Atomics.load($1, IDX_LOCK_STATE) === UNLOCKED && Atomics.store($1, IDX_LOCK_STATE, LOCKED) === LOCKED",
        verdict: "data-race",
      },
    ],
  },
  {
    model: "semaphore.mjs",
    of: "multithreading",
    main: "src/node/lib.js",
    bugs: [
      {
        what: "whoever waits says so too late",
        file: "src/lib/sync/semaphore.js",
        from: /(Atomics\.add\([^;]*, IDX_WAITERS, 1\);)\s*(const res = Atomics\.waitAsync\([^;]*;)/,
        to: "$2 $1",
        verdict: "lost-wakeup",
      },
    ],
  },
  {
    model: "ring.mjs",
    of: "ringbuf.js",
    main: "dist/index.mjs",
    bugs: [
      {
        what: "the element is told before it is written",
        file: "dist/index.mjs",
        from: /(this\._copy\(elements, offset, this\.storage, wr, first_part\);\s*this\._copy\(elements.*\);)\s*(Atomics\.store\(\s*this\.write_ptr,[^;]*;)/,
        to: "$2 $1",
        verdict: "data-race",
      },
    ],
  },
]

describe.each(SUBJECTS)("$model of $of", ({ model, of, main, bugs }) => {
  const file = fileURLToPath(new URL(`packages/${model}`, import.meta.url))

  test("is explored as it is, in fewer than 20 lines, and passes", async () => {
    const text = readFileSync(file, "utf8")
    expect(text.trimEnd().split("\n").length).toBeLessThan(20)
    const result = await exploreParallel(pathToFileURL(file), "model", { jobs: 1 })
    expect(result, report(result)).toMatchObject({ verdict: "pass", exhaustive: true })
    expect(result.executions).toBeGreaterThan(3)
  })

  test.each(bugs)("$verdict: $what", async (bug) => {
    const url = plant(file, of, main, bug)
    const result = await exploreParallel(url, "model", { jobs: 1 })
    expect(result.verdict, report(result)).toBe(bug.verdict)
    // It is told where it is.
    expect(report(result)).toContain(bug.file)
  })
})

let planted = 0

/** The model, over a copy of the package with the bug. */
function plant(model: string, of: string, main: string, { file, from, to }: Bug): URL {
  const own = join(folder, String(++planted))
  const copy = join(own, of)
  cpSync(realpathSync(fileURLToPath(new URL(`../../../node_modules/${of}`, import.meta.url))), copy, {
    recursive: true,
  })
  const right = readFileSync(join(copy, file), "utf8")
  const wrong = right.replace(from, to)
  expect(wrong).not.toBe(right)
  writeFileSync(join(copy, file), wrong)
  const path = join(own, "model.mjs")
  const text = readFileSync(model, "utf8")
  writeFileSync(path, text.replaceAll(`"${of}"`, JSON.stringify(pathToFileURL(join(copy, main)).href)))
  return pathToFileURL(path)
}
