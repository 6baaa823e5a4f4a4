/** The broken twin of scripts/eager-program.mjs: the same program, with all in its way that a model can ask for. */
import { explore, relax } from "@outlive/explore"

const spinning = (memory) => {
  while (Atomics.compareExchange(memory, 0, 0, 1) !== 0) relax()
  Atomics.store(memory, 0, 0)
}
const { verdict, executions } = explore(
  {
    memory: 64,
    cells: { lock: 0 },
    threadNames: ["first", "second", "third"],
    setup: (memory) => new Int32Array(memory),
    threads: [spinning, spinning, spinning],
    check: (memory) => memory[0] === 0,
    outcome: (memory) => `lock ${memory[0]}`,
    outcomes: { "lock 0": "acceptable" },
    leaks: () => undefined,
    allowedRaces: ["lock"],
  },
  { coverage: true, timeMs: 60_000 },
)
if (verdict !== "pass" || executions !== 36) throw new Error(`${executions} executions, ${verdict}`)
