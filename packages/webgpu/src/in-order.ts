/** Fences that complete in the order in which they were made, each when it is known how its work ended. */
import type { Fence } from "@outlive/core"

interface Work {
  readonly fence: Fence
  /** 0: it went well. Undefined: not known yet. */
  errno: number | undefined
}

/** Holds a reference to each of its fences until that is complete. */
export class InOrder {
  #work: Work[] = []

  get size(): number {
    return this.#work.length
  }

  /** Another one, after all others. Call what is returned when its work has ended; it counts unless `endAll` came before. */
  add(fence: Fence): (errno: number) => void {
    const work: Work = { fence: fence.addRef(), errno: undefined }
    this.#work.push(work)
    return (errno) => {
      work.errno = errno
      this.#complete()
    }
  }

  /** Whatever has not ended by now never will: it completes with an error. */
  endAll(errno: number): void {
    for (const work of this.#work) work.errno ??= errno
    this.#complete()
  }

  /**
   * Up to the first of which it is not known. What one of them throws keeps no other one from completing. One at a time: a callback of
   * one may end all, and those that are left here come before those that it ends.
   */
  #complete(): void {
    const thrown: unknown[] = []
    while (this.#work[0]?.errno !== undefined) {
      const { fence, errno } = this.#work.shift()!
      try {
        // A thread that has left can complete nothing any more; nobody is there to be told.
        if (fence.thread.isAttached) fence.signal(errno === 0 ? undefined : { error: errno! })
      } catch (error) {
        thrown.push(error)
      } finally {
        fence.drop()
      }
    }
    if (thrown.length === 1) throw thrown[0]
    if (thrown.length > 1) throw new AggregateError(thrown, `Cannot complete ${thrown.length} fences of a GPU`)
  }
}
