/** What a campaign must end with, worked out without any queue. */
import { type CampaignResult, type Header, Tally, playShard, shardsLeft } from "@outlive/campaign"
import { comparable as same } from "../local.js"
import type { Refusal } from "./stage.js"

/** `without`: a shard that is set aside. */
export async function campaignSum(header: Header, without?: number): Promise<object> {
  const tally = new Tally(header)
  const repeat = (seed: number) => `repeat ${seed}`
  const player = {
    repeat,
    async play(seed: number) {
      const failure = { size: 1_000 - seed, repeat: repeat(seed), text: `${seed} is divisible` }
      return { operations: 1, failures: seed % 7 === 0 ? [failure] : [] }
    },
  }
  for (const shard of shardsLeft(tally)) if (shard !== without) tally.add(await playShard(header, shard, player))
  return same(tally.result())
}

/** What must not depend on who was killed. */
export const comparable = (result: CampaignResult | Refusal): object => ("refused" in result ? result : same(result))
