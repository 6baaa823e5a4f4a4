/// <reference lib="dom" />
/** Programs of pages, of which guides and READMEs show parts: they run in real browsers, with what such a part leaves out. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import type { Browser } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { FOR_CI } from "../prove.js"
import { BROWSERS, SOFTWARE_GPU, start, titleOf } from "./browsers.js"
import { fragment } from "./fragment.js"

const ROOT = fileURLToPath(new URL("../../", import.meta.url))

const LIVES = "docs/guides/lifetimes-and-death.md"
const GPU = "packages/webgpu/README.md"
const HEAP =
  'import { Heap } from "@outlive/core"; const heap = Heap.create(); const thread = heap.attach({ name: "page" })'

const HOLDER = fragment(LIVES, "worker.js, which the page is told of")
const OWNER = `${HEAP}
  globalThis.program = async (worker, isToEnd) => {
    if (isToEnd) worker.addEventListener("message", () => worker.terminate(), { once: true })
    ${fragment(LIVES, "the page of worker.js")}
    return heap.threads().map(({ name }) => name).join()
  }`

/** Each as `program(worker)` in the page, which resolves with what is asked of it. */
const PROGRAMS: Readonly<Record<string, { readonly page: string; readonly worker: string }>> = {
  lives: { worker: `${HOLDER}; function work() {}`, page: OWNER },
  throws: { worker: `${HOLDER}; function work() { throw new Error("a mistake") }`, page: OWNER },
  rejects: { worker: `${HOLDER}; async function work() { throw new Error("a mistake") }`, page: OWNER },
  gpu: {
    worker: fragment(GPU, "worker.js, a worker of that page"),
    page: fragment(GPU, "needs a GPU")
      .replace(
        'import { Heap } from "@outlive/core"',
        `${HEAP.split(";")[0]}\nglobalThis.program = async (worker) => {`,
      )
      .replace(/^import .*webgpu"$/m, "")
      .replace(/^/, 'import { GpuTimeline } from "@outlive/webgpu"\n')
      // That the page does not drop the frame before.
      .replace("await opened", "await opened.then(() => (globalThis.isOpened = true))")
      .concat("return globalThis.isOpened }"),
  },
}

async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["node:*"],
    target: "es2022",
  })
  return outputFiles[0]!.text
}

const files = new Map<string, string>()
const server = createServer(({ url = "/" }, response) => {
  const script = files.get(url)
  response.writeHead(200, {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Content-Type": script === undefined ? "text/html" : "text/javascript",
  })
  response.end(script ?? `<!doctype html><link rel=icon href=data:,><script type=module src="${url}/page.js"></script>`)
})
let address = ""
beforeAll(async () => {
  for (const [name, { page, worker }] of Object.entries(PROGRAMS)) {
    files.set(`/${name}/page.js`, await bundled(page))
    files.set(`/${name}/worker.js`, await bundled(worker))
  }
  await new Promise<void>((listening) => server.listen(0, "localhost", listening))
  address = `http://localhost:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((closed) => void server.close(closed).closeAllConnections()))

for (const installed of BROWSERS)
  describe.skipIf(installed.file === undefined)(titleOf(installed), FOR_CI, () => {
    let started: Browser
    beforeAll(async () => {
      started = await start(installed, installed.browser === "chrome" ? SOFTWARE_GPU : [])
    })
    afterAll(() => started?.close())

    async function run(name: string, isToEnd = false): Promise<unknown> {
      const tab = await started.newPage()
      await tab.goto(`${address}/${name}`)
      const worker = `new Worker("/${name}/worker.js", { type: "module" })`
      const answer = await tab.evaluate(`program(${worker}, ${String(isToEnd)})`)
      await tab.close()
      return answer
    }

    test("a worker that is terminated is cleared up after, as the guide says", async () => {
      expect(await run("lives", true)).toBe("page")
    })

    test.each(["throws", "rejects"])("so is one that %s, and would live on", async (name) => {
      expect(await run(name)).toBe("page")
    })

    test.runIf(installed.browser === "chrome")(
      "a worker waits for a frame, which the page drops when the worker has opened it",
      async () => {
        expect(await run("gpu")).toBe(true)
      },
    )
  })
