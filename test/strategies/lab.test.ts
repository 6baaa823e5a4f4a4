/**
 * Every scheme of the lab passes every model of its structures, with at most one preemption (and of the section schemes one all); with
 * OUTLIVE_PROVE (`npm run prove`) with three, or two where there are three threads. And it keeps from being given back what its row in docs/STRATEGIES.md says.
 */
import type { LabFactory } from "@outlive/core/engine-js"
import { LAB_MODELS, UPDATES, exploreLab, surveyScheme } from "@outlive/models"
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { schemeRow } from "../../scripts/document-strategies.mjs"
import { LAB_SCHEMES, buildLab } from "../../scripts/strategies.mjs"
import { PROVES } from "../prove.js"

const PAGE = readFileSync(new URL("../../docs/STRATEGIES.md", import.meta.url), "utf8")
/** What the section schemes have in common is looked at with one of them, unless everything is. */
const SECTION = "epochs"
const OF_SECTIONS = new Set(["cell-read", "cell-mover", "list-contains"])
/** Three threads that read and write and use anew: hundreds of orders even so. */
const LARGEST = "cell-read-twice"
const applies = (scheme: { name: string; ofEngine?: boolean }, model: string) =>
  PROVES || (scheme.ofEngine && scheme.name !== SECTION ? OF_SECTIONS.has(model) : model !== LARGEST)
const MOST_MS = PROVES ? 1_800_000 : 60_000

describe.each(LAB_SCHEMES)("$name", (scheme) => {
  test.each(LAB_MODELS.filter(({ name }) => applies(scheme, name)))(
    "passes $name: $claim",
    { timeout: MOST_MS + 60_000 },
    async (model) => {
      const file = await buildLab(scheme.name, { target: "js", flavour: "stepwise" })
      const { instantiate } = (await import(file)) as { instantiate: LabFactory }
      const most = PROVES ? 5 - model.threads : 1
      const result = exploreLab(model, instantiate, most, { timeMs: MOST_MS })
      expect(result.verdict, "message" in result ? result.message : "").toBe("pass")
      expect(result.verdict === "pass" && result.exhaustive, `${result.executions} orders, and not all`).toBe(true)
    },
  )

  test("keeps what docs/STRATEGIES.md says", async () => {
    // The figures are the same in both; compiling takes seconds.
    const target = PROVES ? "wasm" : "js"
    const build = (await import(await buildLab(scheme.name, { target, flavour: "release" }))) as {
      readonly bytes: string
      readonly instantiate: LabFactory
    }
    const survey = surveyScheme(PROVES ? build.bytes : build.instantiate)
    expect(PAGE).toContain(`${schemeRow(scheme, survey)}\n`)
    // What a scheme is for: everything comes back when the reader has gone on, is cleared up after, or says that it is idle.
    if (scheme.reclaims) expect([survey.goneOn, survey.settled, survey.offline]).toEqual([0, 0, 0])
    else expect(survey.quiet).toBe(UPDATES)
    // Nobody needs what is given back under a reader but the optimistic one, which begins anew.
    expect(survey.keepsItsNode).toBe(scheme.kind !== "optimistic")
  })
})
