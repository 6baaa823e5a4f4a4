/**
 * Things broken on purpose, each of which the fuzzer must find: its negative controls. A sabotage changes classes of the
 * package in this process, or returns a substitute for the engine.
 */
import { Fence, SyncFile, Timeline, merge } from "@outlive/core"
import { Mutex } from "@outlive/sync"
import { type EngineFactory, checkedEngine } from "@outlive/core/engine-js"

type Substitute = { readonly factory: EngineFactory } | undefined
type Exports = Record<string, (...parameters: number[]) => number>

/** The checked engine, with some of its functions replaced. */
function engineWith(change: (engine: Exports) => Partial<Exports>): Substitute {
  const factory: EngineFactory = (memory, host, atomics) => {
    const instance = checkedEngine(memory, host, atomics)
    const engine = instance.exports as unknown as Exports
    return { ...instance, exports: { ...engine, ...change(engine) } as unknown as typeof instance.exports }
  }
  return { factory }
}

/** Replaces a method of a class. */
function replace<T extends object>(
  type: { prototype: T },
  name: keyof T,
  body: (this: T, ...parameters: never[]) => unknown,
): undefined {
  Object.defineProperty(type.prototype, name, { value: body, configurable: true, writable: true })
}

export const SABOTAGES: Readonly<Record<string, () => Substitute>> = {
  "a callback's record is not given back": () => engineWith(() => ({ removeCallback: () => 1 })),
  "a token is opened whatever its generation": () =>
    engineWith((engine) => ({
      openObject: (_thread, object) => {
        engine["addObjectRef"]!(object!)
        return object!
      },
    })),
  "an object is not given back": () => engineWith(() => ({ dropObjectRef: () => 0 })),
  "a number is used before it is checked": () => {
    const { fence } = Timeline.prototype
    return replace(Timeline, "fence", function (seqno?: bigint) {
      return fence.call(this, seqno === undefined ? undefined : BigInt.asUintN(64, seqno))
    })
  },
  "a sync file takes one reference too many": () =>
    replace(SyncFile, "poll", function () {
      this.fence()
      return false
    }),
  "a mutex is never given back": () => replace(Mutex, "drop", () => {}),
  "a promise never settles": () => replace(Fence, "wait", () => new Promise(() => {})),
  "a call never ends": () =>
    replace(Fence, "status", () => {
      for (;;);
    }),
  "a call sleeps for ever": () =>
    replace(Fence, "status", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)),
  "something is thrown into a timer": () =>
    replace(Fence, "enableSignaling", () => {
      setTimeout(() => {
        throw new TypeError("Cannot catch this")
      })
      return true
    }),
  "a rejection is nobody's": () =>
    replace(Timeline, "close", () => {
      void Promise.reject(new RangeError("Cannot catch this"))
    }),
  "an error is of another grammar": () =>
    replace(Fence, "driverName", () => {
      throw new RangeError("no name")
    }),
  "an argument is used before it is checked": () =>
    replace(SyncFile, "merge", function (other: SyncFile) {
      return SyncFile.create(this.thread, merge(this.thread, [this.fence(), other.fence()]))
    }),
  "the process is ended": () => replace(Fence, "status", () => process.kill(process.pid, "SIGSEGV")),
}
