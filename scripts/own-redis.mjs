/** A Redis for tests and measurements: its own folder, a socket and no port, so that it meets no other; killed and started again. */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"

/** Where it is installed (Debian's package: redis-server); undefined where it is not. */
export function redisProgram() {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "redis-server"))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** `isKept`: each write is on the disk before it is answered; otherwise nothing ever is. */
export async function startRedis({ password, isKept = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "outlive-redis-"))
  const socket = join(folder, "s")
  const args = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", ""]
  if (isKept) args.push("--appendonly", "yes", "--appendfsync", "always")
  if (password !== undefined) args.push("--requirepass", password)
  let server
  const start = async () => {
    server = spawn(redisProgram(), args, { stdio: "ignore" })
    while (!(await answers(socket))) {
      if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`)
      await pause(20)
    }
  }
  const kill = async () => {
    const ended = once(server, "exit")
    server.kill("SIGKILL")
    await ended
  }
  await start()
  return {
    address: `unix:${socket}`,
    socket,
    get pid() {
      return server.pid
    },
    kill,
    restart: start,
    async ask(...words) {
      const env = { ...process.env, ...(password === undefined ? {} : { REDISCLI_AUTH: password }) }
      const { stdout } = await promisify(execFile)("redis-cli", ["-s", socket, ...words], { env })
      return stdout.split("\n").filter((line) => line !== "")
    },
    async remove() {
      if (server.exitCode === null && server.signalCode === null) await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Whether it listens, and has loaded its data: it says something, if only that a password is needed. */
function answers(socket) {
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.on("error", () => resolve(false))
    connection.on("data", (data) => {
      connection.destroy()
      resolve(!String(data).startsWith("-LOADING"))
    })
    connection.write("PING\r\n")
  })
}
