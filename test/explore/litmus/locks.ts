/** Mutual exclusion, as litmus programs: the critical section is empty, or two plain steps. */
import { relax } from "@outlive/explore"
import type { Cells, Litmus, Thread } from "./program.js"
import { times, X, Y } from "./program.js"

export const LOCKS: readonly Litmus[] = [
  {
    name: "Dekker's entry",
    executions: 3,
    threads: [enter(X, Y), enter(Y, X)],
    outcomes: ["in out", "out in", "out out"],
  },
  // By threads and rounds. Each futile look is a step, and by the hint there is one for each time the lock is taken.
  { name: "CAS spin lock, 2 threads, once", executions: 4, threads: times(2, () => spinning(1)) },
  { name: "CAS spin lock, 2 threads, twice", executions: 34, threads: times(2, () => spinning(2)) },
  { name: "CAS spin lock, 3 threads, once", executions: 36, threads: times(3, () => spinning(1)) },
  { name: "CAS spin lock, 4 threads, once", executions: 576, threads: times(4, () => spinning(1)) },
  { name: "CAS spin lock, 3 threads, twice", executions: 7134, threads: times(3, () => spinning(2)) },
]

function enter(own: number, other: number): Thread {
  return (memory) => {
    Atomics.store(memory, own, 1)
    return Atomics.load(memory, other) === 0 ? "in" : "out"
  }
}

function spinning(rounds: number): Thread {
  return (memory: Cells) => {
    for (let round = 0; round < rounds; round++) {
      while (Atomics.compareExchange(memory, X, 0, 1) !== 0) relax()
      Atomics.store(memory, X, 0)
    }
  }
}
