/** What threads do beside their steps on shared memory, and that a search would not see, or not survive. */
import { Worker } from "node:worker_threads"
import { exit } from "node:process"
import { explore, exploreAsync } from "@outlive/explore"
import type { Model } from "@outlive/explore"
import { describe, expect, test } from "vitest"

const cells = () => new Int32Array(new SharedArrayBuffer(16))
/** A microtask later. */
const later = () => Promise.resolve()
const adds = (view: Int32Array) => Atomics.add(view, 0, 1)

describe("the end of the process", () => {
  const ends = [() => process.exit(0), () => exit(3), () => process.abort()]
  test.each(ends)("is a failure of the thread that calls it: %s", (end) => {
    const model: Model<Int32Array> = { setup: cells, threads: [(view) => [adds(view), end()], adds] }
    expect(explore(model)).toMatchObject({
      verdict: "assertion",
      message: expect.stringMatching(/^Thread A threw .*calls process/),
    })
  })

  test("also by the platform's exit, which somebody kept or put back: ticks run on", async () => {
    const { exit: replaced } = process
    const { reallyExit } = process as unknown as { reallyExit(code: number): never }
    const platforms = () => {
      Reflect.set(process, "_exiting", true)
      return reallyExit(0)
    }
    const fails = (end: () => never) => {
      const model: Model<Int32Array> = { setup: cells, threads: [end, adds] }
      expect(explore(model)).toMatchObject({ verdict: "assertion", message: expect.stringMatching(/calls process/) })
    }
    fails(platforms)
    process.exit = platforms
    fails(() => process.exit(0))
    process.exit = replaced
    await new Promise<void>((resolve) => process.nextTick(resolve))
  })

  test("nobody catches it", () => {
    const catches = (view: Int32Array) => {
      try {
        adds(view)
        process.exit(0)
      } catch {
        return "caught"
      }
    }
    expect(explore({ setup: cells, threads: [catches, adds] }).verdict).toBe("assertion")
  })

  test("in an asynchronous thread as well", async () => {
    const leaves = async (view: Int32Array) => {
      await later()
      adds(view)
      process.exit(0)
    }
    expect((await exploreAsync({ setup: cells, threads: [leaves, adds] })).verdict).toBe("assertion")
  })

  test("in a check it is refused", () => {
    expect(() => explore({ setup: cells, threads: [adds], check: () => process.exit(0) })).toThrow(
      /^Cannot explore check: .* calls process\.exit\(0\), which would end/,
    )
  })
})

test("a Worker that a thread starts is refused", () => {
  const starts = () => void new Worker("", { eval: true })
  expect(() => explore({ setup: cells, threads: [starts, adds] })).toThrow(
    /^Cannot explore thread A: .* starts a Worker/,
  )
})

describe("plain reads by the platform", () => {
  test("of SharedArrayBuffer's slice race, by their range", () => {
    const model = (at: number): Model<SharedArrayBuffer> => ({
      setup: () => new SharedArrayBuffer(8),
      threads: [(buffer) => void buffer.slice(0, 4), (buffer) => void (new Uint8Array(buffer)[at] = 1)],
    })
    expect(explore(model(3)).verdict).toBe("data-race")
    expect(explore(model(4)).verdict).toBe("pass")
  })

  test("what slice made holds the copy, in every run", () => {
    const copies = (view: Int32Array) => {
      Atomics.add(view, 0, 1)
      const copy = new Int32Array(view.buffer.slice(0, 4))
      return Atomics.add(copy, 0, 5) + Atomics.load(view, 1)
    }
    const result = explore({
      setup: cells,
      threads: [copies, (view) => Atomics.store(view, 1, 10)],
      outcome: (_, [sum]) => String(sum),
    })
    expect([...result.outcomes.keys()].sort()).toEqual(["1", "11"])
  })

  test("through Node's Buffer are not seen, and the result says so", () => {
    const reads = (view: Int32Array) => Buffer.from(view.buffer).readInt32LE(0)
    const result = explore({ setup: cells, threads: [reads, (view) => Atomics.store(view, 1, 1)] })
    expect(result).toMatchObject({ verdict: "pass", exhaustive: false, cutShort: [{ by: "unseen" }] })
    const alone = explore({ setup: cells, threads: [adds, () => Buffer.from([1, 2])] })
    expect(alone).toMatchObject({ verdict: "pass", exhaustive: true })
  })
})

describe("what threads share beside shared memory", () => {
  interface Handle {
    readonly view: Int32Array
    held: number
    cache?: object
  }
  const explored = (body: (handle: Handle) => void) =>
    explore({ setup: (): Handle => ({ view: cells(), held: 0 }), threads: [body, body] })

  test("is told when it changes", () => {
    const counts = (handle: Handle) => void (handle.held = Atomics.add(handle.view, 0, 1) + 1)
    const result = explored(counts)
    expect(result).toMatchObject({ verdict: "pass", exhaustive: false, cutShort: [{ by: "unshared" }] })
    expect(result.verdict === "pass" && result.cutShort[0]!.message).toMatch(/"held" was 0, and is \d/)
  })

  /** A beginner's mistake: what is meant to be shared is none of SharedArrayBuffer. Neither of its parts is an operation. */
  test.each<[string, () => object, (state: never) => void]>([
    ["a view of an ArrayBuffer", () => new Int32Array(2), (count: Int32Array) => void (count[1] = count[1]! + 1)],
    ["an ArrayBuffer", () => new ArrayBuffer(8), (count: ArrayBuffer) => void new Uint8Array(count).fill(9, 5)],
    ["a DataView", () => new DataView(new ArrayBuffer(8)), (count: DataView) => count.setInt8(7, 3)],
    ["an object in a Set", () => new Set([{ held: 0 }]), (all: Set<{ held: number }>) => void [...all][0]!.held++],
    [
      "a symbol's property",
      () => ({ [Symbol.for("held")]: 0 }),
      (all: Record<symbol, number>) => void all[Symbol.for("held")]!++,
    ],
  ])("is told when it is %s", (_, make, change) => {
    const body = ({ view, beside }: { view: Int32Array; beside: object }) => {
      adds(view)
      change(beside as never)
    }
    const result = explore({ setup: () => ({ view: cells(), beside: make() }), threads: [body, body] })
    expect(result).toMatchObject({ verdict: "pass", exhaustive: false, cutShort: [{ by: "unshared" }] })
  })

  test("may be bytes that nobody changes, or that were posted away", () => {
    const setup = () => {
      const posted = new Uint8Array(4)
      structuredClone(posted, { transfer: [posted.buffer] })
      return { view: cells(), table: Float64Array.of(1, 2), posted }
    }
    const body = ({ view, table }: ReturnType<typeof setup>) => adds(view) + table[1]!
    expect(explore({ setup, threads: [body, body] })).toMatchObject({ verdict: "pass", exhaustive: true })
  })

  test("may be made once and kept", () => {
    const keeps = (handle: Handle) => {
      handle.cache ??= { at: 5 }
      adds(handle.view)
    }
    expect(explored(keeps)).toMatchObject({ verdict: "pass", exhaustive: true })
  })
})

describe("asynchronous threads that wait by microtasks", () => {
  const waits = async (view: Int32Array) => {
    while (Atomics.load(view, 0) === 0) await later()
    return Atomics.load(view, 1)
  }

  test("are held until something changes", async () => {
    const stores = (view: Int32Array) => {
      Atomics.store(view, 0, 1)
      return Atomics.store(view, 1, 1)
    }
    const result = await exploreAsync({ setup: cells, threads: [waits, stores], outcome: (_, [seen]) => String(seen) })
    expect(result).toMatchObject({ verdict: "pass", exhaustive: true })
    expect([...result.outcomes.keys()].sort()).toEqual(["0", "1"])
  })

  test("wait for ever if nothing does, also for a timer of their own", async () => {
    expect((await exploreAsync({ setup: cells, threads: [waits, (view) => Atomics.load(view, 0)] })).verdict).toBe(
      "livelock",
    )
    const starves = (view: Int32Array) => {
      setTimeout(() => Atomics.store(view, 0, 1), 1)
      return waits(view)
    }
    expect((await exploreAsync({ setup: cells, threads: [starves] })).verdict).toBe("livelock")
  })
})

/** As most are: an arrow that calls an asynchronous method, or what a compiler made of an asynchronous function. */
describe("asynchronous threads that do not say so", () => {
  class Flag {
    readonly view = cells()
    async wait() {
      await later()
      while (Atomics.load(this.view, 0) === 0);
    }
    set() {
      Atomics.store(this.view, 0, 1)
    }
  }

  test("run in the search only: a loop behind the first await is held", async () => {
    const model = { setup: () => new Flag(), threads: [(flag: Flag) => flag.wait(), (flag: Flag) => flag.set()] }
    expect(await exploreAsync(model)).toMatchObject({ verdict: "pass", exhaustive: true })
  })

  test.each<[string, (task: () => void) => unknown]>([
    ["a timer", (task) => setTimeout(task, 1)],
    ["a tick", (task) => process.nextTick(task)],
    ["a microtask", (task) => queueMicrotask(task)],
    ["a promise", (task) => later().then(task)],
    [
      "a channel",
      (task) => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener("message", task)
        port2.postMessage(0)
      },
    ],
  ])("leave nothing for when it is over: %s", async (_, queue) => {
    let runs = 0
    const thread = (view: Int32Array) =>
      new Promise<void>((resolve) => {
        queue(() => {
          runs++
          adds(view)
          resolve()
        })
      })
    expect(await exploreAsync({ setup: cells, threads: [thread, thread] })).toMatchObject({ verdict: "pass" })
    const then = runs
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(runs).toBe(then)
  })
})
