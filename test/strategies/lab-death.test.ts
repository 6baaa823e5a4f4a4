/** A thread dies at each access of each operation of the lab: nobody is held up, nothing is half done, and all but a few nodes come back. */
import type { LabFactory } from "@outlive/core/engine-js"
import { surveyDeaths } from "@outlive/models"
import { expect, test } from "vitest"
import { LAB_SCHEMES, buildLab, labSchemeOf, labStrategies } from "../../scripts/strategies.mjs"
import { buildTwin } from "../faults/twin.js"
import type { Change } from "../faults/faults.js"
import { PROVES } from "../prove.js"

/** Who dies within `enter` or `leave` stays counted there, and nothing is given back any more; or nothing ever was. */
const KEEPS_ALL = new Set(["two-counters", "one-counter", "reader-writer", "leak"])
/** What a thread had retired stays in its seat, for its next tenant; a node that it had in its hands is lost. */
const MOST_LOST = 2

const CHOSEN = LAB_SCHEMES.filter(({ name, ofEngine }) => PROVES || !ofEngine || name === "epochs")

test.each(CHOSEN)("$name", async ({ name }) => {
  const file = await buildLab(name, { target: "js", flavour: "stepwise" })
  const { count, wrong, lost } = surveyDeaths(((await import(file)) as { instantiate: LabFactory }).instantiate)
  expect(wrong).toEqual([])
  expect(count).toBeGreaterThan(400)
  if (!KEEPS_ALL.has(name)) expect(lost).toBeLessThanOrEqual(MOST_LOST)
})

async function surveyTwin(change: Change, scheme: string) {
  const fault = { id: "LD", sentence: "", ...change }
  const twin = await buildTwin(fault, { stepwise: true, ...labStrategies(labSchemeOf(scheme)) })
  try {
    return surveyDeaths(((await import(twin.url)) as { instantiate: LabFactory }).instantiate)
  } finally {
    twin.remove()
  }
}

test("one that leaves what is half done to who began it is found", async () => {
  const change = {
    file: "lab/structures/queue.ts",
    from: "    if (!isNone(next)) {\n      moveTail(root, tail, next)\n",
    to: "    if (!isNone(next)) {\n",
  }
  expect((await surveyTwin(change, "epochs")).wrong.join()).toContain("has no end")
})

test("one that does not settle the dead is found", async () => {
  const change = { file: "lab/schemes/sections.ts", from: "  endSection(dead)\n", to: "" }
  expect((await surveyTwin(change, "epochs")).lost).toBeGreaterThan(MOST_LOST)
})
