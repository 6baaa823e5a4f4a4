/** The findings of docs/PERFORMANCE.md: each is an experiment that can be run, and stands on the page. */
import { readFileSync, readdirSync } from "node:fs"
import { type Experiment, assertExperiment } from "@outlive/bench"
import { expect, test } from "vitest"

const FOLDER = "examples/findings"
const page = readFileSync("docs/PERFORMANCE.md", "utf8")

test.each(readdirSync(FOLDER))("%s", async (file) => {
  const where = `${FOLDER}/${file}`
  const { experiment } = (await import(`../../${where}`)) as { experiment: Experiment }
  expect(assertExperiment(experiment, where).hypotheses).not.toEqual([])
  expect(`${experiment.name}.ts`).toBe(file)
  expect(page).toMatch(new RegExp(`<!-- figures ${experiment.name}[^:]*: bench ${where} -->`))
})
