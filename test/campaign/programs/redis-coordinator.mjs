/** A campaign by Redis, without the command: tells each line that it settles, then the result. Goes on with the journal that is there. */
import { Journal, shardsLeft } from "@outlive/campaign"
import { RedisQueue, queueAddress } from "@outlive/campaign/redis"

const [address, text, path] = process.argv.slice(2)
const header = JSON.parse(text)
const journal = await Journal.open(path, header, { resume: true })
const settle = (line) => {
  journal.settle(line)
  process.send({ line })
}
try {
  const queue = new RedisQueue({ address: queueAddress(address) })
  await queue.run(header, shardsLeft(journal.tally), { settle }, new AbortController().signal)
  process.send({ result: journal.tally.result() })
} catch (error) {
  process.send({ refused: error.code, message: error.message })
}
