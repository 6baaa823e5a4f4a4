/** Issuers' records: words that all threads see under one token, until somebody discards them. */
import type { EngineFactory } from "@outlive/core/engine-js"
import { stepwiseEngine } from "@outlive/core/stepwise"
import { type Engine, Heap, ModuleError, OopsError, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

/** The oops that something ends with. */
function oopsOf(body: () => unknown): OopsError {
  try {
    body()
  } catch (error) {
    if (error instanceof OopsError) return error
    throw error
  }
  throw new Error("No oops")
}

describe.each(BUILDS)("an issuer's record, $engine $flavour", (build) => {
  test("has twelve words, all zero at first, which every thread with the token sees", () => {
    const w = world(build)
    const other = w.heap.attach({ name: "other" })
    const ring = w.module.record({ name: "ring 0" })
    const same = other.issuerRecord(ring.token)
    expect(Array.from({ length: 12 }, (_, i) => same.read(i))).toEqual(Array(12).fill(0))
    ring.write(11, -5)
    expect([same.add(11, 7), same.exchange(11, 9), same.compareExchange(11, 9, 10)]).toEqual([-5, 2, 9])
    expect([same.compareExchange(11, 9, 11), ring.read(11), same.name, same.isLive]).toEqual([10, 10, "ring 0", true])
    ring.discard()
    expect(w.heap.check()).toEqual([])
    other.detach()
    w.close()
  })

  test("is told as dead, by name, whatever is done with it after it was discarded", () => {
    const w = world(build)
    const ring = w.module.record({ name: "ring 0" })
    const late = w.thread.issuerRecord(ring.token)
    ring.discard()
    const uses: Record<string, () => unknown> = {
      read: () => late.read(0),
      write: () => late.write(0, 1),
      add: () => late.add(0, 1),
      exchange: () => late.exchange(0, 1),
      compareExchange: () => late.compareExchange(0, 0, 1),
      name: () => late.name,
      discard: () => late.discard(),
      open: () => w.thread.issuerRecord(ring.token),
    }
    for (const [use, body] of Object.entries(uses))
      expect([use, oopsOf(body)]).toMatchObject([
        use,
        {
          code: "DEAD_RECORD",
          message: expect.stringMatching(/"ring 0" is (used|asked for its word 0) after it was discarded/),
        },
      ])
    expect(late.isLive).toBe(false)
    expect(w.heap.check()).toEqual([])
    w.close()
  })

  test("is told as dead also when its memory is another's by now, which is left as it is", () => {
    const w = world({ ...build, records: 1 })
    const ring = w.module.record({ name: "ring 0" })
    ring.discard()
    const channel = w.module.record({ name: "channel" })
    expect(oopsOf(() => ring.write(3, 1)).message).toContain("another's by now")
    expect(oopsOf(() => ring.discard()).code).toBe("DEAD_RECORD")
    expect([channel.read(3), channel.name]).toEqual([0, "channel"])
    channel.discard()
    w.close()
  })

  test("outlives its module, and is in the accounts until it is discarded", () => {
    const w = world({ ...build, records: 2 })
    const [ring, channel] = [w.module.record({ name: "ring" }), w.module.record()]
    channel.discard()
    w.timeline.close()
    w.module.unload()
    expect(w.heap.accounts()).toMatchObject({ balanced: true, records: { inUse: 1, free: 1, capacity: 2 } })
    expect(ring.read(0)).toBe(0)
    expect(() => w.module.record()).toThrow(ModuleError)
    expect(w.heap.check()).toEqual([])
    ring.discard()
    expect(w.heap.accounts().records.inUse).toBe(0)
    w.close()
  })

  test("tells a full heap, and refuses what is no token, no word and no name", () => {
    const w = world({ ...build, records: 1 })
    const ring = w.module.record()
    expect(() => w.module.record()).toThrow("Heap is full: 1 of 1 records in use")
    for (const token of [0, 1, ring.token & ~63, ring.token + 64, 1.5, -1, Number.NaN])
      expect(() => w.thread.issuerRecord(token)).toThrow(RangeError)
    expect(() => ring.read(12)).toThrow(RangeError)
    expect(() => ring.write(0, 2 ** 31)).toThrow(RangeError)
    expect(() => w.module.record({ name: "x".repeat(57) })).toThrow(RangeError)
    ring.discard()
    w.close()
  })
})

test("damage of a record is found by heap.check()", () => {
  const heap = Heap.create({ fences: 16 })
  const thread = heap.attach()
  const { engine } = thread as unknown as { engine: Engine }
  const token = engine.createRecord(thread.record, 1)
  const found = heap.check()
  expect(found.map(({ kind }) => kind)).toEqual(["name"])
  heap.words[((token & ~63) + 12) >> 2] = token + 2
  expect(heap.check().map(({ kind }) => kind)).toEqual(["tag", "name"])
  thread.detach()
})

describe("a record that another thread discards while its token is opened is told as dead, and not as a wrong token", () => {
  /** A heap in which something happens between the two questions that an opening asks: whether it lives, and what it is. */
  function interrupted() {
    let meanwhile = () => {}
    const factory: EngineFactory = (memory, host, atomics) => {
      const { exports } = stepwiseEngine(memory, host, atomics)
      const isWork = (record: number) => {
        meanwhile()
        return exports["isWork"]!(record)
      }
      return { exports: { ...exports, isWork } }
    }
    const heap = Heap.create({ engine: "js", flavour: "checked", fences: 8, records: 1, substitute: { factory } })
    const definition = defineModule({ name: "m", driverName: "d", works: { run() {} } })
    const thread = heap.attach({ modules: [definition] })
    const during = (body: () => void) =>
      (meanwhile = () => {
        meanwhile = () => {}
        body()
      })
    return { thread, module: thread.load(definition), during }
  }

  test("of a work", () => {
    const { thread, module, during } = interrupted()
    const work = module.work("run")
    during(() => work.discard())
    expect(oopsOf(() => thread.work(work.token)).code).toBe("DEAD_RECORD")
  })

  test("of a record whose memory is a work's by then", () => {
    const { thread, module, during } = interrupted()
    const ring = module.record({ name: "ring 0" })
    during(() => {
      ring.discard()
      module.work("run")
    })
    expect(oopsOf(() => thread.issuerRecord(ring.token)).code).toBe("DEAD_RECORD")
  })

  test("but what is no work, and no record, is a wrong token", () => {
    const { thread, module } = interrupted()
    const ring = module.record()
    expect(() => thread.work(ring.token)).toThrow(RangeError)
    ring.discard()
    const work = module.work("run")
    expect(() => thread.issuerRecord(work.token)).toThrow(RangeError)
  })
})
