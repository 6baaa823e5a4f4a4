/**
 * Every program holds in every order of its threads' steps, and notices what is wrong with a broken engine. Without OUTLIVE_PROVE the
 * smallest size of each, and few of the broken ones.
 */
import { readFileSync } from "node:fs"
import type { EngineFactory } from "@outlive/core/engine-js"
import { exploreModel, programModel } from "@outlive/models"
import { PROGRAMS, assertProgram, dealt, findProgram } from "@outlive/programs"
import { describe, expect, test } from "vitest"
import { PROVES } from "../prove.js"
import { buildTwinOf } from "./twins.js"

const MOST_MS = 60_000
/** One about locks, one about reclamation, one about fences. */
const FEW = new Set(["P1", "P5", "P7"])

describe.each(PROGRAMS)("$name", (program) => {
  test.each(PROVES ? program.sizes : program.sizes.slice(0, 1))("holds with %j", (size) => {
    const result = exploreModel(programModel(program, size), { timeMs: MOST_MS })
    expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
    expect(result.verdict === "pass" && result.exhaustive, `${result.executions} orders, and not all`).toBe(true)
  })

  test.each((program.twins ?? []).filter(({ id }) => PROVES || FEW.has(id)))(
    "notices in some order ($id): $sentence",
    async (broken) => {
      const twin = await buildTwinOf(broken, { stepwise: true })
      try {
        const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
        let message: string | undefined
        for (const size of program.sizes) {
          const result = exploreModel(programModel(program, size), { timeMs: MOST_MS, shrink: false }, instantiate)
          if (result.verdict === "pass") continue
          message = result.message
          break
        }
        expect(message, "no size finds it").toBeDefined()
        expect(message).not.toMatch(/ReferenceError|TypeError/)
      } finally {
        twin.remove()
      }
    },
  )

  test("is whole, and is found by its name", async () => {
    expect(assertProgram(program, "the list")).toBe(program)
    expect(await findProgram(program.name)).toBe(program)
  })
})

test.each([
  [{}, "has the name undefined"],
  [{ name: "a" }, "has no claim"],
  [{ name: "a", claim: "It holds." }, "is about undefined"],
  [{ name: "a", claim: "It holds.", about: "locks", threads: [] }, "has no threads"],
  [{ name: "a", claim: "It holds.", about: "locks", threads: [{ name: "p" }] }, 'has no function play in part "p"'],
  [{ name: "a", claim: "It holds.", about: "locks", threads: [{ name: "p", play() {} }] }, "has no sizes"],
  [null, "is null"],
])("%j is no program", (given, why) => {
  expect(() => assertProgram(given, "here")).toThrow(`The program in here ${why}`)
})

test("threads without their partners are refused", async () => {
  expect(() =>
    dealt(
      PROGRAMS.find(({ name }) => name === "ping-pong")!,
      3,
    ),
  ).toThrow("a multiple of 2 are needed")
  expect(() =>
    dealt(
      PROGRAMS.find(({ name }) => name === "two-locks")!,
      2,
    ),
  ).toThrow("3 at least are needed")
  await expect(findProgram("nothing")).rejects.toThrow('There is no program "nothing": there are counter')
})

test.each(PROGRAMS)("docs/MODELS.md has the row of $name", ({ name, about, claim }) => {
  const page = readFileSync(new URL("../../docs/MODELS.md", import.meta.url), "utf8")
  expect(page).toContain(`| \`${name}\` | ${about} | ${claim} |\n`)
})
