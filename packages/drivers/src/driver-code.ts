/** What the code of most fence types begins with: a thread's desk, and nothing to do where a type has nothing. */
import type { Fence, Thread } from "@outlive/core"
import type { Desk } from "./desk.js"
import type { Driver } from "./fence-type.js"
import type { Words } from "./words.js"

export abstract class DriverCode implements Driver {
  protected readonly desk: Desk
  /** Registers, and the driver's plain memory. */
  protected readonly words: Words
  protected readonly thread: Thread

  constructor(desk: Desk) {
    this.desk = desk
    this.words = desk.words
    this.thread = desk.thread
  }

  probe(): void {
    this.desk.load()
  }

  open(): void {}

  abstract issue(): Fence | undefined

  close(): void {}

  work(): boolean {
    return false
  }

  stop(): void {}

  remove(): void {}
}
