/** Every command in docs/CAMPAIGNS.md is one that the command line takes. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { CAMPAIGN_ARGS, definitionFrom, shareFrom } from "../../packages/cli/dist/campaign/definition.js"
import type { Kind } from "../../packages/cli/dist/campaign/kind.js"
import { kindNamed } from "../../packages/cli/dist/campaign/kinds.js"
import { WORKER_ARGS } from "../../packages/cli/dist/campaign/work.js"
import { COMMON, refuseUnknown } from "../../packages/cli/dist/options.js"

const PAGE = readFileSync(new URL("../../docs/CAMPAIGNS.md", import.meta.url), "utf8")
/** What a shell, or a CI, puts in. */
const FILLED = [
  [/\$\(\(.*?\)\)|\$\{\{.*?\}\}|\$[A-Z_]+|\{\}/g, "1"],
  [/ :::.*$/, ""],
] as const

const commands = PAGE.split("\n")
  .filter((line) => /outlive campaign (race|explore|death|merge|worker) /.test(line) && !line.includes("`"))
  .map((line) => line.replace(/^.*outlive campaign /, ""))
  .map((line) => FILLED.reduce((text, [from, to]) => text.replaceAll(new RegExp(from, "g"), to), line).split(" "))

test("there are commands to look at", () => expect(commands.length).toBeGreaterThan(8))

test.each(commands)("outlive campaign %s %s %s %s %s …", async (name, ...words) => {
  if (name === "merge") return expect(words.every((word) => word.endsWith(".ndjson"))).toBe(true)
  if (name === "worker") return expect(() => refuseUnknown(words, WORKER_ARGS)).not.toThrow()
  const kind = kindNamed(name!)
  const args: Kind["args"] = { ...kind.args, json: COMMON.json, ...CAMPAIGN_ARGS }
  expect(() => refuseUnknown(words, args)).not.toThrow()
  const parsed: Record<string, string | boolean> = {}
  for (let i = 0; i < words.length; i++) {
    const flag = words[i]!.replace(/^--/, "")
    if (flag === words[i]) parsed["what"] = flag
    else parsed[flag] = args[flag]!.type === "boolean" ? true : words[++i]!
  }
  const { options } = definitionFrom(kind, parsed)
  expect(shareFrom(parsed["shard"] as string | undefined).of).toBeGreaterThan(0)
  const player = await kind.open(options)
  expect(player.repeat(7)).toMatch(/^outlive /)
  await player.close?.()
})

test("a word that is no option is noticed", () => {
  const args = { ...kindNamed("race").args, ...CAMPAIGN_ARGS }
  expect(() => refuseUnknown(["--seeds", "1..2", "--sharrd", "1/2"], args)).toThrow("Unknown option --sharrd")
})
