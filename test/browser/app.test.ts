/// <reference lib="dom" />
/** The app of examples/app, in Node and in real browsers: a photo is canceled, a worker is killed in the middle, the rest is done. */
import { execFile } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import type { Browser, Page } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { serve } from "../../examples/browser/serve.mjs"
import { FOR_CI, PROVES } from "../prove.js"
import { BROWSERS, start, titleOf, troubleOf, until } from "./browsers.js"

const FOLDER = fileURLToPath(new URL("../../examples/app", import.meta.url))

/** Each photo is done, but the one that was canceled and the one in the middle of which a worker was killed. */
function expectOutcomes(outcomes: readonly string[], broken: number): void {
  expect(outcomes).toEqual(
    Array.from({ length: 8 }, (_, i) => `photo ${i}: ${i === 6 ? "ECANCELED" : i === broken ? "EIO" : "done"}`),
  )
}

test(
  "it ends also when it is paused, and the last stage's worker is killed until all is given up",
  FOR_CI,
  async () => {
    const program = `const { Lab } = await import(${JSON.stringify(`file://${FOLDER}/lab.js`)})
const lab = new Lab({ photos: 3, pauseMs: 5 })
lab.pause()
while ((await lab.kill(2)) >= 0);
console.log(await lab.close())
process.exit()`
    const folder = mkdtempSync(join(tmpdir(), "outlive-paused-"))
    try {
      writeFileSync(join(folder, "paused.mjs"), program)
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "paused.mjs")], { timeout: 60_000 })
      // Workers that are killed in the middle of opening what they are sent keep that: how many fences that are is chance.
      expect(stdout.trim()).toMatch(/^\d+$/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)

test("in Node", FOR_CI, async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [`${FOLDER}/main.js`])
  expect(stderr).toBe("")
  const [first, ...rest] = stdout.trim().split("\n")
  const broken = Number(/^killed in the middle of photo (\d)$/.exec(first!)![1])
  expect(broken).toBeGreaterThan(0)
  expectOutcomes(rest.slice(0, -1), broken)
  expect(rest.at(-1)).toBe("fences that the killed worker held: 2")
})

/** The app with a change in its worker, served from a folder of its own. */
async function serveChanged(text: string, by: string) {
  const folder = mkdtempSync(join(tmpdir(), "outlive-app-"))
  cpSync(FOLDER, folder, { recursive: true })
  symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"))
  const file = join(folder, "stage.js")
  const code = readFileSync(file, "utf8")
  expect(code.split(text)).toHaveLength(2)
  writeFileSync(file, code.replace(text, by))
  const { url, close } = await serve({ folder })
  return {
    url,
    async close() {
      await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** In the page: starts the app, paused, and kills a worker that has hardly begun to load. */
function killAtOnce(afterMs: number): Promise<void> {
  const buttonOf = (text: string) => [...document.querySelectorAll("button")].find((one) => one.textContent === text)!
  buttonOf("Start").click()
  buttonOf("Pause").click()
  return new Promise((clicked) => {
    setTimeout(() => {
      buttonOf("Kill blur").click()
      clicked()
    }, afterMs)
  })
}

/** In the page: how often a worker counts after it was terminated, until its lock is released and after that. */
async function terminated(): Promise<{ untilLock: number; after: number }> {
  const words = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker("counter.js", { type: "module" })
  await new Promise((resolve, reject) => {
    worker.addEventListener("message", resolve)
    worker.addEventListener("error", reject)
    worker.postMessage({ words, lock: "of a counter" })
  })
  worker.terminate()
  const atOnce = Atomics.load(words, 0)
  await navigator.locks.request("of a counter", () => {})
  const ended = Atomics.load(words, 0)
  await new Promise((resolve) => void setTimeout(resolve, 200))
  return { untilLock: ended - atOnce, after: Atomics.load(words, 0) - ended }
}

for (const installed of BROWSERS)
  describe.skipIf(installed.file === undefined || (installed.browser === "firefox" && !PROVES))(
    titleOf(installed),
    () => {
      let started: Browser
      let tab: Page
      let trouble: readonly string[]
      let server: Awaited<ReturnType<typeof serve>>
      beforeAll(async () => {
        server = await serve({ folder: FOLDER })
        started = await start(installed)
        tab = await started.newPage()
        trouble = troubleOf(tab)
        await tab.goto(`${server.url}?pauseMs=4`)
      })
      afterAll(async () => {
        await started?.close()
        await server?.close()
      })

      const says = (id: string, pattern: string, where = tab) =>
        until(
          where,
          (name, wanted) => new RegExp(wanted).test(document.getElementById(name)!.textContent!),
          id,
          pattern,
        )
      const click = (text: string, at = 0, where = tab) =>
        where.$$eval(
          "button",
          (all, name, index) => all.filter((one) => one.textContent === name)[index]!.click(),
          text,
          at,
        )
      const stages = () => tab.$eval("#stages", (one) => one.textContent!)
      const state = (where = tab) => where.$eval("#state", (one) => one.textContent!)
      const outcomes = (where: Page) => where.$$eval("#photos span", (all) => all.map((one) => one.textContent!))

      test("a front for it: cancel, pause, kill", async () => {
        await click("Start")
        await click("Cancel", 6)
        // Until the worker is in the middle of a photo, and the next rows wait.
        for (;;) {
          await click("Pause")
          await pause(100)
          const [, photo, part] = /Kill blur ?photo (\d), (\d+) %/.exec(await stages())!
          if (Number(photo) > 0 && Number(part) > 0 && Number(part) < 90) break
          await click("Resume")
        }
        await click("Kill blur")
        await says("state", "died in the middle of photo")
        const broken = Number(/photo (\d)/.exec(await state())![1])
        await click("Resume")
        await says("state", "are done")
        expect(await state()).toBe("6 of 8 photos are done; fences that were lost with killed workers: 2.")
        expectOutcomes(await outcomes(tab), broken)
        expect(trouble).toEqual([])
      })

      test("a worker that is killed before it has said anything is cleared up after, too", FOR_CI, async () => {
        const own = await started.newPage()
        const said = troubleOf(own)
        await own.goto(`${server.url}?pauseMs=4`)
        await own.evaluate(killAtOnce, 5)
        await says("state", "died in the middle of photo 0", own)
        await click("Resume", 0, own)
        await says("state", "^7 of 8 photos are done", own)
        expect((await outcomes(own))[0]).toBe("photo 0: EIO")
        expect(said).toEqual([])
        await own.close()
      })

      test("a worker with an uncaught error does not live on: another one takes its place", FOR_CI, async () => {
        const { url, close } = await serveChanged(
          "  const done = thread.open(",
          `  if (stage === 1 && photo === 2) throw new Error("a mistake in the blur")\n  const done = thread.open(`,
        )
        const own = await started.newPage()
        await own.goto(`${url}?pauseMs=1`)
        await click("Start", 0, own)
        await says("state", "^7 of 8 photos are done", own)
        expect((await outcomes(own))[2]).toBe("photo 2: EIO")
        await own.close()
        await close()
      })

      test(
        "a worker that is terminated goes on for a while; by the time its lock is released it does not",
        FOR_CI,
        async () => {
          const { url, close } = await serve({ folder: fileURLToPath(new URL("terminated", import.meta.url)) })
          const own = await started.newPage()
          await own.goto(url)
          const { untilLock, after } = await own.evaluate(terminated)
          await own.close()
          await close()
          expect(after).toBe(0)
          // Firefox ends it sooner than a page can see.
          if (installed.browser === "chrome") expect(untilLock).toBeGreaterThan(0)
        },
      )
    },
  )
