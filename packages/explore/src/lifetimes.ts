/** Registered memory: which bytes may be used, and who touches them although they were freed. */
import type { Machine } from "./machine.js"
import { ALLOCATE, FREE, NOTIFY, OPERATION_NAMES, WAKE } from "./operation.js"

interface Range {
  readonly start: number
  readonly end: number
  readonly live: boolean
}

export class Lifetimes {
  /** Whether anything was ever registered. */
  used = false
  readonly #machine: Machine
  readonly #initial: Range[] = []

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** What `setup` registered. */
  registerInitial(start: number, bytes: number, live: boolean): void {
    this.used = true
    this.#initial.push({ start, end: start + bytes, live })
  }

  /** "live", "freed", or undefined if never registered; `before` is a depth. The last word on any of the bytes counts. */
  #stateOf(start: number, end: number, before: number): "live" | "freed" | undefined {
    const machine = this.#machine
    let freed = false
    let live = false
    for (let depth = before - 1; depth >= 0 && !freed && !live; depth--) {
      const operation = machine.point[depth]!.operation
      if (operation !== ALLOCATE && operation !== FREE) continue
      if (machine.start[depth]! >= end || machine.end[depth]! <= start) continue
      if (operation === FREE) freed = true
      else live = true
    }
    for (let i = this.#initial.length - 1; i >= 0 && !freed && !live; i--) {
      const range = this.#initial[i]!
      if (range.start >= end || range.end <= start) continue
      if (range.live) live = true
      else freed = true
    }
    return freed ? "freed" : live ? "live" : undefined
  }

  checkOperation(depth: number): void {
    const machine = this.#machine
    const operation = machine.point[depth]!.operation
    const start = machine.start[depth]!
    const end = machine.end[depth]!
    // Waking touches the queue, not the memory.
    if (operation === WAKE || operation === NOTIFY) return
    const state = this.#stateOf(start, end, depth)
    const bytes = `bytes ${start} to ${end - 1}`
    if (operation === FREE) {
      if (state === "freed") machine.fail({ verdict: "double-free", message: `Cannot free ${bytes}: they are free` })
    } else if (operation === ALLOCATE) {
      if (state === "live") machine.fail({ verdict: "assertion", message: `Cannot allocate ${bytes}: they are in use` })
    } else if (state === "freed") {
      const message = `Cannot ${OPERATION_NAMES[operation]} ${bytes}: they were freed`
      machine.fail({ verdict: "use-after-free", message })
    }
  }

  /** The plain accesses that follow the event at this depth. */
  checkAccesses(depth: number): void {
    const machine = this.#machine
    for (const { offset, bytes, write } of machine.transition[depth]!.accesses!) {
      if (this.#stateOf(offset, offset + bytes, depth + 1) !== "freed") continue
      const what = `${write ? "write" : "read"} bytes ${offset} to ${offset + bytes - 1}`
      machine.fail({ verdict: "use-after-free", message: `Cannot ${what}: they were freed` })
    }
  }
}
