/**
 * An issuer's function lets go of every handle there is, in the middle of the operation that asks it: what that operation works
 * on stays until it is over. So does what a body under a lock lets go of.
 */
import {
  type Fence,
  FenceArray,
  FenceChain,
  type ModuleOps,
  OopsError,
  OutliveError,
  Reservation,
  Scheduler,
  SyncFile,
  Syncobj,
  Usage,
  merge,
  waitAllSync,
} from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

type Build = (typeof BUILDS)[number]
const OPS = ["enableSignaling", "pollSignaled", "setDeadline", "wait", "free"] as const
const ANSWERS = [true, false, "throws"] as const

/** A world with one of everything, whose issuer lets go of it all when it is asked. */
function furnished(build: Build, op: (typeof OPS)[number], answer: (typeof ANSWERS)[number]) {
  const state = { isArmed: false, asked: 0 }
  const held: { drop(): void }[] = []
  const letGo = () => {
    for (const handle of held) handle.drop()
  }
  const ask = () => {
    if (!state.isArmed) return op === "enableSignaling"
    state.asked++
    letGo()
    if (answer === "throws") throw new Error("planned")
    return answer
  }
  const w = world({ ...build, ops: { [op]: ask } as ModuleOps, objects: 64 })
  const { thread, timeline } = w
  const hold = <H extends { drop(): void }>(handle: H): H => (held.push(handle), handle)
  const [fence, first, second] = [hold(timeline.fence()), hold(timeline.fence()), hold(timeline.fence())]
  const array = hold(FenceArray.create(thread, [first, second]))
  const link = hold(FenceChain.create(thread, { fence: first, seqno: 1n }))
  const chain = hold(FenceChain.create(thread, { previous: link, fence: second, seqno: 2n }))
  const reservation = hold(Reservation.create(thread))
  reservation.locked(() => {
    reservation.reserve(2)
    reservation.add(first, Usage.Write)
    reservation.add(fence, Usage.Read)
  })
  const syncobj = hold(Syncobj.create(thread))
  syncobj.addPoint(1n, first)
  const file = hold(SyncFile.create(thread, chain))
  return { ...w, state, letGo, fence, first, array, chain, reservation, syncobj, file }
}

type Furnished = ReturnType<typeof furnished>

const OPERATIONS: Record<string, (w: Furnished) => unknown> = {
  isSignaled: ({ fence }) => fence.isSignaled(),
  status: ({ fence }) => fence.status(),
  enableSignaling: ({ fence }) => fence.enableSignaling(),
  signal: ({ fence }) => fence.signal(),
  setDeadline: ({ chain }) => chain.setDeadline(1n),
  waitSync: ({ fence }) => fence.waitSync({ timeoutMs: 1 }),
  waitAllSync: ({ fence, first }) => waitAllSync([fence, first], { timeoutMs: 1 }),
  addCounter: ({ fence }) => removed(fence.addCounter(1)),
  addCallback: ({ fence }) => removed(fence.addCallback(() => {})),
  "addCallback of a container": ({ array }) => removed(array.addCallback(() => {})),
  "isSignaled of a container": ({ chain }) => chain.isSignaled(),
  merge: ({ thread, fence, array, chain }) => merge(thread, [fence, array, chain]).drop(),
  "reservation.poll": ({ reservation }) => reservation.poll(),
  "reservation.waitSync": ({ reservation }) => reservation.waitSync(Usage.Read, { timeoutMs: 1 }),
  "reservation.reserve": ({ reservation }) => reservation.locked(() => reservation.reserve(12)),
  "syncobj.waitSync": ({ syncobj }) => syncobj.waitSync({ point: 1n, timeoutMs: 1, deadlineNs: 1n }),
  "syncobj.query": ({ syncobj }) => syncobj.query(),
  "file.info": ({ file }) => file.info(),
}

function removed(callback: ReturnType<Fence["addCallback"]>): void {
  if (callback !== "already-signaled") callback.remove()
}

/** What was thrown, apart from what the issuer throws, and from the refusal of a handle that it has dropped. */
function wrongIn(error: unknown): unknown[] {
  if (error instanceof AggregateError) return error.errors.flatMap(wrongIn)
  if (error instanceof Error && error.message === "planned") return []
  return error instanceof OutliveError && !(error instanceof OopsError) ? [] : [error]
}

describe.each(BUILDS)("what is let go of while an issuer is asked, $engine $flavour", (build) => {
  test.each(Object.keys(OPERATIONS))("%s", (name) => {
    let asked = 0
    for (const op of OPS)
      for (const answer of ANSWERS) {
        const w = furnished(build, op, answer)
        const wrong: unknown[] = []
        const attempt = (body: () => unknown) => {
          try {
            body()
          } catch (error) {
            wrong.push(...wrongIn(error))
          }
        }
        w.state.isArmed = true
        attempt(() => OPERATIONS[name]!(w))
        attempt(w.letGo)
        expect([op, answer, wrong, w.heap.check()]).toEqual([op, answer, [], []])
        asked += w.state.asked
        // A container that is armed holds itself until its members complete, as in the kernel.
        w.state.isArmed = false
        w.timeline.kill(-5)
        w.close()
        expect(w.heap.accounts()).toMatchObject({ balanced: true, objects: { inUse: 0 }, containers: { inUse: 0 } })
      }
    expect(asked).toBeGreaterThan(0)
  })

  test("what a `free` lets go of has its own `free` called, in a loop: however many there are", () => {
    const handles: Fence[] = []
    const w = world({ ...build, fences: 4_096, ops: { free: () => handles.pop()?.drop() } })
    for (let i = 0; i < 4_000; i++) handles.push(w.timeline.fence())
    for (const fence of handles) fence.signal()
    handles.pop()!.drop()
    expect(handles).toEqual([])
    w.close()
  })

  test("a body under a reservation's lock may drop it: the lock is given back, and the thread has none left", () => {
    const w = world(build)
    const reservation = Reservation.create(w.thread)
    expect(reservation.locked(() => (reservation.drop(), "done"))).toBe("done")
    const other = Reservation.create(w.thread)
    expect(other.locked(() => "done")).toBe("done")
    other.drop()
    w.close()
    expect(w.heap.accounts().objects.inUse).toBe(0)
  })

  test("a job whose dependency's issuer fails: a healthy heap", () => {
    const state = { fails: true }
    const enableSignaling = () => {
      if (state.fails) throw new Error("planned")
    }
    const w = world({ ...build, ops: { enableSignaling } })
    const scheduler = Scheduler.create(w.thread)
    const entity = scheduler.entity()
    const fence = w.timeline.fence()
    const job = entity.submit({ dependencies: [fence] })
    expect(() => scheduler.runNext({ run: () => undefined })).toThrow("planned")
    expect(w.heap.check()).toEqual([])
    state.fails = false
    fence.signal()
    expect(scheduler.runNext({ run: () => undefined })).toBe(true)
    for (const handle of [job, fence, entity, scheduler]) handle.drop()
    w.close()
  })
})
