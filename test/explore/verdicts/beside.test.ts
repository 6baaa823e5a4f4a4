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
