// Starts a replay whenever it is loaded, also in the workers of that replay.
import { exploreParallel, replayOnWorkers } from "@outlive/explore"

export const model = { memory: 4, threads: [(memory) => Atomics.load(new Int32Array(memory), 0)] }

const run =
  process.argv[2] === "replay"
    ? replayOnWorkers(import.meta.url, "model", "A")
    : exploreParallel(import.meta.url, "model")
void run.then(
  ({ verdict }) => console.log(verdict),
  ({ name, message }) => console.log(`${name}: ${message}`),
)
