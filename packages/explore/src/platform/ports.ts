/**
 * `MessageChannel`, replaced while a model runs: what is posted on one port arrives at the thread that listens on the other,
 * in a step of its own. Listeners belong to a run of the thread's code, not to the port.
 */
import { slot } from "./native.js"

type Listener = (...parameters: never[]) => unknown

/** What one run of a thread listens to on a port. */
export class Listeners {
  readonly target = new EventTarget()
  /** What was set as `onmessage`. */
  handler: Listener | null = null
  /** Of `on` and `once`, which are given the message itself. */
  readonly direct = new Map<Listener, Listener>()

  deliver(data: unknown): void {
    const event = new MessageEvent("message", { data })
    for (const listener of this.direct.values()) listener(data as never)
    this.handler?.(event as never)
    this.target.dispatchEvent(event)
  }
}

export class ModelPort {
  readonly number: number
  /** Set by the channel. */
  peer!: ModelPort

  constructor(number: number) {
    this.number = number
  }

  postMessage(message: unknown, transfer: readonly unknown[] | { readonly transfer?: readonly unknown[] } = []): void {
    const moved = "transfer" in transfer ? (transfer.transfer ?? []) : (transfer as readonly unknown[])
    if (moved.length > 0) throw new Error("Cannot explore a message that transfers objects: it may only be copied")
    loop("post on").post(this.peer.number, message)
  }

  start(): void {
    loop("listen on").listen(this.number)
  }

  private get listeners(): Listeners {
    return loop("listen on").listeners(this.number)
  }

  get onmessage(): Listener | null {
    return this.listeners.handler
  }

  set onmessage(listener: Listener | null) {
    this.listeners.handler = listener
    this.start()
  }

  addEventListener(type: string, listener: (event: Event) => void, options?: { once?: boolean }): void {
    this.listeners.target.addEventListener(type, listener, options)
    if (type === "message") this.start()
  }

  removeEventListener(type: string, listener: (event: Event) => void): void {
    this.listeners.target.removeEventListener(type, listener)
  }

  on(type: string, listener: Listener): this {
    if (type !== "message") return this
    this.listeners.direct.set(listener, listener)
    this.start()
    return this
  }

  once(type: string, listener: Listener): this {
    if (type !== "message") return this
    const { direct } = this.listeners
    direct.set(listener, ((data: never) => {
      direct.delete(listener)
      return listener(data)
    }) as Listener)
    this.start()
    return this
  }

  off(_type: string, listener: Listener): this {
    this.listeners.direct.delete(listener)
    return this
  }

  addListener(type: string, listener: Listener): this {
    return this.on(type, listener)
  }

  removeListener(type: string, listener: Listener): this {
    return this.off(type, listener)
  }

  ref(): void {}
  unref(): void {}
  /** Nothing arrives from now on, because nobody listens. */
  close(): void {
    const listeners = this.listeners
    listeners.handler = null
    listeners.direct.clear()
  }
}

/** What a thread does with ports. */
export interface Posting {
  post(port: number, message: unknown): void
  /** From now on what is posted to this port arrives here. */
  listen(port: number): void
  listeners(port: number): Listeners
}

function loop(what: string): Posting {
  const { runner } = slot
  if (runner?.loop === undefined) throw new Error(`Cannot ${what} a port of a model outside of its threads`)
  return runner.loop
}

/** Two ports, for a model; `numbers` gives each a number. */
export function makeChannel(numbers: readonly [number, number]): {
  readonly port1: ModelPort
  readonly port2: ModelPort
} {
  const [port1, port2] = [new ModelPort(numbers[0]), new ModelPort(numbers[1])]
  port1.peer = port2
  port2.peer = port1
  return { port1, port2 }
}
