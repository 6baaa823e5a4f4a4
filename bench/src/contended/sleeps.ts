/** Counts how often this thread sleeps. Nobody is slowed down who does not: a sleep takes microseconds, and counting it nanoseconds. */
export class Sleeps {
  #parks = 0
  #wakes = 0

  /** From now on, whoever asks: call it before a heap is opened. */
  constructor() {
    const wait = Atomics.wait.bind(Atomics)
    Atomics.wait = (array: Int32Array | BigInt64Array, index: number, value: number | bigint, timeout?: number) => {
      const outcome = wait(array as Int32Array, index, value as number, timeout)
      if (outcome !== "not-equal") this.#parks++
      if (outcome === "ok") this.#wakes++
      return outcome
    }
  }

  soFar(): { readonly parks: number; readonly wakes: number } {
    return { parks: this.#parks, wakes: this.#wakes }
  }
}
