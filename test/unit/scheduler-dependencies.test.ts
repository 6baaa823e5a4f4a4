/** What jobs wait for: fences, syncobjs, reservations; who is asked, when, and what comes of jobs that are never run. */
import { type Fence, Reservation, Syncobj, Usage, usageOf } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { schedulerWorld } from "../kernel/mock-scheduler.js"
import { BUILDS } from "./world.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error
const ESRCH = -3
const ECANCELED = -125

describe.each(BUILDS)("$engine $flavour", (build) => {
  const configuration = { ...build, fenceLock: "inline" } as const
  const nothing = { run: () => undefined }

  test("a job waits for what is in a syncobj when it is submitted, or at a point of it", () => {
    const { thread, keep, mock, timeline, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const [now, later, point] = [timeline.fence(), timeline.fence(), timeline.fence()]
    const [place, points] = [keep(Syncobj.create(thread)), keep(Syncobj.create(thread))]
    expect(() => entity.submit({ dependencies: [place] })).toThrow(code("EINVAL"))
    place.replaceFence(now)
    points.addPoint(3n, point)
    const job = keep(entity.submit({ dependencies: [place, { syncobj: points, point: 3n }] }))
    place.replaceFence(later)
    expect(scheduler.runNext(nothing)).toBe(false)
    now.signal()
    expect(scheduler.runNext(nothing)).toBe(false)
    point.signal()
    expect(scheduler.runNext(nothing)).toBe(true)
    expect(job.finished.status()).toBe(1)
    later.signal()
    for (const fence of [now, later, point]) fence.drop()
    end()
  })

  test("a job waits for what is in a reservation up to a usage", () => {
    const { thread, keep, mock, module, timeline, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const buffer = keep(Reservation.create(thread))
    const another = module.timeline("readers")
    const [writer, reader] = [timeline.fence(), another.fence()]
    another.close()
    buffer.locked(() => {
      buffer.reserve(2)
      buffer.add(writer, Usage.Write)
      buffer.add(reader, Usage.Read)
    })
    const reads = keep(entity.submit({ dependencies: [{ reservation: buffer, usage: usageOf("read") }] }))
    const writes = keep(entity.submit({ dependencies: [{ reservation: buffer, usage: usageOf("write") }] }))
    writer.signal()
    expect(scheduler.runNext(nothing)).toBe(true)
    expect(scheduler.runNext(nothing)).toBe(false)
    reader.signal()
    expect(scheduler.runNext(nothing)).toBe(true)
    expect([reads.finished.status(), writes.finished.status()]).toEqual([1, 1])
    for (const fence of [writer, reader]) fence.drop()
    end()
  })

  test("what is none of these is refused, and nothing is left behind", () => {
    const { heap, thread, keep, mock, timeline, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const fence = timeline.fence()
    const syncobj = keep(Syncobj.create(thread))
    syncobj.replaceFence(fence)
    const before = heap.accounts()
    const refuse = (dependency: unknown) =>
      expect(() => entity.submit({ dependencies: [syncobj, dependency as Fence] }))
    refuse(7).toThrow(TypeError)
    refuse({}).toThrow(TypeError)
    refuse({ syncobj, point: 3 }).toThrow(RangeError)
    refuse({ syncobj: fence }).toThrow(TypeError)
    refuse({ reservation: syncobj }).toThrow(TypeError)
    thread.barrier()
    expect(heap.accounts().objects).toEqual(before.objects)
    expect(heap.accounts().fences).toEqual(before.fences)
    fence.signal()
    fence.drop()
    end()
  })

  test.each([
    ["its entity", ESRCH],
    ["its scheduler", ECANCELED],
  ] as const)("a queued job of which %s is closed ends after what it depends on", (what, errno) => {
    const { keep, mock, timeline, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const [first, second] = [timeline.fence(), timeline.fence()]
    const jobs = [keep(entity.submit({ dependencies: [first] })), keep(entity.submit())] as const
    const third = keep(entity.submit({ dependencies: [second] }))
    if (what === "its entity") entity.close()
    else scheduler.close()
    const states = () => [...jobs, third].map(({ finished }) => finished.status())
    expect(states()).toEqual([0, 0, 0])
    first.signal()
    expect(states()).toEqual([errno, errno, 0])
    second.signal()
    expect(states()).toEqual([errno, errno, errno])
    for (const fence of [first, second]) fence.drop()
    end()
  })

  test("a job that had only to start after another ends after that one's end when it is killed", () => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler, run, advance } = mock({ credits: 1 })
    const [running, dying] = [keep(scheduler.entity()), keep(scheduler.entity())]
    const first = keep(running.submit())
    const second = keep(dying.submit({ dependencies: [first.finished] }))
    run()
    expect(first.scheduled.hasSignaled()).toBe(true)
    dying.close()
    expect(second.finished.status()).toBe(0)
    advance()
    expect(second.finished.status()).toBe(ESRCH)
    end()
  })

  test("an issuer that is asked may submit, close and run: no lock of the scheduler is held", () => {
    const did: string[] = []
    const acts: (() => void)[] = []
    // KERNEL: `enableSignaling` is called under its fence's own lock, there and here; `pollSignaled` under none.
    const { keep, mock, timeline, end } = schedulerWorld(configuration, {
      ops: { pollSignaled: () => (acts.shift()?.(), false) },
    })
    const { scheduler } = mock()
    const [waiting, own, dying] = [keep(scheduler.entity()), keep(scheduler.entity()), keep(scheduler.entity())]
    const fence = timeline.fence()
    const job = keep(waiting.submit({ dependencies: [fence] }))
    acts.push(() => {
      dying.close()
      keep(own.submit({ data: 1 }))
      did.push(scheduler.runNext(nothing) ? "runs" : "runs nothing")
    })
    const dead = keep(dying.submit({ dependencies: [fence] }))
    // Asking about one of the two makes the issuer do all that.
    expect(scheduler.runNext(nothing)).toBe(false)
    expect(did).toEqual(["runs"])
    expect(dead.finished.status()).toBe(0)
    fence.signal()
    while (scheduler.runNext(nothing));
    expect([job, dead].map(({ finished }) => finished.status())).toEqual([1, ESRCH])
    fence.drop()
    end()
  })

  test("an issuer that throws when it is asked keeps no other job from running, and is asked again", () => {
    let asked = 0
    const { keep, mock, timeline, end } = schedulerWorld(configuration, {
      ops: {
        enableSignaling() {
          if (++asked === 1) throw new Error("not now")
          return true
        },
      },
    })
    const { scheduler } = mock()
    const [waiting, other] = [keep(scheduler.entity()), keep(scheduler.entity())]
    const fence = timeline.fence()
    const job = keep(waiting.submit({ dependencies: [fence] }))
    const free = keep(other.submit())
    expect(() => scheduler.runNext(nothing)).toThrow("not now")
    expect([job.finished.status(), free.finished.status()]).toEqual([0, 1])
    expect(scheduler.runNext(nothing)).toBe(false)
    expect(asked).toBe(2)
    expect(scheduler.runNext(nothing)).toBe(false)
    expect(asked).toBe(2)
    fence.signal()
    expect(scheduler.runNext(nothing)).toBe(true)
    expect(job.finished.status()).toBe(1)
    fence.drop()
    end()
  })

  test("a fence whose issuer could not be asked and that is signaled all the same lets its job go on", () => {
    const { keep, mock, timeline, end } = schedulerWorld(configuration, {
      ops: {
        enableSignaling() {
          throw new Error("never")
        },
      },
    })
    const { scheduler } = mock()
    const fence = timeline.fence()
    const entity = keep(scheduler.entity())
    const job = keep(entity.submit({ dependencies: [fence] }))
    expect(() => scheduler.runNext(nothing)).toThrow("never")
    fence.signal()
    expect(scheduler.runNext(nothing)).toBe(true)
    expect(job.finished.status()).toBe(1)
    fence.drop()
    end()
  })
})
