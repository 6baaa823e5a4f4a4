/** Mutual exclusion, as litmus programs: the critical section is empty. */
import { relax } from "@outlive/explore"
import type { Cells, Litmus, Thread } from "./program.js"
import { times, X, Y } from "./program.js"

export const LOCKS: readonly Litmus[] = [
  {
    name: "Dekker's entry",
    executions: 3,
    threads: [enter(X, Y), enter(Y, X)],
    outcomes: { "in out": 1, "out in": 1, "out out": 1 },
  },
  {
    // Published are 2: there, an execution with a futile look does not count as complete. Here such a look is a step.
    name: "ticket lock, 2 threads",
    executions: 4,
    threads: times(2, () => takeTicket),
    outcomes: { "at once at once": 2, "at once waited": 1, "waited at once": 1 },
  },
  {
    // As many as the reference machine counts. Published counts differ, for the same reason; and an exchange is always a
    // write, so the futile ones (of 1 for 1) have an order among themselves and with each look.
    name: "test and test-and-set by exchange, 2 threads",
    executions: 12,
    threads: times(2, () => testAndExchange),
  },
  // By threads and rounds. There is a futile look for each time that the lock is found taken, and by the hint no second.
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

function takeTicket(memory: Cells): string {
  const ticket = Atomics.add(memory, X, 1)
  let waited = "at once"
  while (Atomics.load(memory, Y) !== ticket) {
    waited = "waited"
    relax()
  }
  Atomics.store(memory, Y, ticket + 1)
  return waited
}

function testAndExchange(memory: Cells): void {
  for (;;) {
    while (Atomics.load(memory, X) !== 0) relax()
    if (Atomics.exchange(memory, X, 1) === 0) break
  }
  Atomics.store(memory, X, 0)
}

function spinning(rounds: number): Thread {
  return (memory: Cells) => {
    for (let round = 0; round < rounds; round++) {
      while (Atomics.compareExchange(memory, X, 0, 1) !== 0) relax()
      Atomics.store(memory, X, 0)
    }
  }
}
