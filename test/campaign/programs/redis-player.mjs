/** A process that plays shards of nothing, but does what is asked of it at certain seeds: waits until it may go on, dies, or kills its parent. */
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { serveShards } from "@outlive/campaign"

serveShards(async ({ definition: { options } }) => ({
  repeat: (seed) => `repeat ${seed}`,
  async play(seed) {
    if (seed === Number(options.fatal)) process.kill(process.pid, "SIGKILL")
    if (seed === Number(options.fatalToWorker)) process.kill(process.ppid, "SIGKILL")
    if (options.gates !== undefined && String(options.gates).split(",").includes(String(seed))) {
      writeFileSync(join(options.folder, `at-${seed}-${process.pid}`), String(process.ppid))
      while (!existsSync(join(options.folder, `go-${seed}`))) await new Promise((resolve) => setTimeout(resolve, 10))
    }
    if (seed % 7 !== 0) return { operations: 1, failures: [] }
    return { operations: 1, failures: [{ size: 1_000 - seed, repeat: `repeat ${seed}`, text: `${seed} is divisible` }] }
  },
}))
