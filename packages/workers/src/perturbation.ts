/**
 * Widens the windows in which threads can get in each other's way: random delays between operations, and, on the
 * JavaScript engine, at single shared accesses. Most delays are short spins; some give the processor away, so that
 * on few cores another thread runs in the middle of an operation.
 */
import type { Random } from "./random.js"

const nowhere = new Int32Array(new SharedArrayBuffer(4))
const SPIN_LONGEST = 400
const SLEEP_MS = 0.05

/** Gives the processor away. */
export function sleep(ms: number): void {
  Atomics.wait(nowhere, 0, 0, ms)
}

/** Once in how many chances a delay comes, and of those how many give the processor away. */
export interface Perturbation {
  readonly delayOneIn: number
  readonly sleepOneIn: number
}

/** Between operations. */
export const BETWEEN_OPERATIONS: Perturbation = { delayOneIn: 4, sleepOneIn: 8 }
/** At single shared accesses. */
export const AT_ACCESSES: Perturbation = { delayOneIn: 40, sleepOneIn: 12 }

/** A function that sometimes delays its caller. */
export function delayer(random: Random, { delayOneIn, sleepOneIn }: Perturbation): () => void {
  let sink = 0
  return () => {
    if (!random.oneIn(delayOneIn)) return
    if (random.oneIn(sleepOneIn)) sleep(SLEEP_MS)
    else for (let left = random.below(SPIN_LONGEST); left > 0; left--) sink = (sink + left) | 0
  }
}

type Access = (words: Int32Array, index: number, ...values: number[]) => number

/** `Atomics` with something done before each access: given to the JavaScript engine in place of the global. */
export function perturbedAtomics(before: () => void): typeof Atomics {
  const names = ["load", "store", "add", "sub", "or", "exchange", "compareExchange"] as const
  const slow: Record<string, Access> = {}
  for (const name of names) {
    const access = Atomics[name] as unknown as Access
    slow[name] = (words, index, ...values) => {
      before()
      return access(words, index, ...values)
    }
  }
  const wait = (...how: Parameters<typeof Atomics.wait>) => Atomics.wait(...how)
  return { ...slow, wait, notify: Atomics.notify } as unknown as typeof Atomics
}
