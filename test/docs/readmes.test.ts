/** The programs in the packages' READMEs run, and print what the page says. From the tarballs: `npm run packages`. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { published } from "../../scripts/packages/pack.mjs"
import { commandsIn, snippetsIn } from "../../scripts/snippets.mjs"
import { eachForCiUnless, PROVES } from "../prove.js"
import { ROOT, expectPrinted, removesItsPrograms } from "./printed.js"

/** Races of seconds; what they show is raced in `test/race` and `test/drivers`. */
const LONG = new Set(["@outlive/workers", "@outlive/drivers"])
const READMES = published().map((one) => ({ ...one, text: readFileSync(join(ROOT, one.folder, "README.md"), "utf8") }))

removesItsPrograms()

test.each(READMES)("$name: has a program, or a command, and says how it is installed", ({ name, text }) => {
  const commands = commandsIn(text).filter((line) => line.startsWith("npx outlive "))
  expect(snippetsIn(text).length + commands.length).not.toBe(0)
  expect(commandsIn(text).some((line) => /^np[mx] /.test(line) && line.includes(name))).toBe(true)
})

/** In `npm test`. */
const SHORT = new Set(["@outlive/core", "@outlive/sync", "@outlive/explore"])

eachForCiUnless(
  READMES.filter(({ name }) => PROVES || !LONG.has(name)),
  ({ name }) => SHORT.has(name),
)("$name: its programs", {}, async ({ text }) => {
  for (const snippet of snippetsIn(text)) {
    expect(snippet.prints, "a text block below the program says what it prints").toBeDefined()
    await expectPrinted(snippet)
  }
})
