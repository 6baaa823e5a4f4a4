/** `outlive campaign worker` without the command: it is missed after less than a second. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { queueAddress, serveQueue } from "@outlive/campaign/redis"

const [address, build, size] = process.argv.slice(2)
const player = fileURLToPath(new URL("redis-player.mjs", import.meta.url))
const start = () => fork(player, { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] })
const options = { address: queueAddress(address), build, size: () => Number(size), start, lostMs: 600 }
try {
  await serveQueue(options, new AbortController().signal)
} catch (error) {
  process.send({ refused: error.code, message: error.message })
}
