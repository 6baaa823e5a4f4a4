/** Hardware that hangs: whose time is up, stopping, blame, offering again, going on; and issuers that end all they have. */
import { type Fence, type Hardware, type RunningJob, Scheduler, type SubmittedJob } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { schedulerWorld } from "../kernel/mock-scheduler.js"
import { BUILDS } from "./world.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error
const ETIMEDOUT = -110
const ECANCELED = -125
const EIO = -5

const block = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
const statuses = (jobs: readonly SubmittedJob[]) => jobs.map(({ finished }) => finished.status())

describe.each(BUILDS)("$engine $flavour", (build) => {
  const configuration = { ...build, fenceLock: "inline" } as const

  test("a job's time counts from when it is the oldest that the hardware has", () => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler, hardware, timedOut, run, advance } = mock({ credits: 2, timeoutMs: 400 })
    const entity = keep(scheduler.entity())
    const jobs = [keep(entity.submit({ data: 1 })), keep(entity.submit({ data: 2 }))]
    run()
    block(300)
    advance()
    const leftMs = scheduler.checkTimeout(hardware)
    expect(leftMs).toBeGreaterThan(150)
    block(410)
    expect(scheduler.checkTimeout(hardware)).toBe(Infinity)
    expect([timedOut, statuses(jobs)]).toEqual([[2], [1, ETIMEDOUT]])
    end()
  })

  test("'no hang' speaks of the job that was asked about", () => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const asked: number[] = []
    const { scheduler, hardware, run, advance } = mock({ credits: 2, timeoutMs: 5 })
    const answering: Hardware = {
      ...hardware,
      onTimeout({ data }) {
        asked.push(data)
        if (data === 2) return "reset"
        // It ends while its hardware is being asked, and the next is the oldest from here on.
        advance()
        block(10)
        return "no-hang"
      },
    }
    const entity = keep(scheduler.entity())
    const jobs = [keep(entity.submit({ data: 1 })), keep(entity.submit({ data: 2 }))]
    run()
    block(10)
    scheduler.checkTimeout(answering)
    expect([asked, statuses(jobs)]).toEqual([
      [1, 2],
      [1, ETIMEDOUT],
    ])
    end()
  })

  test("a stopped scheduler runs nothing, ends nothing, and nobody's time is up; then it goes on", () => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler, hardware, timedOut, started, run, advance, drain } = mock({ credits: 1, timeoutMs: 5 })
    const entity = keep(scheduler.entity())
    const jobs = [keep(entity.submit({ data: 1 })), keep(entity.submit({ data: 2 }))]
    run()
    expect([scheduler.stop(), scheduler.isStopped]).toEqual(["stopped", true])
    advance()
    block(10)
    expect(scheduler.runNext(hardware)).toBe(false)
    expect(scheduler.checkTimeout(hardware)).toBe(Infinity)
    expect([statuses(jobs), started, timedOut]).toEqual([[0, 0], [1], []])
    scheduler.start()
    expect([statuses(jobs), scheduler.isStopped]).toEqual([[1, 0], false])
    drain()
    expect([statuses(jobs), started, scheduler.creditsUsed]).toEqual([[1, 1], [1, 2], 0])
    end()
  })

  test("stop is refused from within run, and run is refused from within run", () => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const jobs = [keep(entity.submit()), keep(entity.submit())]
    let inner: unknown
    const hardware: Hardware = {
      run() {
        expect(() => scheduler.stop()).toThrow(code("EDEADLK"))
        inner = scheduler.runNext(hardware)
        return undefined
      },
    }
    scheduler.runNext(hardware)
    expect([inner, statuses(jobs), scheduler.isStopped]).toEqual([false, [1, 0], false])
    scheduler.runNext(hardware)
    expect(statuses(jobs)).toEqual([1, 1])
    end()
  })

  test("stop waits for the thread that is inside run, and can be given up", async () => {
    const { heap, thread, keep, mock, end } = schedulerWorld(configuration)
    const other = heap.attach({ name: "other" })
    const { scheduler } = mock()
    const theirs = Scheduler.open(other, scheduler.share())
    const entity = keep(scheduler.entity())
    const job = keep(entity.submit())
    let outcome: unknown
    const abort = new AbortController()
    let stopping: Promise<unknown> = Promise.resolve()
    const hardware: Hardware = {
      run() {
        outcome = theirs.stop({ timeoutMs: 1 })
        stopping = theirs.stopAsync({ signal: abort.signal }).catch((reason: unknown) => reason)
        return undefined
      },
    }
    scheduler.runNext(hardware)
    expect(outcome).toBe("timed-out")
    expect(await stopping).toBe("stopped")
    expect(theirs.isStopped).toBe(true)
    theirs.start()
    expect(job.finished.status()).toBe(1)
    theirs.drop()
    other.detach()
    void thread
    end()
  })

  test("after a reset the innocent are offered again, and the guilty are not", () => {
    const { keep, mock, timeline, end } = schedulerWorld(configuration)
    const { scheduler, run, advance, started, hardware } = mock({ credits: 8, timeoutMs: 300 })
    const [good, bad] = [keep(scheduler.entity()), keep(scheduler.entity())]
    const hung = keep(bad.submit({ data: 1 }))
    const innocent = [keep(good.submit({ data: 2 })), keep(good.submit({ data: 4 }))]
    const accomplice = keep(bad.submit({ data: 3 }))
    const waits = timeline.fence()
    const queued = keep(bad.submit({ data: 5, dependencies: [waits] }))
    run()
    block(310)
    const resetting: Hardware = {
      ...hardware,
      onTimeout(job: RunningJob) {
        scheduler.stop()
        expect(scheduler.blame(job)).toBe(1)
        // The hardware gives up all that it had.
        expect(timeline.kill(ECANCELED)).toBe(5)
        expect(scheduler.resubmit(hardware)).toBe(2)
        scheduler.start()
        return "handled"
      },
    }
    scheduler.checkTimeout(resetting)
    expect(statuses([hung, accomplice, queued])).toEqual([ETIMEDOUT, ECANCELED, ECANCELED])
    expect(statuses(innocent)).toEqual([0, 0])
    expect([bad.isGuilty, bad.isClosed, good.isGuilty]).toEqual([true, true, false])
    expect(() => bad.submit()).toThrow(code("ECANCELED"))
    expect(started.toSorted((a, b) => a - b)).toEqual([1, 2, 2, 3, 4, 4])
    advance(Infinity)
    expect(statuses(innocent)).toEqual([1, 1])
    waits.drop()
    end()
  })

  test("a job may be to blame as often as the limit says, and is offered again until then", () => {
    const { keep, mock, timeline, end } = schedulerWorld(configuration)
    const { scheduler, hardware, run } = mock({ hangLimit: 2, timeoutMs: 150 })
    const entity = keep(scheduler.entity())
    const job = keep(entity.submit())
    run()
    const guilt: number[] = []
    const resetting: Hardware = {
      ...hardware,
      onTimeout(running: RunningJob) {
        scheduler.stop()
        guilt.push(scheduler.blame(running))
        timeline.kill(ECANCELED)
        scheduler.resubmit(hardware)
        scheduler.start()
        return "handled"
      },
    }
    for (let i = 0; i < 3; i++) {
      expect(job.finished.status()).toBe(0)
      block(160)
      scheduler.checkTimeout(resetting)
    }
    expect([guilt, job.finished.status(), entity.isGuilty]).toEqual([[1, 2, 3], ETIMEDOUT, true])
    expect(scheduler.creditsUsed).toBe(0)
    end()
  })

  test("what run throws while jobs are offered again ends those jobs only, and is told", () => {
    const { keep, mock, timeline, end } = schedulerWorld(configuration)
    const { scheduler, run, advance } = mock()
    const entity = keep(scheduler.entity())
    const jobs = [1, 2, 3].map((data) => keep(entity.submit({ data })))
    run()
    scheduler.stop()
    timeline.kill(ECANCELED)
    let again: Fence | undefined
    const broken: Hardware = {
      run({ data }) {
        if (data !== 2) throw new Error(`not ${data}`)
        return (again = timeline.fence())
      },
    }
    expect(() => scheduler.resubmit(broken)).toThrow("2 errors: not 1")
    scheduler.start()
    expect(statuses(jobs)).toEqual([EIO, 0, EIO])
    again?.signal()
    again?.drop()
    expect(statuses(jobs)).toEqual([EIO, 1, EIO])
    advance(Infinity)
    end()
  })

  test("blame is for jobs of this scheduler, by their finished fences", () => {
    const { keep, mock, timeline, end } = schedulerWorld(configuration)
    const [{ scheduler, run, drain }, other] = [mock(), mock()]
    const job = keep(keep(scheduler.entity()).submit())
    run()
    const fence = timeline.fence()
    expect(() => scheduler.blame({ data: 0, finished: fence })).toThrow(code("EINVAL"))
    expect(() => scheduler.blame({ data: 0, finished: job.scheduled })).toThrow(code("EINVAL"))
    expect(other.scheduler.blame({ data: 0, finished: job.finished })).toBe(0)
    drain()
    expect(scheduler.blame({ data: 0, finished: job.finished })).toBe(0)
    fence.signal()
    fence.drop()
    end()
  })

  test("a closed scheduler says so, also when it was stopped; its jobs end", () => {
    const { keep, mock, end } = schedulerWorld(configuration)
    const { scheduler, run } = mock({ credits: 1 })
    const entity = keep(scheduler.entity())
    const jobs = [keep(entity.submit()), keep(entity.submit())]
    run()
    scheduler.stop()
    expect([scheduler.isClosed, entity.isClosed]).toEqual([false, false])
    scheduler.close()
    expect([scheduler.isClosed, entity.isClosed, statuses(jobs)]).toEqual([true, false, [ECANCELED, ECANCELED]])
    expect(() => entity.submit()).toThrow(code("ENOENT"))
    end()
  })

  test("flush waits until what is queued has gone to the hardware", async () => {
    const { keep, mock, timeline, end } = schedulerWorld(configuration)
    const { scheduler, run, drain } = mock()
    const entity = keep(scheduler.entity())
    expect(entity.flush()).toBe("flushed")
    const waits = timeline.fence()
    const job = keep(entity.submit({ dependencies: [waits] }))
    expect(entity.flush({ timeoutMs: 1 })).toBe("timed-out")
    const flushed = entity.flushAsync({ timeoutMs: 10_000 })
    waits.signal()
    run()
    expect(await flushed).toBe("flushed")
    expect(job.finished.hasSignaled()).toBe(false)
    drain()
    waits.drop()
    end()
  })

  test("a thread that leaves from within run leaves no job behind, and the next can run", () => {
    const { heap, keep, mock, end } = schedulerWorld(configuration)
    const { scheduler } = mock()
    const entity = keep(scheduler.entity())
    const jobs = [keep(entity.submit()), keep(entity.submit())]
    const leaving = heap.attach({ name: "leaving" })
    const theirs = Scheduler.open(leaving, scheduler.share())
    expect(() => theirs.runNext({ run: () => void leaving.detach() })).not.toThrow()
    theirs.drop()
    expect(scheduler.runNext({ run: () => undefined })).toBe(true)
    expect(statuses(jobs)).toEqual([EIO, 1])
    end()
  })

  test("timeline.kill ends what is pending on it, in order, and nothing else", () => {
    const { keep, module, timeline, end } = schedulerWorld(configuration)
    const other = module.timeline("other")
    const ended: bigint[] = []
    const fences = [2n, 0xffff_ffffn, 1n, 3n].map((seqno) => timeline.fence(seqno))
    const [done, stranger] = [timeline.fence(7n), other.fence()]
    done.signal()
    const cells = fences.map((fence, i) => fence.addCounter(i))
    void cells
    for (const fence of fences) keep(fence)
    expect(() => timeline.kill(5)).toThrow(RangeError)
    expect(timeline.kill(EIO)).toBe(4)
    for (const fence of fences) ended.push(BigInt(fence.status()))
    expect(ended).toEqual([-5n, -5n, -5n, -5n])
    expect([done.status(), stranger.status()]).toEqual([1, 0])
    for (const cell of cells) if (cell !== "already-signaled") cell.remove()
    stranger.signal()
    for (const fence of [done, stranger]) fence.drop()
    other.close()
    end()
  })
})
