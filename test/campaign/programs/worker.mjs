/** A process that plays shards of a small model: random orders of two threads that add to a word that nothing guards. */
import { serveShards } from "@outlive/campaign"
import { explore } from "@outlive/explore"

const MODEL = {
  name: "unguarded",
  memory: 8,
  setup: (memory) => new Int32Array(memory),
  threads: [1, 2, 3].map((turns) => (words) => {
    for (let turn = 0; turn < turns; turn++) Atomics.store(words, 0, Atomics.load(words, 0) + 1)
  }),
  check(words) {
    const lost = 6 - words[0]
    if (lost >= 3) throw new Error(`${lost} additions are lost at 0x${(4_096 * lost).toString(16)}`)
  },
}

serveShards(async ({ definition: { options } }) => {
  if (options.refused) throw new RangeError("no such model")
  return {
    repeat: (seed) => `repeat ${seed}`,
    async play(seed) {
      if (seed === Number(options.fatal)) process.kill(process.pid, "SIGKILL")
      if (seed === Number(options.throws)) throw new Error("out of paper")
      const result = explore(MODEL, { strategy: "random", seed, executions: 1, shrink: false, races: false })
      const operations = result.executions
      if (result.verdict === "pass") return { operations, failures: [] }
      const text = `${result.verdict}: ${result.message}`
      return { operations, failures: [{ size: result.trace.length, repeat: `repeat ${seed}`, text }] }
    },
  }
})
