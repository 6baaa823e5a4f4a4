/** IGT "syncobj_timeline": the cases of syncobj_wait with points, and what only timelines have. */
import { type SoftTimeline, Syncobj } from "@outlive/core"
import { expect } from "vitest"
import { Random } from "@outlive/workers"
import { type Configuration, suite } from "./suite.js"
import { waitCases } from "./syncobj-wait-cases.js"
import { ALL, AVAILABLE, SUBMIT, outcome, syncobjWorld } from "./syncobj-world.js"

const ILLEGAL = 0xdeadbeef
const NO_PADDING = "an argument's padding: arguments here are named, and others are refused by the compiler"
const SEED = 20_261_123
const {
  "wait-any-complex, as upstream counts": asUpstream,
  "wait-available, submitted is enough": available,
  ...cases
} = waitCases(1n)

/** Points 1 to 5 of one syncobj, each on a timeline of its own. */
function devicePoints(configuration: Configuration) {
  const w = syncobjWorld(configuration)
  const handle = w.table.create()
  const timelines: SoftTimeline[] = []
  for (let point = 1n; point <= 5n; point++) timelines.push(w.attach(handle, point))
  const query = () => w.table.query([handle])[0]!
  const wait = (point: bigint) => outcome(() => w.table.waitSync([handle], { points: [point], timeoutMs: 0 }))
  return { ...w, handle, query, wait, complete: (point: number) => timelines[point - 1]!.increment() }
}

suite(
  {
    name: "IGT syncobj_timeline",
    upstream: 41,
    fenceLocks: ["external"],
    notPorted: {
      "invalid-reset-bad-pad": NO_PADDING,
      "invalid-signal-bad-pad": NO_PADDING,
      "invalid-query-bad-pad": NO_PADDING,
      "invalid-transfer-bad-pad": NO_PADDING,
    },
  },
  {
    ...cases,
    "invalid-query-zero-handles"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.query([]))).toBe("EINVAL")
      end()
    },
    "invalid-query-illegal-handle"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.query([ILLEGAL]))).toBe("ENOENT")
      end()
    },
    "invalid-query-one-illegal-handle"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.query([table.create(), ILLEGAL, table.create()]))).toBe("ENOENT")
      end()
    },
    "invalid-signal-illegal-point"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.signal([ILLEGAL], [0n]))).toBe("ENOENT")
      expect(() => table.signal([table.create()], [-1n])).toThrow(RangeError)
      end()
    },
    "signal-array"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const handles = [0, 1, 2, 3].map(() => table.create())
      const points = [1n, 1n, 1n, 0n]
      table.signal(handles, points)
      for (const [i, handle] of handles.entries())
        expect(outcome(() => table.waitSync([handle], { points: [points[i]!], timeoutMs: 0 }))).toBe("ok")
      end()
    },
    "invalid-transfer-illegal-handle"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const [legal, illegal] = [{ handle: table.create() }, { handle: ILLEGAL }]
      expect(outcome(() => table.transfer({ from: illegal, to: legal }))).toBe("ENOENT")
      expect(outcome(() => table.transfer({ from: legal, to: illegal }))).toBe("ENOENT")
      end()
    },
    "invalid-transfer-non-existent-point"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const handle = table.create()
      table.signal([handle], [63n])
      const syncobj = table.get(handle)
      // Despite its name, upstream's case succeeds.
      expect(outcome(() => syncobj.transferFrom(syncobj, { from: 63n, to: 74n }))).toBe("ok")
      expect(outcome(() => syncobj.transferFrom(syncobj, { from: 75n, to: 76n }))).toBe("EINVAL")
      end()
    },
    "transfer-timeline-point"(configuration) {
      const { table, attach, end } = syncobjWorld(configuration)
      const [binary, timeline] = [table.create(), table.create()]
      const device = attach(binary)
      const target = table.get(timeline)
      const wait = (point: bigint) => outcome(() => table.waitSync([timeline], { points: [point], timeoutMs: 0 }))
      target.transferFrom(table.get(binary), { to: 1n })
      expect([target.query(), wait(1n)]).toEqual([0n, "ETIME"])
      device.increment()
      expect([target.query(), wait(1n)]).toEqual([1n, "ok"])
      target.signal(2n)
      target.transferFrom(target, { from: 2n, to: 3n })
      expect([target.query(), wait(3n)]).toEqual([3n, "ok"])
      end()
    },
    "signal-point-0"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const handle = table.create()
      table.signal([handle], [0n])
      expect(table.waitSync([handle], { points: [0n], timeoutMs: 0 })).toBe(0)
      expect(table.waitSync([handle], { flags: SUBMIT, timeoutMs: 0 })).toBe(0)
      end()
    },
    "host-signal-points"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const random = new Random(SEED)
      const handle = table.create()
      const wait = (point: bigint) => table.waitSync([handle], { points: [point], timeoutMs: 0 })
      let value = 0n
      for (let i = 0; i < 100; i++) {
        value += BigInt(1 + random.below(1_000))
        table.signal([handle], [value])
        expect(table.query([handle])).toEqual([value])
        expect([wait(value), wait(value - 1n)]).toEqual([0, 0])
      }
      end()
    },
    "device-signal-unordered"(configuration) {
      const { complete, query, wait, end } = devicePoints(configuration)
      const done = new Set<number>()
      let last = 0n
      for (const point of [1, 3, 2, 5, 4]) {
        complete(point)
        done.add(point)
        const value = query()
        let allUpTo = 0
        while (done.has(allUpTo + 1)) allUpTo++
        expect(value, `after ${point}`).toBeGreaterThanOrEqual(BigInt(allUpTo))
        expect(value, "it never goes back").toBeGreaterThanOrEqual(last)
        expect(wait(value)).toBe("ok")
        last = value
      }
      expect(last).toBe(5n)
      end()
    },
    "host-signal-ordered"(configuration) {
      const { complete, query, table, handle, end } = devicePoints(configuration)
      for (const point of [1, 2, 3]) complete(point)
      expect(query()).toBe(3n)
      table.signal([handle], [8n])
      expect(query()).toBe(3n)
      for (const point of [4, 5]) complete(point)
      expect(query()).toBe(8n)
      end()
    },
  },
  {
    "wait-any-complex, as upstream counts": asUpstream!,
    "wait-available, submitted is enough": available!,
    "device-submit-unordered"(configuration) {
      const { table, attach, end } = syncobjWorld(configuration)
      const handle = table.create()
      const devices = [1n, 3n, 2n, 5n, 4n].map((point) => attach(handle, point))
      for (const device of devices) device.increment()
      const query = table.query([handle])[0]!
      expect(query, "a point that is not above the last begins anew").toBeGreaterThanOrEqual(4n)
      expect(outcome(() => table.waitSync([handle], { points: [query], timeoutMs: 0 }))).toBe("ok")
      end()
    },
    "the last submitted point"(configuration) {
      const { table, handle, end } = devicePoints(configuration)
      expect([table.query([handle]), table.query([handle], { lastSubmitted: true })]).toEqual([[0n], [5n]])
      end()
    },
    "an event comes once: on available, or on complete"(configuration) {
      const { table, attach, end } = syncobjWorld(configuration)
      const handle = table.create()
      const events: string[] = []
      const on = (name: string, flags: number, point: bigint) =>
        table.registerEvent(handle, () => void events.push(name), { flags, point })
      on("available", AVAILABLE, 2n)
      on("complete", 0, 2n)
      const withdrawn = on("withdrawn", AVAILABLE, 2n)
      expect(outcome(() => on("refused", ALL, 2n))).toBe("EINVAL")
      expect(withdrawn.remove()).toBe(true)
      const device = attach(handle, 2n)
      return expect
        .poll(() => events)
        .toEqual(["available"])
        .then(() => device.increment())
        .then(() => expect.poll(() => events).toEqual(["available", "complete"]))
        .then(end)
    },
    "a transfer that waits for a submission"(configuration) {
      const { table, attach, end } = syncobjWorld(configuration)
      const [source, target] = [table.create(), table.create()]
      const [from, to] = [
        { handle: source, point: 1n },
        { handle: target, point: 4n },
      ]
      expect(outcome(() => table.transfer({ from, to, flags: SUBMIT, timeoutMs: 1 }))).toBe("ETIME")
      const moving = table.transferAsync({ from, to, flags: SUBMIT })
      attach(source, 1n).increment()
      table.reset([source])
      return moving.then(() => {
        expect(table.query([target])).toEqual([4n])
        end()
      })
    },
    "a waiter keeps what it found, across a reset"(configuration) {
      const { table, attach, end } = syncobjWorld(configuration)
      const handle = table.create()
      const device = attach(handle, 1n)
      const waiting = Syncobj.wait([{ syncobj: table.get(handle), point: 1n }], { timeoutMs: 20_000 })
      table.reset([handle])
      device.increment()
      return waiting.then((first) => {
        expect(first).toBe(0)
        end()
      })
    },
  },
)
