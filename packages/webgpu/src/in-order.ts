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

  /** Up to the first of which it is not known. What one of them throws keeps no other one from completing. */
  #complete(): void {
    const known = this.#work.findIndex(({ errno }) => errno === undefined)
    const ended = this.#work.splice(0, known < 0 ? this.#work.length : known)
    const thrown: unknown[] = []
    for (const { fence, errno } of ended) {
      try {
        fence.signal(errno === 0 ? undefined : { error: errno! })
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
