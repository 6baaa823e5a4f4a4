/** Handles are made by the package only; what is left out is a default, and `null` was not left out; a handle is shown in a line. */
import { inspect } from "node:util"
import * as core from "@outlive/core"
import * as sync from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { furnish } from "../fuzz/attack/furnish.js"
import { world } from "../unit/world.js"

/** Handles that are made of a thread by everybody. */
const OPEN_TO_ALL = new Set(["SyncobjTable"])
const EXPORTED: [string, unknown][] = [...Object.entries(core), ...Object.entries(sync)]
const CLASSES = EXPORTED.filter(
  (entry): entry is [string, new (...args: unknown[]) => unknown] =>
    typeof entry[1] === "function" &&
    /^class\b/.test(Function.prototype.toString.call(entry[1])) &&
    !entry[0].endsWith("Error") &&
    !OPEN_TO_ALL.has(entry[0]),
)

describe("cannot be constructed:", () => {
  const { heap, thread } = world()
  const ARGUMENTS = [
    [],
    [thread, 12345],
    [thread, thread.record],
    [Symbol("made by @outlive/core"), thread, 12345],
    [heap],
  ]
  test.each(CLASSES)("%s", (_, Class) => {
    for (const given of ARGUMENTS) expect(() => new Class(...given)).toThrow(/^Cannot construct /)
  })
})

test("null is no number of permits, and no other option", async () => {
  const { thread, timeline } = world({ objects: 16 })
  const odd = { count: null } as never
  using slots = sync.Semaphore.create(thread, { permits: 2 })
  expect(() => slots.takeSync(odd)).toThrow(RangeError)
  expect(() => slots.acquireSync(odd)).toThrow(RangeError)
  await expect(slots.take(odd)).rejects.toThrow(RangeError)
  await expect(slots.acquire(odd)).rejects.toThrow(RangeError)
  expect(() => slots.takeSync(null as never)).toThrow(TypeError)
  expect(() => slots.acquireSync(3 as never)).toThrow(TypeError)
  expect(slots.available).toBe(2)
  const numbers = ["fences", "callbacks", "modules", "timelines", "threads", "cells", "containers", "lists", "objects"]
  for (const name of [...numbers, "records", "trace", "spins", "stallWarningMs"])
    expect(() => core.Heap.create({ [name]: null }), name).toThrow(RangeError)
  for (const name of ["engine", "flavour", "lifetime", "lock", "rcu", "fenceLock", "timestamps", "lockOrder"])
    expect(() => core.Heap.create({ [name]: null }), name).toThrow(TypeError)
  using scheduler = core.Scheduler.create(thread)
  expect(() => core.Scheduler.create(thread, { parent: null as never })).toThrow(TypeError)
  using entity = scheduler.entity()
  expect(() => entity.submit({ credits: null as never })).toThrow(RangeError)
  using syncobj = core.Syncobj.create(thread)
  expect(() => syncobj.waitSync({ point: null as never, timeoutMs: 0 })).toThrow(RangeError)
  expect(() => thread.synchronize(null as never)).toThrow(TypeError)
  using fence = timeline.fence()
  expect(() => fence.signal({ error: null as never })).toThrow(RangeError)
})

test("each handle is shown in a line, also when it was dropped", () => {
  const f = furnish({})
  const {
    sync: primitives,
    callbacks: _,
    freed: __,
    awaited: ___,
    mock: ____,
    posted: _____,
    points,
    running,
    queued,
    ...rest
  } = f
  const guard = primitives.mutex.lockSync()
  const handles = [
    ...Object.values(rest),
    ...Object.values(primitives),
    ...points,
    running.finished,
    queued.finished,
    guard,
  ]
  for (const handle of handles) {
    const line = inspect(handle)
    expect(line).toMatch(new RegExp(`^${handle.constructor.name}\\b`))
    expect(line.length).toBeLessThan(100)
  }
  guard.unlock()
  expect(inspect(primitives.mutex)).toMatch(/^Mutex 0x[0-9a-f]+ \(thread "main"\)$/)
  primitives.mutex.drop()
  expect(inspect(primitives.mutex)).toBe('Mutex (dropped) (thread "main")')
  // So is what a program has around it.
  expect(inspect({ state: { fence: f.pending } }).length).toBeLessThan(200)
})
