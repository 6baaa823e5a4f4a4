/// <reference lib="dom" />
/** The page in real browsers, as they find it on this machine: texts, axes, no clipped label, no error, no request, in both colour schemes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { page as pageOf } from "@outlive/report"
import axe from "axe-core"
import type { Browser, Page } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { BROWSERS, resize, start, titleOf, troubleOf } from "../browser/browsers.js"
import { campaign, failing, result } from "./fixture.js"
import { FOR_CI, forCiUnless } from "../prove.js"

const folder = mkdtempSync(join(tmpdir(), "outlive-page-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Whatever of an SVG's text lies outside of the SVG, or on other text; and whatever is wider than the page. */
function misplaced(): string[] {
  const found: string[] = []
  for (const svg of document.querySelectorAll("svg")) {
    const box = svg.getBoundingClientRect()
    if (box.width === 0) continue
    const texts = [...svg.querySelectorAll("text")].map((text) => ({
      said: text.textContent,
      at: text.getBoundingClientRect(),
    }))
    for (const { said, at } of texts)
      if (
        at.left < box.left - 0.5 ||
        at.right > box.right + 0.5 ||
        at.top < box.top - 0.5 ||
        at.bottom > box.bottom + 0.5
      )
        found.push(`"${said}" is clipped in "${svg.getAttribute("aria-label")}"`)
    for (const [i, a] of texts.entries())
      for (const b of texts.slice(i + 1)) {
        const across = Math.min(a.at.right, b.at.right) - Math.max(a.at.left, b.at.left)
        const down = Math.min(a.at.bottom, b.at.bottom) - Math.max(a.at.top, b.at.top)
        if (across > 1 && down > 4) found.push(`"${a.said}" lies on "${b.said}" in "${svg.getAttribute("aria-label")}"`)
      }
  }
  for (const cell of document.querySelectorAll<HTMLElement>("td, th"))
    if (cell.scrollWidth > cell.clientWidth + 1) found.push(`"${cell.textContent}" is wider than its cell`)
  if (document.documentElement.scrollWidth > window.innerWidth + 1)
    found.push(`the page is ${document.documentElement.scrollWidth} wide, and the window ${window.innerWidth}`)
  return found
}

for (const installed of BROWSERS)
  describe.skipIf(installed.file === undefined)(titleOf(installed), forCiUnless(installed.browser === "chrome"), () => {
    const { browser } = installed
    let started: Browser
    let tab: Page
    let trouble: readonly string[]
    const requests: string[] = []
    const url = pathToFileURL(join(folder, `${browser}.html`)).href

    beforeAll(async () => {
      writeFileSync(join(folder, `${browser}.html`), pageOf([result], [], [campaign]))
      started = await start(installed)
      tab = await started.newPage()
      trouble = troubleOf(tab)
      tab.on("request", (request) => void requests.push(request.url()))
      await tab.goto(url)
    })
    afterAll(() => started?.close())

    test.each([
      ["a desk", 1_280],
      ["a phone", 360],
    ])("nothing is clipped, nothing lies on something else: on %s", async (_, width) => {
      await resize(tab, width, 900)
      await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)))
      expect(await tab.evaluate(misplaced)).toEqual([])
    })

    test("what is misplaced would be noticed", async () => {
      await tab.evaluate(() => {
        const text = document.querySelector("svg text")!
        text.setAttribute("data-x", text.getAttribute("x")!)
        text.setAttribute("x", "-20")
      })
      expect((await tab.evaluate(misplaced)).join()).toContain("is clipped")
      await tab.evaluate(() => {
        const text = document.querySelector("svg text")!
        text.setAttribute("x", text.getAttribute("data-x")!)
      })
    })

    test("texts and axes are there", async () => {
      const texts = await tab.$$eval("main", ([main]) => main!.innerText)
      expect(texts).toContain("What crashed: fences that are bound")
      const axes = await tab.$$eval("figure", (all) =>
        all.map((figure) => [...figure.querySelectorAll("svg text")].map((text) => text.textContent!)),
      )
      const lines = axes.find((said) => said.some((text) => text.startsWith("threads, throughput")))!
      expect(lines).toEqual(expect.arrayContaining(["1", "2", "4", "8", "inline", "external", "mcs", "50 M/s"]))
    })

    test("the slider walks through the memory", async () => {
      const walk = (to: number) =>
        tab.evaluate((step) => {
          const slider = document.querySelector<HTMLInputElement>(".walk input")!
          slider.value = String(step)
          slider.dispatchEvent(new Event("input"))
          return [...document.querySelectorAll(".memory dd")].map((cell) => cell.textContent)
        }, to)
      expect(await walk(0)).toEqual(["as it was", "as it was"])
      expect(await walk(1)).toEqual(["1", "as it was"])
      expect(await walk(failing.trace!.length)).toEqual(["1", "1"])
      const now = await tab.$$eval(".steps tr.now", (rows) => rows.map((row) => row.querySelector("th")!.textContent))
      expect(now).toEqual(["4"])
    })

    test.runIf(browser === "chrome").each(["light", "dark"])(
      "colours can be read, and a screen reader finds its way: %s",
      FOR_CI,
      async (scheme) => {
        await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }])
        const ground = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor)
        expect(ground).toBe(scheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 20, 20)")
        await tab.evaluate(axe.source)
        const found = await tab.evaluate(async () => {
          const { violations } = await (
            window as unknown as {
              axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
            }
          ).axe.run()
          return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)}`)
        })
        expect(found).toEqual([])
      },
    )

    test("no error was logged, and nothing was asked for but the page", () => {
      expect(trouble).toEqual([])
      expect(requests.filter((asked) => asked !== url && !asked.startsWith("data:"))).toEqual([])
    })
  })
