/**
 * Runs the model's functions that are no threads: setup, check, outcome, leaks. What they do to the memory is done at once,
 * by the platform. They may not sleep, for nobody would wake them; and setup makes no shared memory of its own.
 */
import { NOT_OURS } from "../platform/atomics.js"
import { slot } from "../platform/native.js"
import type { Runner } from "../platform/native.js"
import { WAIT, WAIT_ASYNC } from "../platform/operation.js"
import type { IntegerView } from "../platform/operation.js"
import { unwatch, watch } from "../platform/constructors.js"
import { turningNow } from "../platform/event-loop.js"
import type { Turning } from "../platform/event-loop.js"
import { SETUP } from "./own-buffers.js"
import type { Messages } from "./messages.js"
import type { OwnBuffers } from "./own-buffers.js"
import { captureAt } from "../platform/sites.js"
import { unwatchChannels, watchChannels } from "../platform/tasks.js"
import { targetOf } from "../platform/targets.js"
import { ExploreError } from "../refusal.js"
import type { RefusalCode } from "../refusal.js"
import { refuseUnfinished } from "./functions.js"

/** So many operations on shared memory are a loop without end: nobody else runs who could end it. */
const MOST_OPERATIONS = 1_000_000

export class Bystander implements Runner {
  private name = ""
  private operations = 0
  private refusal: ExploreError | undefined = undefined

  /** What it makes of shared memory is explored as well. */
  setup<T>(buffers: OwnBuffers, messages: Messages | undefined, setup: () => T): T {
    buffers.rewind(SETUP)
    watch(buffers.makers, true)
    try {
      return messages === undefined ? this.run("setup", setup) : this.setupWithChannels(messages, setup)
    } finally {
      unwatch()
    }
  }

  /** The same for threads that may be asynchronous: its channels are those of the model. */
  private setupWithChannels<T>(messages: Messages, setup: () => T): T {
    let channels = 0
    const turning = turningNow()
    if (turning !== undefined)
      watchChannels(() => {
        turning.isNeeded = true
        return messages.channel(`setup ${channels++}`)
      })
    try {
      return this.run("setup", setup)
    } finally {
      unwatchChannels()
    }
  }

  run<T>(name: string, code: () => T): T {
    this.name = name
    this.refusal = undefined
    this.operations = 0
    const { runner } = slot
    slot.runner = this
    let value: T
    try {
      value = code()
      const turning = turningNow()
      if (turning === undefined) refuseUnfinished(name, value)
      else value = settled(turning, name, value)
    } catch (error) {
      // Whatever the code made of it.
      throw this.refusal ?? error
    } finally {
      slot.runner = runner
    }
    // Set by what the code called, which the compiler does not see.
    const refusal = this.refusal as ExploreError | undefined
    if (refusal !== undefined) throw refusal
    return value
  }

  visit(operation: number, given: IntegerView, index: unknown, a: unknown, _: unknown, timeoutMs: unknown): unknown {
    if (++this.operations > MOST_OPERATIONS)
      throw new Error(`Calls Atomics without end, ${MOST_OPERATIONS.toLocaleString("en")} times, in ${this.name}`)
    if (operation === WAIT_ASYNC)
      this.refuse(
        "wait-async",
        "calls Atomics.waitAsync, whose promise is settled by the event loop, which does not turn here",
      )
    const isFinite = timeoutMs !== undefined && +(timeoutMs as number) < Infinity
    if (operation !== WAIT || isFinite) return NOT_OURS
    const view = targetOf(given) as Int32Array
    if (slot.functions.wait(view, index as number, a as number, 0) === "not-equal") return "not-equal"
    return this.refuse("sleep", "would sleep, and nobody is left to wake it")
  }

  exit(call: string): never {
    this.refuse("function", `calls ${call}, which would end the process that explores`)
  }

  relax(): void {
    if (++this.operations > MOST_OPERATIONS)
      this.refuse("sleep", "calls relax() without end, and nobody is left to bring what it waits for")
  }

  await(): never {
    this.refuse("sleep", "waits until something holds, and nobody is left to bring it")
  }

  drop(): never {
    throw new Error(`Only threads assume: ${this.name} has to look for itself`)
  }

  refuse(code: RefusalCode, what: string): never {
    const at = captureAt()
    this.refusal ??= new ExploreError(code, `Cannot explore ${this.name}: ${at === "" ? "it" : `${at}`} ${what}`)
    throw this.refusal
  }
}

/** Of an asynchronous function, what it comes to. */
function settled<T>(turning: Turning, name: string, value: T): T {
  const end = turning.settle(value)
  if (end === undefined) throw new ExploreError("function", `Cannot explore ${name}: it awaits what does not come here`)
  if (end.threw) throw end.value
  return end.value as T
}
