/** Registered memory: which bytes may be used, and who touches them although they were freed. */
import type { Events } from "./events.js"
import type { Found } from "./found.js"
import { ALLOCATE, FREE, NOTIFY, OPERATION_NAMES, WAKE } from "../platform/operation.js"

interface Range {
  readonly start: number
  readonly end: number
  readonly live: boolean
}

export class Lifetimes {
  /** Whether anything was ever registered. */
  used = false
  private readonly events: Events
  private readonly fail: (found: Found) => void
  private readonly initial: Range[] = []

  constructor(events: Events, fail: (found: Found) => void) {
    this.events = events
    this.fail = fail
  }

  /** What `setup` registered. */
  registerInitial(start: number, bytes: number, live: boolean): void {
    this.used = true
    this.initial.push({ start, end: start + bytes, live })
  }

  /** "live", "freed", or undefined if never registered; `before` is a depth. The last word on any of the bytes counts. */
  private stateOf(start: number, end: number, before: number): "live" | "freed" | undefined {
    const last = this.events.lastWordOn(start, end, before)
    if (last !== undefined) return last === FREE ? "freed" : "live"
    const range = this.initial.findLast((candidate) => candidate.start < end && candidate.end > start)
    return range && (range.live ? "live" : "freed")
  }

  checkOperation(depth: number): void {
    const events = this.events
    const operation = events.point[depth]!.operation
    const start = events.start[depth]!
    const end = events.end[depth]!
    // Waking touches the queue, not the memory.
    if (operation === WAKE || operation === NOTIFY) return
    const state = this.stateOf(start, end, depth)
    const bytes = `bytes ${start} to ${end - 1}`
    if (operation === FREE) {
      if (state === "freed") this.fail({ verdict: "double-free", message: `Cannot free ${bytes}: they are free` })
    } else if (operation === ALLOCATE) {
      if (state === "live") this.fail({ verdict: "assertion", message: `Cannot allocate ${bytes}: they are in use` })
    } else if (state === "freed") {
      const message = `Cannot ${OPERATION_NAMES[operation]} ${bytes}: they were freed`
      this.fail({ verdict: "use-after-free", message })
    }
  }

  /** The plain accesses that follow the event at this depth. */
  checkAccesses(depth: number): void {
    const events = this.events
    for (const { offset, bytes, write } of events.transition[depth]!.accesses!) {
      if (this.stateOf(offset, offset + bytes, depth + 1) !== "freed") continue
      const what = `${write ? "write" : "read"} bytes ${offset} to ${offset + bytes - 1}`
      this.fail({ verdict: "use-after-free", message: `Cannot ${what}: they were freed` })
    }
  }
}
