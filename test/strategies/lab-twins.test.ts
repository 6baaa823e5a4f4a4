/** Broken twins of the lab's schemes are found by the model that is named with them. */
import type { LabFactory } from "@outlive/core/engine-js"
import { LAB_MODELS, exploreLab, surveyScheme } from "@outlive/models"
import { expect, test } from "vitest"
import { LAB_SCHEMES, labSchemeOf, labStrategies } from "../../scripts/strategies.mjs"
import { buildTwin } from "../faults/twin.js"
import { LAB_FAULTS, LAB_MEASURED, faultyLabs } from "./lab-faults.js"
import { PROVES } from "../prove.js"

const MOST_MS = 60_000

test.each(LAB_SCHEMES.map(({ name }) => name))("%s has two at least", (scheme) => {
  expect(LAB_FAULTS.filter(({ schemes }) => schemes.includes(scheme)).length).toBeGreaterThan(1)
})

test.each(faultyLabs(PROVES))("$id in $scheme: $sentence", async ({ fault, scheme }) => {
  const twin = await buildTwin(fault, { stepwise: true, ...labStrategies(labSchemeOf(scheme)) })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: LabFactory }
    const model = LAB_MODELS.find(({ name }) => name === fault.model)!
    const result = exploreLab(model, instantiate, fault.preemptions ?? 2, { timeMs: MOST_MS })
    expect(result.verdict, `not found in ${result.executions} orders`).not.toBe("pass")
    const message = "message" in result ? result.message : ""
    expect(message).not.toMatch(/ReferenceError|TypeError/)
    console.log(`${fault.id} in ${scheme} found in order ${result.executions + 1}: ${message}`)
  } finally {
    twin.remove()
  }
})

for (const fault of LAB_MEASURED)
  test.each(fault.schemes)(`${fault.id} in %s (${fault.figure}): ${fault.sentence}`, async (scheme) => {
    const strategies = labStrategies(labSchemeOf(scheme))
    const [twin, own] = await Promise.all(
      [fault, undefined].map((change) => buildTwin(change, { checked: false, ...strategies })),
    )
    try {
      const survey = async (url: string) =>
        surveyScheme(((await import(url)) as { instantiate: LabFactory }).instantiate)
      const [broken, whole] = [await survey(twin!.url), await survey(own!.url)]
      expect(broken[fault.figure]).toBeGreaterThan(whole[fault.figure])
    } finally {
      twin!.remove()
      own!.remove()
    }
  })
