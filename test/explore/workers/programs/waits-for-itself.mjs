// Waits, while it is loaded, for what needs it loaded; on which side is said by an argument.
import { exploreParallel, replayOnWorkers } from "@outlive/explore"

export const model = { memory: 4, threads: [(memory) => Atomics.load(new Int32Array(memory), 0)] }

const run =
  process.argv[2] === "replay"
    ? replayOnWorkers(import.meta.url, "model", "A")
    : exploreParallel(import.meta.url, "model")
console.log(
  await run.then(
    ({ verdict }) => verdict,
    ({ name, message }) => `${name}: ${message}`,
  ),
)
