/** The table of docs/MODELS.md: a row for each model, as it must be for what was seen. */
import { readFileSync } from "node:fs"
import type { Result } from "@outlive/explore"
import type { EngineModel } from "@outlive/models"

const PAGE = readFileSync(new URL("../../docs/MODELS.md", import.meta.url), "utf8")

/** The row that the page has for a model; empty if it has none. */
export function rowOf({ name }: EngineModel): string {
  return PAGE.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? ""
}

/** The row that it should have; `finds` are the ids of the faults that the model finds. */
export function rowFor(model: EngineModel, result: Result, finds: readonly string[]): string {
  const { name, claim, invariants, search, mostPreemptions } = model
  const bound = search === "exhaustive" ? "every order" : `${mostPreemptions} preemptions`
  const explored = `${bound}, ${result.executions.toLocaleString("en")}`
  return `| \`${name}\` | ${claim} | ${invariants.join(", ")} | ${explored} | ${finds.join(", ")} |`
}
