/** The table of faults in docs/LIFETIMES.md: every number has a row, and every row names what there is. */
import { readFileSync } from "node:fs"
import { FENCE_TYPES, type FenceType, expectedOf, placeOf, titleOf } from "@outlive/drivers"
import { DRIVER_FAULTS, modelNamed } from "@outlive/models"
import { describe, expect, test } from "vitest"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")
const ROWS = read("../../docs/LIFETIMES.md")
  .split("\n")
  .filter((line) => /^\| F\d\d \|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, number, , races, model]) => ({ number: number!, races: races!, model: model! }))
const NUMBERS = Array.from({ length: 33 }, (_, n) => `F${31 + n}`)
const OF_CELLS = ["F48", "F49"]

/** Tests in which models are refuted, by name. */
const REFUTED = ["drivers", "findings", "lifetimes"].map((name) => read(`../models/${name}.test.ts`)).join("\n")

function wordsOf(command: string) {
  const option = (name: string) => new RegExp(`--${name} (?:"([^"]+)"|([^ \`]+))`).exec(command)?.slice(1).find(Boolean)
  return { driver: option("driver"), lifetime: option("lifetime"), variation: option("variation") }
}

const racesIn = (text: string) => [...text.matchAll(/`race [^`]+`/g)].map(([command]) => wordsOf(command))
const typeOf = (title: string | undefined): FenceType | undefined => FENCE_TYPES.find((one) => titleOf(one) === title)

test("has one row for each number", () => expect(ROWS.map(({ number }) => number)).toEqual(NUMBERS))

describe.each(ROWS)("$number", ({ number, races, model }) => {
  test("names every fence type that has it, and how it is raced", () => {
    const named = racesIn(races)
    expect(named.length).toBeGreaterThan(0)
    const types = FENCE_TYPES.filter(({ faults }) => number in faults)
    if (OF_CELLS.includes(number)) {
      for (const { driver, lifetime = "independent" } of named) {
        const head = { type: driver!, lifetime, form: "merged", outcomes: [], ways: [], messages: [] } as const
        const expected = expectedOf(head)!
        expect(expected.outcomes.includes("crash") || expected.reason !== undefined).toBe(true)
      }
      return
    }
    expect(named.map(({ driver }) => driver).sort()).toEqual(types.map(titleOf).sort())
    for (const { driver, lifetime = "independent", variation } of named)
      expect(placeOf(typeOf(driver)!, number)).toMatchObject({ lifetime, variation })
  })

  test("names a model that is refuted, or says why there is none", () => {
    const found = /`explore ([a-z0-9-]+)(?: --lifetime ([a-z-]+))?`( holds)?/.exec(model)
    if (!found) return expect(model).toMatch(/^none/)
    const [, name, lifetime, holds] = found
    expect(modelNamed(lifetime === undefined ? name! : `${name}@${lifetime}`)).toBeDefined()
    const isTwin = DRIVER_FAULTS.some(({ broken }) => broken.name === name)
    // Twins of this kind are for one number; `vm-end` is two drivers'.
    if (isTwin)
      expect(DRIVER_FAULTS.find(({ broken }) => broken.name === name)!.fault).toBe(number === "F62" ? "F45" : number)
    else expect(holds !== undefined || REFUTED.includes(`"${name}"`) || REFUTED.includes(`${name}: {`)).toBe(true)
  })
})
