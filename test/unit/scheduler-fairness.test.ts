/** Whose turn it is: strict priorities let others starve, the fair policy does not. */
import { Priority, Scheduler } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { schedulerWorld } from "../kernel/mock-scheduler.js"
import { BUILDS } from "./world.js"

const HIGH = 1
const NORMAL = 2
const JOB_MS = 2

const block = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

describe.each(BUILDS)("$engine $flavour", (build) => {
  const configuration = { ...build, fenceLock: "inline" } as const

  /** Runs so many jobs, each for a while; who is urgent always has another one. Returns whose jobs ran. */
  function serve(policy: "strict" | "fair", rounds: number): readonly number[] {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler, started, run, advance, drain } = mock({ credits: 1, policy })
    const urgent = keep(scheduler.entity({ priority: Priority.High }))
    const patient = keep(scheduler.entity({ priority: Priority.Normal }))
    for (let i = 0; i < rounds; i++) keep(patient.submit({ data: NORMAL }))
    for (let i = 0; i < rounds; i++) {
      keep(urgent.submit({ data: HIGH }))
      run()
      block(JOB_MS)
      advance()
    }
    const ran = started.slice(0, rounds)
    drain()
    end()
    return ran
  }

  test("strict: as long as the urgent one has jobs, nobody else runs", () => {
    expect(new Set(serve("strict", 40))).toEqual(new Set([HIGH]))
  })

  test("fair: the patient one has its share, which is small", () => {
    const ran = serve("fair", 80)
    const share = ran.filter((data) => data === NORMAL).length
    // A quarter of the urgent one's time, if a machine with much to do were exact.
    expect(share).toBeGreaterThanOrEqual(3)
    expect(share).toBeLessThanOrEqual(40)
    expect(ran[0]).toBe(HIGH)
  })

  test("fair: entities of one priority take turns, whoever submitted first", () => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler, started, drain } = mock({ credits: 1, policy: "fair" })
    const entities = [0, 1, 2].map(() => keep(scheduler.entity()))
    for (const [data, entity] of entities.entries()) for (let i = 0; i < 4; i++) keep(entity.submit({ data }))
    drain()
    for (const data of [0, 1, 2]) expect(started.slice(0, 6).filter((d) => d === data).length).toBeGreaterThan(0)
    end()
  })

  test("fair: who was idle does not make up for it", () => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler, started, run, advance, drain } = mock({ credits: 1, policy: "fair" })
    const [busy, idle] = [keep(scheduler.entity()), keep(scheduler.entity())]
    for (let i = 0; i < 10; i++) {
      keep(busy.submit({ data: 0 }))
      run()
      block(JOB_MS)
      advance()
    }
    for (let i = 0; i < 6; i++) keep(idle.submit({ data: 1 }))
    for (let i = 0; i < 6; i++) keep(busy.submit({ data: 0 }))
    for (let i = 0; i < 8; i++) {
      run()
      block(JOB_MS)
      advance()
    }
    const last = started.slice(10, 18)
    expect(last.filter((data) => data === 0).length, "the busy one runs as well").toBeGreaterThanOrEqual(2)
    drain()
    end()
  })

  test("strict is the default, and another word is refused", () => {
    const { thread, keep, end } = schedulerWorld(configuration)
    expect(() => Scheduler.create(thread, { policy: "fifo" as never })).toThrow(TypeError)
    expect(() => Scheduler.create(thread, { hangLimit: -1 })).toThrow(RangeError)
    keep(Scheduler.create(thread))
    end()
  })
})
