/** Explores the smallest program that people compare explorers by, once: a spin lock of three threads. */
import { explore, relax } from "@outlive/explore"

const spinning = (memory) => {
  while (Atomics.compareExchange(memory, 0, 0, 1) !== 0) relax()
  Atomics.store(memory, 0, 0)
}
const { verdict, executions } = explore({
  memory: 64,
  setup: (memory) => new Int32Array(memory),
  threads: [spinning, spinning, spinning],
})
if (verdict !== "pass" || executions !== 36) throw new Error(`${executions} executions, ${verdict}`)
