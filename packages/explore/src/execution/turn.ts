/** What runs of a thread between two of its steps: its microtasks, and what it has asked its event loop for. */
import { isThenable } from "../platform/event-loop.js"
import type { End, Turning } from "../platform/event-loop.js"
import { Listeners } from "../platform/ports.js"
import type { Loop } from "../platform/tasks.js"
import { CLEAR_TIMER, LISTEN, POST, RESUME, SET_TIMER } from "../platform/operation.js"
import type { Value } from "../platform/operation.js"
import { UNWIND } from "../platform/unwind.js"

/** What threads of a model send to each other. */
export interface Mail {
  numberOf(message: unknown): number
  copyOf(number: number): unknown
  channel(count: number): object
}

type Operate = (operation: number, a: Value, b: Value) => unknown

export class Turn implements Loop {
  private readonly turning: Turning
  private readonly operate: Operate
  /** Whom the answers are for, by what they are called. */
  private asked = new Map<string, (answer: string) => void>()
  /** Numbers of timers that are set, and of those that were cleared when they had gone off already. */
  private timers = new Set<number>()
  private listenersByPort = new Map<number, Listeners>()
  private listening = new Set<number>()
  private channels = 0
  private readonly mail: Mail

  constructor(turning: Turning, mail: Mail, operate: Operate) {
    this.turning = turning
    this.mail = mail
    this.operate = operate
  }

  /** Before the thread's first instruction, again. */
  rewind(): void {
    this.asked = new Map()
    this.timers = new Set()
    this.listenersByPort = new Map()
    this.listening = new Set()
    this.channels = 0
    this.turning.uncaught.length = 0
  }

  /** What is left of a thread that was stopped, or has ended, does nothing more. */
  leave(): void {
    this.turning.empty()
    this.turning.uncaught.length = 0
  }

  /** Runs on until what the body gave back is settled; what is waited for comes as a step. Throws what is rejected. */
  settle(value: unknown, isStopped: () => boolean): unknown {
    let end: End | undefined
    if (isThenable(value)) {
      this.needed()
      void Promise.resolve(value).then(
        (it) => (end = { value: it, threw: false }),
        (error: unknown) => (end = { value: error, threw: true }),
      )
    } else end = { value, threw: false }
    for (;;) {
      this.turning.empty()
      if (isStopped()) return undefined
      if (this.turning.uncaught.length > 0) throw this.turning.uncaught[0]
      if (end?.threw === true) throw end.value
      if (end !== undefined) return end.value
      const answer = this.operate(RESUME, 0, 0) as string
      const [kind, which, what = ""] = answer.split(" ")
      const key = `${kind} ${which}`
      if (kind === "timer") this.timers.delete(Number(which))
      if (kind === "post") {
        this.deliver(Number(which), Number(what))
        continue
      }
      const asked = this.asked.get(key)
      this.asked.delete(key)
      asked?.(what)
    }
  }

  /** The thread asks something of its loop, and is none that can do without. */
  needed(): void {
    this.turning.isNeeded = true
  }

  /** What `Atomics.waitAsync` gives back. */
  promise(result: string): { readonly async: boolean; readonly value: unknown } {
    this.needed()
    const [how, slot] = result.split(" ")
    if (how !== "asleep") return { async: false, value: result }
    return { async: true, value: new Promise((resolve) => this.asked.set(`wait ${slot}`, resolve)) }
  }

  setTimer(delayMs: number, callback: () => void): number {
    this.needed()
    // The lowest that is free: a thread that polls does the same in each round.
    let id = 1
    while (this.timers.has(id)) id++
    this.timers.add(id)
    this.asked.set(`timer ${id}`, () => {
      try {
        callback()
      } catch (error) {
        this.uncaught(error)
      }
    })
    this.operate(SET_TIMER, id, delayMs)
    return id
  }

  clearTimer(id: number): void {
    if (!this.asked.delete(`timer ${id}`)) return
    if (this.operate(CLEAR_TIMER, id, 0) === 1) this.timers.delete(id)
  }

  private deliver(port: number, message: number): void {
    try {
      this.listeners(port).deliver(this.mail.copyOf(message))
    } catch (error) {
      this.uncaught(error)
    }
  }

  channel(): object {
    this.needed()
    return this.mail.channel(this.channels++)
  }

  post(port: number, message: unknown): void {
    this.needed()
    this.operate(POST, port, this.mail.numberOf(message))
  }

  listen(port: number): void {
    this.needed()
    if (this.listening.has(port)) return
    this.listening.add(port)
    this.operate(LISTEN, port, 0)
  }

  listeners(port: number): Listeners {
    let known = this.listenersByPort.get(port)
    if (known === undefined) this.listenersByPort.set(port, (known = new Listeners()))
    return known
  }

  uncaught(error: unknown): void {
    if (error !== UNWIND) this.turning.uncaught.push(error)
  }
}
