/** The public API: campaigns as data; what plays them, how their results are put together. */
export { causeOf } from "./cause.js"
export { Crew, type CrewOptions, WorkerDied } from "./crew.js"
export { type Definition, MOST_SHARDS, campaignId, seedCount, seedsOf, shardCount } from "./definition.js"
export { CampaignError, type CampaignErrorCode } from "./errors.js"
export { Journal } from "./journal.js"
export { mergeFiles } from "./merge.js"
export { type Played, type Player, playShard } from "./play.js"
export { LocalQueue, MOST_TRIES, type ShardQueue, type Sink } from "./queue.js"
export {
  type Failure,
  type Finding,
  type Header,
  type Poisoned,
  type PoisonedLine,
  SCHEMA,
  type SettledLine,
  type ShardLine,
  headerOf,
} from "./result.js"
export { serveShards } from "./serve.js"
export { type Share, WHOLE, shardsLeft, shareSize } from "./shards.js"
export { type CampaignResult, Tally } from "./tally.js"
