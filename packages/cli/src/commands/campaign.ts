/** `outlive campaign`: many seeds, as shards that know nothing of each other; and their results put together. */
import { mergeFiles, serveShards } from "@outlive/campaign"
import { defineCommand } from "citty"
import { CAMPAIGN_ARGS, assertSameFiles } from "../campaign/definition.js"
import { fingerprint } from "../campaign/fingerprint.js"
import type { Kind } from "../campaign/kind.js"
import { KINDS, kindNamed } from "../campaign/kinds.js"
import { WORKER_ARGS, workFor } from "../campaign/work.js"
import { refusing, runCampaign, tell } from "../campaign/run.js"
import { UsageError } from "../exit-codes.js"
import { COMMON, refuseUnknown } from "../options.js"

function commandFor(kind: Kind) {
  const args = { ...kind.args, json: COMMON.json, ...CAMPAIGN_ARGS }
  return defineCommand({
    meta: { name: kind.name, description: `${kind.about}; exit code 1 if one fails` },
    args,
    async run({ args: given, rawArgs }) {
      refuseUnknown(rawArgs, args)
      await runCampaign(kind, given)
    },
  })
}

const MERGE_ARGS = {
  files: { type: "positional", description: "Results of shares of one campaign, in any order", required: true },
  json: COMMON.json,
} as const

const merge = defineCommand({
  meta: { name: "merge", description: "Put results together; exit code 1 if a seed failed, or shards are missing" },
  args: MERGE_ARGS,
  async run({ args: given, rawArgs }) {
    const flags = rawArgs.filter((word) => word.startsWith("-"))
    refuseUnknown(flags, MERGE_ARGS)
    const files = rawArgs.filter((word) => !word.startsWith("-"))
    const tally = await refusing(mergeFiles(files))
    tell(tally.result(), { json: given.json === true })
  },
})

/** With a channel to a parent, which a campaign gives to each of its own, it is one process that plays; without, it has such processes. */
const worker = defineCommand({
  meta: { name: "worker", description: "Play the shards that campaigns hand out with the same --queue" },
  args: WORKER_ARGS,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, WORKER_ARGS)
    if (given.queue !== undefined) return workFor(given.queue, given)
    if (!process.send)
      throw new UsageError(
        "Whose shards? Name the queue, --queue redis://host:port; without one, a campaign starts its own",
      )
    serveShards(async ({ definition, build }) => {
      const here = fingerprint()
      if (here !== build) throw new UsageError(`the campaign is of build ${build}, and this is build ${here}`)
      const kind = kindNamed(definition.kind)
      assertSameFiles(kind, definition)
      return kind.open(definition.options)
    })
  },
})

export const campaign = defineCommand({
  meta: { name: "campaign", description: "Race or explore many seeds, in shards: killed, resumed, merged" },
  subCommands: { ...Object.fromEntries(KINDS.map((kind) => [kind.name, commandFor(kind)])), merge, worker } as never,
})
