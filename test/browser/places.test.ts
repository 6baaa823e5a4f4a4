/// <reference lib="dom" />
/** Where a heap can go, as docs/guides/cross-origin-isolation.md and docs/guides/content-security-policy.md say it, in real browsers. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import type { Browser, Page } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { FOR_CI } from "../prove.js"
import { BROWSERS, start, titleOf } from "./browsers.js"
import { fragment } from "./fragment.js"

const FOLDER = fileURLToPath(new URL("places/", import.meta.url))
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
}
/** By folder; what is not in one has those of the page. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  strict: { ...ISOLATED, "Content-Security-Policy": "script-src 'self'" },
  bare: {},
}

const files = new Map<string, string>()
const GUIDE = "docs/guides/cross-origin-isolation.md"
const server = createServer(({ url = "/" }, response) => {
  const [, folder, name = ""] = /^\/(?:(strict|bare)\/)?(.*)$/.exec(url)!
  const script = files.get(name)
  const main = { "": "/page.js", registers: "registers.js" }[name] ?? "/receiver.js"
  const page = `<!doctype html><link rel=icon href=data:,><script type=module src=${main}></script>`
  response.writeHead(200, {
    ...((folder && HEADERS[folder]) || ISOLATED),
    "Content-Type": script === undefined ? "text/html" : "text/javascript",
  })
  response.end(script ?? page)
})
let address = ""
beforeAll(async () => {
  const bundle = async (names: readonly string[], format: "esm" | "iife") =>
    (
      await build({
        entryPoints: names.map((name) => `${FOLDER}${name}.js`),
        outdir: FOLDER,
        write: false,
        bundle: true,
        format,
        platform: "browser",
        external: ["node:*"],
        target: "es2022",
      })
    ).outputFiles
  for (const { path, text } of await bundle(["page", "receiver", "receiver-js", "worklet", "nesting"], "esm"))
    files.set(path.slice(FOLDER.length), text)
  files.set("receiver-classic.js", (await bundle(["receiver"], "iife"))[0]!.text)
  files.set("sw.js", fragment(GUIDE, "sw.js, a service worker of a page"))
  files.set("registers.js", fragment(GUIDE, "the page of that service worker"))
  await new Promise<void>((listening) => server.listen(0, listening))
  address = `http://localhost:${(server.address() as AddressInfo).port}/`
})
afterAll(() => new Promise((closed) => void server.close(closed).closeAllConnections()))

for (const installed of BROWSERS)
  describe.skipIf(installed.file === undefined)(titleOf(installed), FOR_CI, () => {
    let started: Browser
    let tab: Page
    beforeAll(async () => {
      started = await start(installed)
      tab = await started.newPage()
    })
    afterAll(() => started?.close())

    async function sentTo(place: string, engine: "wasm" | "js" = "wasm"): Promise<string> {
      await tab.goto(address)
      return (await tab.evaluate(`sendTo(${JSON.stringify(place)}, "${engine}")`)) as string
    }
    const isFirefox = installed.browser === "firefox"

    test.each(["worker", "nested worker", "worker from a blob", "iframe", "pop-up"])("%s: it can", async (place) => {
      expect(await sentTo(place)).toBe("a heap")
    })

    test.each(["shared worker", "service worker", "iframe of another origin"])(
      "%s: it cannot, and only the receiver learns that",
      async (place) => {
        expect(await sentTo(place)).toBe("messageerror")
      },
    )

    test("AudioWorklet: the package cannot be imported: what its module registers is not there", async () => {
      expect(await sentTo("AudioWorklet")).toBe("InvalidStateError")
    })

    test("a worker served without COEP does not start, and its error has no message", async () => {
      expect(await sentTo("worker without COEP")).toBe('error event: ""')
    })

    test("without the headers a page is isolated by the guide's service worker", async () => {
      // Where no other test has registered one.
      const context = await started.createBrowserContext()
      const own = await context.newPage()
      let loads = 0
      const again = new Promise<void>((loaded) => void own.on("load", () => ++loads === 2 && loaded()))
      await own.goto(`${address}bare/registers`)
      await again
      expect(await own.evaluate(() => crossOriginIsolated)).toBe(true)
      await context.close()
    })

    const STRICT = "worker without a policy for WebAssembly"
    test("a policy of the worker's own that forbids WebAssembly: Firefox cannot read the heap there", async () => {
      expect(await sentTo(STRICT)).toBe(isFirefox ? "messageerror" : "a heap")
    })

    test("a heap with the engine in JavaScript can go there, to a worker that has imported that engine", async () => {
      expect(await sentTo(STRICT, "js")).toBe("NOT_IMPORTED")
      expect(await sentTo(`${STRICT}, with the engine in JavaScript`, "js")).toBe("a heap")
      // That the worker has that engine does not help where the heap has brought another.
      expect(await sentTo(`${STRICT}, with the engine in JavaScript`)).toBe(isFirefox ? "messageerror" : "a heap")
    })
  })
