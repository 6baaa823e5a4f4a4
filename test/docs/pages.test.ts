/** The guides and the tutorial: every program in them runs and prints what it says; every link in every page leads somewhere. */
import { existsSync, readFileSync, readdirSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { expect, test } from "vitest"
import { snippetsIn } from "../../scripts/snippets.mjs"
import { writtenFiles } from "../../scripts/source-text.mjs"
import { ROOT, expectPrinted, removesItsPrograms } from "./printed.js"
import { eachForCiUnless } from "../prove.js"

const read = (file: string) => readFileSync(join(ROOT, file), "utf8")
const GUIDES = [
  ...readdirSync(join(ROOT, "docs/guides")).map((name) => `docs/guides/${name}`),
  "docs/EXPLORER-MODELS.md",
]
const PROGRAMS = GUIDES.flatMap((page) => snippetsIn(read(page)).map((snippet, i) => ({ page, n: i + 1, snippet })))

removesItsPrograms()

test("the guides have programs", () => expect(PROGRAMS.length).toBeGreaterThan(7))

/** In `npm test` the first of each page. */
eachForCiUnless(PROGRAMS, ({ n }) => n === 1)("$page, program $n", {}, ({ snippet }) => expectPrinted(snippet))

const STEPS = readdirSync(join(ROOT, "examples/tutorial")).sort()
const TUTORIAL = snippetsIn(read("docs/tutorial/README.md"))

test("the tutorial has six steps, each a program in examples/tutorial, word for word", () => {
  expect(STEPS).toHaveLength(6)
  expect(TUTORIAL.map(({ code }) => code)).toEqual(STEPS.map((name) => read(`examples/tutorial/${name}`)))
})

eachForCiUnless(
  STEPS.map((step, i) => ({ step, snippet: TUTORIAL[i]! })),
  (_, at) => at < 3,
)("tutorial: $step", {}, async ({ snippet }) => {
  expect(snippet.prints).toBeDefined()
  await expectPrinted(snippet)
})

/** Links of a page that lead to no file. */
function brokenLinks(page: string, text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, "")
  const targets = [...prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!)
  const own = targets.filter((target) => !/^[a-z]+:/.test(target))
  return own.filter((target) => !existsSync(resolve(ROOT, dirname(page), target)))
}

test("a link that leads nowhere is found", () => {
  expect(brokenLinks("docs/RULES.md", "[a](MODELS.md) [b](NOTHING.md) [c](https://example.com)")).toEqual([
    "NOTHING.md",
  ])
})

test.each(writtenFiles(ROOT, (file) => file.endsWith(".md")))("links of %s", (page) => {
  expect(brokenLinks(page, read(page))).toEqual([])
})
