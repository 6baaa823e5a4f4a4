/** Programs with a number of threads, of which the number of executions is known for each. */
import { factorial, times, X } from "./program.js"
import type { Cells, Litmus, Thread } from "./program.js"

export const FAMILIES: readonly Litmus[] = [
  ...family(
    "ainc",
    [2, 3, 4, 5, 6],
    (n) => factorial(n),
    (n) => times(n, () => addTo(1)),
  ),
  ...family(
    "binc",
    [2, 3, 4],
    (n) => factorial(n) ** 2,
    (n) => times(n, () => addTo(2)),
  ),
  ...family(
    "cinc",
    [2, 3, 4],
    (n) => factorial(n) ** 3,
    (n) => times(n, () => addTo(3)),
  ),
  ...family(
    "inc",
    [2, 3, 4],
    (n) => factorial(n) ** 2,
    (n) => times(n, () => loadAndStore),
  ),
  ...counted("casrot", { 2: 2, 3: 5, 4: 14, 5: 43, 6: 144, 7: 523, 8: 2048 }, (n) => times(n, exchangeOwn)),
  ...counted("casw", { 2: 6, 3: 66, 4: 1200, 5: 32_880 }, (n) => times(n, exchangeAndWrite)),
  ...counted("wcas", { 2: 5, 3: 13, 4: 33, 5: 81, 6: 193 }, (n) => [writeOne, ...times(n, exchangeOne)]),
  ...family(
    "readers",
    [2, 5, 8, 10, 13],
    (n) => 2 ** n,
    (n) => [writeOne, ...times(n, () => readOnce)],
  ),
  ...counted("N-writers", { 6: 720 }, (n) => times(n, (number) => (memory) => void Atomics.store(memory, X, number))),
  ...counted("lastzero", { 5: 64, 10: 3328 }, (n) => [findLastZero(n), ...times(n, fillFromLeft)]),
  ...counted("indexer", { 11: 1, 12: 8 }, (n) => times(n, insertMessages)),
  ...counted("CoA's numbers", { 1: 4, 2: 15, 3: 130, 4: 2028, 5: 49_776 }, ringWithManyLinks),
]

function family(
  name: string,
  sizes: readonly number[],
  executions: (size: number) => number,
  threads: (size: number) => Thread[],
): Litmus[] {
  return sizes.map((size) => ({ name: `${name} ${size}`, executions: executions(size), threads: threads(size) }))
}

function counted(
  name: string,
  executions: Readonly<Record<number, number>>,
  threads: (size: number) => Thread[],
): Litmus[] {
  return family(name, Object.keys(executions).map(Number), (size) => executions[size]!, threads)
}

/** One addition to each of the first cells. */
function addTo(cells: number): Thread {
  return (memory) => {
    for (let cell = 0; cell < cells; cell++) Atomics.add(memory, cell, 1)
  }
}

function loadAndStore(memory: Cells): void {
  Atomics.store(memory, X, Atomics.load(memory, X) + 1)
}

/** Succeeds only if the thread before has. */
function exchangeOwn(number: number): Thread {
  return (memory) => void Atomics.compareExchange(memory, X, number, number + 1)
}

function exchangeAndWrite(number: number): Thread {
  return (memory) => {
    Atomics.compareExchange(memory, X, 0, number + 1)
    Atomics.store(memory, X, number + 1)
  }
}

function writeOne(memory: Cells): void {
  Atomics.store(memory, X, 1)
}

function exchangeOne(number: number): Thread {
  return (memory) => void Atomics.compareExchange(memory, X, 1, number + 2)
}

function readOnce(memory: Cells): number {
  return Atomics.load(memory, X)
}

/** Looks for the last cell that is zero; the first one always is. */
function findLastZero(last: number): Thread {
  return (memory) => {
    let at = last
    while (Atomics.load(memory, at) !== 0) at--
    return at
  }
}

function fillFromLeft(number: number): Thread {
  return (memory) => void Atomics.store(memory, number + 1, Atomics.load(memory, number) + 1)
}

/**
 * Flanagan and Godefroid's indexer (POPL 2005): each thread enters four messages into a hash table of 128, by open
 * addressing. Up to eleven threads never meet.
 */
function insertMessages(thread: number): Thread {
  return (memory) => {
    for (let count = 1; count <= 4; count++) {
      const message = count * 11 + thread
      let slot = (message * 7) % 128
      while (Atomics.compareExchange(memory, slot, 0, message) !== 0) slot = (slot + 1) % 128
    }
  }
}

/**
 * A ring of threads over four cells, each adding to the next two; one link of it many times. Of n! orders in which the
 * links come to the one cell and n! in which they come to the other, all go with three of the four ways in which the
 * rest can be ordered; the fourth needs that whoever comes before the ring in the one comes after it in the other:
 * 3·(n!)² + n!·(n-1)!·Hₙ. The numbers are those published for CoA; its name does not tell whether it is the same program.
 */
function ringWithManyLinks(size: number): Thread[] {
  const link = (from: number, to: number) => (): Thread => (memory) => {
    Atomics.add(memory, from, 1)
    Atomics.add(memory, to, 1)
  }
  return [link(0, 1)(), link(1, 2)(), link(2, 3)(), ...times(size - 1, link(3, 0))]
}
