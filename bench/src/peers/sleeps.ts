/**
 * How this thread's sleeps end. One that ends with its time, after which the thread finds that it can go on, was not woken although it
 * should have been: the wakeup was lost, and the bound has made up for it.
 */
export class Sleeps {
  #count = 0
  #wasLate = false

  /** From now on, whoever sleeps. */
  constructor() {
    const wait = Atomics.wait.bind(Atomics)
    Atomics.wait = (array: Int32Array | BigInt64Array, index: number, value: number | bigint, timeout?: number) => {
      const outcome = wait(array as Int32Array, index, value as number, timeout)
      if (outcome !== "not-equal") this.#count++
      this.#wasLate = outcome === "timed-out"
      return outcome
    }
  }

  get count(): number {
    return this.#count
  }

  /** Whether the last sleep ended with its time; asked once for each. */
  wasLate(): boolean {
    if (!this.#wasLate) return false
    this.#wasLate = false
    return true
  }
}
