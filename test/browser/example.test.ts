/// <reference lib="dom" />
/** The page of examples/browser in real browsers: it races, crashes where it should, and is quiet in its console. */
import axe from "axe-core"
import type { Browser, Page } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { serve } from "../../examples/browser/serve.mjs"
import { FOR_CI, forCiUnless, PROVES } from "../prove.js"
import { BROWSERS, SOFTWARE_GPU, resize, start, titleOf, troubleOf, until } from "./browsers.js"

const textOf = (tab: Page, id: string) => tab.$eval(`#${id}`, (one) => one.textContent!)
const click = (tab: Page, selector: string) => tab.$eval(selector, (one) => (one as HTMLElement).click())

/** Waits until what an element says is as wished. */
const says = (tab: Page, id: string, pattern: string) =>
  until(tab, (name, wanted) => new RegExp(wanted, "s").test(document.getElementById(name)!.textContent!), id, pattern)
const MANY = "^[1-9][0-9]|^[2-9]"

async function race(tab: Page, lifetime: string, pauseMs: number): Promise<void> {
  await click(tab, `input[value=${lifetime}]`)
  await tab.$eval(
    "#pause",
    (one, ms) => {
      ;(one as HTMLInputElement).value = String(ms)
      one.dispatchEvent(new Event("input"))
    },
    pauseMs,
  )
  await click(tab, "#start")
}

async function stop(tab: Page): Promise<string> {
  await click(tab, "#stop")
  await says(tab, "state", "^Stopped")
  return textOf(tab, "state")
}

/** In the page: whether each lane of the picture has something in it besides its line. */
function isDrawn(): boolean {
  const canvas = document.getElementById("picture") as HTMLCanvasElement
  const { data, width, height } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height)
  return [0, 1, 2, 3, 4].every((lane) => {
    const colours = new Set<number>()
    for (let y = Math.ceil((lane * height) / 5); y < ((lane + 1) * height) / 5; y++)
      for (let x = Math.floor(width / 2); x < width; x++) {
        const at = 4 * (y * width + x)
        if (data[at + 3]! > 250) colours.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!)
      }
    return colours.size > 1
  })
}

/** In the page, into which axe was put: what it finds. */
async function violations(): Promise<string[]> {
  const { axe: checker } = window as unknown as {
    axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
  }
  const found = await checker.run()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)}`)
}

/** The process that draws for this browser is ended: all its devices are lost. */
async function endGpu(started: Browser): Promise<void> {
  const session = await started.target().createCDPSession()
  const { processInfo } = await session.send("SystemInfo.getProcessInfo")
  process.kill(processInfo.find(({ type }) => type === "GPU")!.id, "SIGKILL")
}

const address: Record<"isolated" | "bare", string> = { isolated: "", bare: "" }
const servers: { close(): Promise<void> }[] = []
beforeAll(async () => {
  const [isolated, bare] = await Promise.all([serve(), serve({ isolated: false })])
  servers.push(isolated, bare)
  Object.assign(address, { isolated: isolated.url, bare: bare.url })
})
afterAll(() => Promise.all(servers.map((server) => server.close())))

for (const installed of BROWSERS)
  describe.skipIf(installed.file === undefined)(titleOf(installed), forCiUnless(installed.browser === "chrome"), () => {
    let started: Browser
    beforeAll(async () => {
      started = await start(installed, installed.browser === "chrome" ? SOFTWARE_GPU : [])
    })
    afterAll(() => started?.close())

    /** In a tab of its own, which must have nothing to say in its console. */
    async function inTab(url: string, body: (tab: Page) => Promise<void>, prepare?: (tab: Page) => Promise<unknown>) {
      const tab = await started.newPage()
      const trouble = troubleOf(tab)
      try {
        await prepare?.(tab)
        await tab.goto(url)
        await body(tab)
        expect(trouble).toEqual([])
      } finally {
        await tab.close()
      }
    }

    // Without OUTLIVE_PROVE only what is not in another one as well; Firefox takes twice as long.
    test.runIf(PROVES || installed.browser === "chrome")(
      "fences that are bound to their module crash who asks for their names, and nobody else stops",
      () =>
        inTab(address.isolated, async (tab) => {
          await race(tab, "issuer-bound", 10)
          await says(tab, "namer-oops", MANY)
          await says(tab, "crashes", "namer: DEAD_TEXT: Fence 0x[0-9a-f]+ leads into the text of a module that is gone")
          const unloads = await textOf(tab, "unloader-unloaded")
          await says(tab, "unloader-unloaded", `^(?!${unloads}$)`)
          await stop(tab)
        }),
    )

    test.runIf(PROVES)("independent ones do not: the same race, in which main thread and module workers wait", () =>
      inTab(address.isolated, async (tab) => {
        await race(tab, "independent", 10)
        for (const count of ["issuer-signaled", "waiter-waited", "namer-named", "unloader-unloaded", "page-waited"])
          await says(tab, count, MANY)
        expect(await stop(tab)).toBe("Stopped: no fence is in use any more.")
        for (const thread of ["issuer", "waiter", "namer", "unloader", "page"])
          expect(await textOf(tab, `${thread}-oops`)).toBe("0")
        expect(await textOf(tab, "crashes")).toBe("")
      }),
    )

    test("where waitAsync is missing the page waits all the same", FOR_CI, () =>
      inTab(
        address.isolated,
        async (tab) => {
          expect(await tab.evaluate(() => "waitAsync" in Atomics)).toBe(false)
          await race(tab, "independent", 10)
          await says(tab, "page-waited", MANY)
          expect(await stop(tab)).toBe("Stopped: no fence is in use any more.")
        },
        (tab) => tab.evaluateOnNewDocument(() => Reflect.deleteProperty(Atomics, "waitAsync")),
      ),
    )

    test("a page that is not isolated says what it lacks, and offers nothing", () =>
      inTab(address.bare, async (tab) => {
        expect(await textOf(tab, "unsupported")).toMatch(
          /^This page cannot race here\. Missing: cross-origin isolation: serve the page with COOP same-origin and COEP require-corp/,
        )
        const isUsable = (id: string) => tab.$eval(`#${id}`, (one) => !(one as HTMLButtonElement).disabled)
        expect([await isUsable("start"), await isUsable("stop"), await isUsable("draw")]).toEqual([false, false, false])
      }))

    test.runIf(PROVES)("it is drawn: something in each lane, and nothing wider than a phone", () =>
      inTab(address.isolated, async (tab) => {
        await resize(tab, 360, 700)
        await race(tab, "issuer-bound", 20)
        await until(tab, isDrawn)
        expect(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
        await stop(tab)
      }),
    )

    test.runIf(installed.browser === "chrome")("colours can be read, and a screen reader finds its way", FOR_CI, () =>
      inTab(address.isolated, async (tab) => {
        // From outside of the page: its own policy would refuse a script that is no file.
        await tab.evaluate(axe.source)
        for (const value of ["light", "dark"]) {
          await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value }])
          expect(await tab.evaluate(violations), value).toEqual([])
        }
      }),
    )

    test.runIf(installed.browser === "chrome")(
      "a GPU's frames: a worker waits for each; a device that is lost fails one",
      FOR_CI,
      () =>
        inTab(address.isolated, async (tab) => {
          await click(tab, "#draw")
          await says(tab, "frames-state", "^Frames drawn: ([2-9]|[1-9]\\d+);")
          await click(tab, "#lose")
          await says(tab, "frames-state", "was not drawn: its fence says ECANCELED \\(device destroyed\\)")
          await click(tab, "#draw")
          await says(tab, "frames-state", "^Frames drawn: [1-9]\\d*; a worker woke")
          await endGpu(started)
          await says(tab, "frames-state", "was not drawn: its fence says ENODEV \\(device unknown\\)")
          await click(tab, "#draw")
          await says(tab, "frames-state", "^Frames drawn: [1-9]\\d*; a worker woke")
        }),
    )

    test("what a page says in its console is noticed", async () => {
      const said = inTab(address.bare, (tab) => tab.evaluate(() => console.error("a page that is not well")))
      await expect(said).rejects.toThrow("a page that is not well")
    })

    test.runIf(installed.browser === "firefox")("without a GPU it says so", FOR_CI, () =>
      inTab(address.isolated, async (tab) => {
        await tab.evaluate(() => {
          Object.defineProperty(navigator, "gpu", { value: undefined, configurable: true })
        })
        await click(tab, "#draw")
        await says(tab, "frames-state", "^This browser has no GPU for this page")
      }),
    )
  })
