/** Trials know a crash, a hang and a clean end apart; and a trial that was never held is none of these. */
import { expect, test } from "vitest"
import { holdTrial } from "./trial.js"

const MODULE = new URL("trials/controls.mjs", import.meta.url)
const QUICKLY = { silenceMs: 2_000 }
const hold = (way: string, limits = {}) => holdTrial(MODULE, { way }, limits)

test("one that ends clean was missed", async () => {
  expect(await hold("clean")).toMatchObject({ verdict: "clean" })
})

test.each([
  ["abort", /SIGABRT|134/],
  ["throw later", /Error: thrown by a timer/],
  ["exit", /It ended with 3/],
  ["reject", /Error: nobody listens/],
])("one that crashes is caught: %s", async (way, seen) => {
  expect(await hold(way)).toMatchObject({ verdict: "caught", how: "crashed", seen: expect.stringMatching(seen) })
})

test("one whose main thread hangs is caught", async () => {
  expect(await hold("spin", QUICKLY)).toMatchObject({ verdict: "caught", how: "hung" })
})

test.each(["wait for ever", "leave a thread"])("one that never ends is caught: %s", async (way) => {
  expect(await hold(way, { longestMs: 2_000 })).toMatchObject({ verdict: "caught", how: "hung" })
})

test.each([
  ["object", "two and two are five"],
  ["throw", "It threw Error: in the middle"],
])("one that finds something is caught: %s", async (way, seen) => {
  expect(await hold(way)).toMatchObject({ verdict: "caught", how: "objected", seen: expect.stringContaining(seen) })
})

test.each(["mistake", "mistake later"])("a mistake of the trial's own catches nothing: %s", async (way) => {
  await expect(hold(way)).rejects.toThrow("The trial has a mistake of its own: ReferenceError")
})

test("a trial that cannot begin catches nothing", async () => {
  await expect(holdTrial(new URL("trials/broken.mjs", import.meta.url), {})).rejects.toThrow("The trial was not held")
})
