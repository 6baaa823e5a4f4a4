/** A process that plays shards for the one that started it. It ends with it. */
import type { FromWorker, ToWorker } from "./messages.js"
import { type Player, playShard } from "./play.js"
import type { Header } from "./result.js"

/**
 * Plays what it is handed, until its parent goes. `open`: a player of this campaign; what it throws refuses the campaign.
 * @throws TypeError in a process that was not started with a channel to its parent
 */
export function serveShards(open: (header: Header) => Promise<Player>): void {
  if (!process.send) throw new TypeError("Cannot serve shards: this process has no parent that hands them out")
  let header: Header
  let player: Player
  const tell = (message: FromWorker) => void process.send!(message)
  const begin = async (asked: Header) => {
    header = asked
    try {
      player = await open(header)
      tell({ kind: "ready" })
    } catch (error) {
      tell({ kind: "refused", message: error instanceof Error ? error.message : String(error) })
    }
  }
  const answer = async (message: ToWorker) => {
    if (message.kind === "begin") return begin(message.header)
    const line = await playShard(header, message.shard, player, (seed) =>
      tell({ kind: "at", seed, repeat: player.repeat(seed) }),
    )
    tell({ kind: "done", line })
  }
  process.on("message", (message: ToWorker) => {
    // What a seed throws has upset this process: another one tries again.
    answer(message).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1))
    })
  })
  // Ctrl-C on a terminal reaches every process of the group; when this one ends is for its parent to say.
  process.on("SIGINT", () => {})
  process.on("disconnect", () => process.exit())
}
