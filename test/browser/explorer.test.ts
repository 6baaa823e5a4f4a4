/// <reference lib="dom" />
/** `@outlive/explore/browser` in real browsers: the same orders, schedules and findings as in Node, told by the lines of the page's files. */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { explore, relax, replay, report, reportHtml } from "@outlive/explore"
import type { Browser, Page } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { forCiUnless } from "../prove.js"
import { BROWSERS, start, titleOf, troubleOf } from "./browsers.js"
import { exploreAll } from "./explorer/models.js"

const read = (place: string) => readFileSync(new URL(place, import.meta.url), "utf8")
const MODELS = read("explorer/models.js")
const FILES: Readonly<Record<string, string>> = {
  "/explorer.js": read("../../packages/explore/built/package/browser.js"),
  "/models.js": MODELS,
  "/in-worker.js": `import * as explorer from "/explorer.js"
    import { exploreAll } from "/models.js"
    postMessage(exploreAll(explorer))`,
}
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }

/** The folder /isolated has the headers, /bare has not. */
const server = createServer(({ url = "/" }, response) => {
  const script = FILES[url]
  const headers = url.startsWith("/bare") ? {} : ISOLATED
  response.writeHead(200, { ...headers, "Content-Type": script === undefined ? "text/html" : "text/javascript" })
  response.end(script ?? "<!doctype html><title>explorer</title><link rel=icon href=data:,>")
})
let address = ""
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "localhost", listening))
  address = `http://localhost:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((closed) => void server.close(closed).closeAllConnections()))

/** What the runtimes must agree in: stories have other files in them. */
const agreed = (results: ReturnType<typeof exploreAll>) => results.map((one) => ({ ...one, told: undefined }))
const here = exploreAll({ explore, relax, replay, report, reportHtml })

test("in Node there is something of everything", () => {
  const verdicts = ["pass", "assertion", "pass", "lost-wakeup", "pass", "pass", "pass"]
  expect(here.map(({ verdict }) => verdict)).toEqual(verdicts)
})

/** As text: `import` in a function would be what the test runner makes of it. */
const PLACES = {
  "the page": `import("/models.js").then(async ({ exploreAll }) => exploreAll(await import("/explorer.js")))`,
  "a worker of it": `new Promise((resolve, reject) => {
    const worker = new Worker("/in-worker.js", { type: "module" })
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
  })`,
}
const inPage = (what: string) =>
  `Promise.all([import("/models.js"), import("/explorer.js")]).then(([models, explorer]) => models.${what}(explorer))`

for (const installed of BROWSERS)
  describe.skipIf(installed.file === undefined)(titleOf(installed), forCiUnless(installed.browser === "chrome"), () => {
    let started: Browser
    let tab: Page
    beforeAll(async () => {
      started = await start(installed)
      tab = await started.newPage()
    })
    afterAll(() => started?.close())

    test.each(Object.entries(PLACES))("in %s all is as in Node, and told by its own lines", async (_, code) => {
      const trouble = troubleOf(tab)
      await tab.goto(`${address}/isolated`)
      const results = (await tab.evaluate(code)) as typeof here
      expect(agreed(results)).toEqual(agreed(here))
      const line = MODELS.split("\n").findIndex((text) => text.includes("Atomics.store(cells, 0, seen + 1)")) + 1
      expect(results[1]!.told.text).toContain(`models.js:${line}`)
      expect(results[1]!.told.html).toBe(true)
      expect(trouble).toEqual([])
    })

    test("afterwards the page's own functions are its own again", async () => {
      await tab.goto(`${address}/isolated`)
      const kept = (await tab.evaluate(inPage("keptBy"))) as boolean[]
      expect(kept).toEqual(kept.map(() => true))
    })

    test("a thread of a model that starts a worker is refused", async () => {
      await tab.goto(`${address}/isolated`)
      expect(await tab.evaluate(inPage("saidOfWorker"))).toBe("worker")
    })

    test("where shared memory is missing, loading it says what to do", async () => {
      await tab.goto(`${address}/bare`)
      const said = await tab.evaluate(`import("/explorer.js").then(() => "loaded", (error) => error.message)`)
      expect(said).toContain("serve the page with Cross-Origin-Opener-Policy: same-origin")
    })
  })
