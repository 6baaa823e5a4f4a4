/** A failure is never a completion: an issuer that throws, or is not linked, leaves pending what is pending, and is asked again. */
import { type Fence, FenceArray, FenceChain, type ModuleOps, Reservation, Scheduler, Usage } from "@outlive/core"
import { describe, expect, test } from "vitest"
import type { EngineFactory } from "@outlive/core/engine-js"
import { buildTwin } from "../faults/twin.js"
import { BUILDS, world } from "./world.js"

type Build = (typeof BUILDS)[number] & { readonly substitute?: { readonly factory: EngineFactory } }

type Op = "enableSignaling" | "pollSignaled" | "setDeadline"

/** A world whose issuer fails for as long as it is told to, for the fences of these numbers. */
function failing(build: Build, ops: readonly Op[]) {
  const state = { fails: new Set<bigint>(), asked: [] as string[] }
  const body = (op: Op) => (fence: Fence) => {
    state.asked.push(`${op} ${fence.seqno}`)
    if (state.fails.has(fence.seqno)) throw new Error(`${op} of ${fence.seqno} failed`)
    return op === "enableSignaling"
  }
  const made = Object.fromEntries(ops.map((op) => [op, body(op)])) as unknown as ModuleOps
  const w = world({ ...build, ops: made })
  const fences = (count: number) => Array.from({ length: count }, () => w.timeline.fence())
  const end = (...handles: { drop(): void }[]) => {
    for (const handle of handles) handle.drop()
    w.close()
  }
  return { ...w, state, fences, end }
}

const FAILED = /failed/

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("a callback whose issuer cannot be asked is not added, and nothing is left behind; the next one is", () => {
    const { state, heap, fences, end } = failing(build, ["enableSignaling"])
    const [fence] = fences(1) as [Fence]
    state.fails.add(1n)
    for (let i = 0; i < 2; i++) expect(() => fence.addCounter(1)).toThrow(FAILED)
    expect(() => fence.addCallback(() => {})).toThrow(FAILED)
    expect([fence.hasSignaled(), state.asked.length, heap.accounts().callbacks.inUse]).toEqual([false, 3, 0])
    state.fails.clear()
    const added = fence.addCounter(1)
    const other = fence.addCounter(2)
    expect([added === "already-signaled", state.asked.length]).toEqual([false, 4])
    fence.signal()
    expect(heap.words[heap.cell(1) >> 2]).toBe(1)
    for (const counter of [added, other]) if (counter !== "already-signaled") counter.remove()
    end(fence)
  })

  test("asking: pending, and the failure is told", () => {
    const { state, fences, end } = failing(build, ["pollSignaled"])
    const [fence] = fences(1) as [Fence]
    state.fails.add(1n)
    expect(() => fence.isSignaled()).toThrow(FAILED)
    expect(() => fence.status()).toThrow(FAILED)
    expect(fence.hasSignaled()).toBe(false)
    fence.signal()
    end(fence)
  })

  test("a wait, and a plain enable: told, and pending", () => {
    const { state, fences, end } = failing(build, ["enableSignaling"])
    const [fence] = fences(1) as [Fence]
    state.fails.add(1n)
    expect(() => fence.waitSync({ timeoutMs: 1 })).toThrow(FAILED)
    expect(() => fence.enableSignaling()).toThrow(FAILED)
    expect(fence.hasSignaled()).toBe(false)
    state.fails.clear()
    expect(fence.waitSync({ timeoutMs: 1 })).toBe("timed-out")
    fence.signal()
    end(fence)
  })

  for (const early of [0, 1, 2])
    test(`an array is armed in two goes, ${early} members completing in between: each is counted once`, () => {
      const { thread, state, fences, end } = failing(build, ["enableSignaling"])
      const members = fences(4)
      const array = FenceArray.create(thread, members)
      state.fails.add(2n)
      expect(() => array.enableSignaling()).toThrow(FAILED)
      for (const member of [members[0]!, members[2]!].slice(0, early)) member.signal()
      expect(array.hasSignaled()).toBe(false)
      expect(() => array.enableSignaling()).toThrow(FAILED)
      state.fails.clear()
      expect(array.enableSignaling()).toBe(true)
      for (const member of members) {
        expect(array.hasSignaled()).toBe(false)
        member.signal()
      }
      expect(array.hasSignaled()).toBe(true)
      end(array, ...members)
    })

  test("an array that was armed in part is dropped: its members complete without it", () => {
    const { thread, state, fences, end } = failing(build, ["enableSignaling"])
    const members = fences(3)
    const array = FenceArray.create(thread, members)
    state.fails.add(2n)
    expect(() => array.enableSignaling()).toThrow(FAILED)
    array.drop()
    for (const member of members) member.signal()
    end(...members)
  })

  test("an array that was armed in part completes when it is asked, and gives everything back", () => {
    const { thread, state, fences, end } = failing(build, ["enableSignaling"])
    const members = fences(3)
    const array = FenceArray.create(thread, members)
    state.fails.add(2n)
    expect(() => array.enableSignaling()).toThrow(FAILED)
    for (const member of members) member.signal()
    expect([array.hasSignaled(), array.isSignaled()]).toEqual([false, true])
    end(array, ...members)
  })

  test("an array whose member cannot be asked whether it is complete is pending", () => {
    const { thread, state, fences, end } = failing(build, ["pollSignaled"])
    const members = fences(2)
    const array = FenceArray.create(thread, members)
    for (const n of [1n, 2n]) state.fails.add(n)
    expect(() => array.isSignaled()).toThrow(FAILED)
    expect(array.hasSignaled()).toBe(false)
    for (const member of members) member.signal()
    end(array, ...members)
  })

  test("a chain that comes to a fence which cannot be asked goes on when that is complete, and asks it again", () => {
    const { thread, state, fences, end } = failing(build, ["enableSignaling"])
    const parts = fences(2)
    const first = FenceChain.create(thread, { fence: parts[0]!, seqno: 1n })
    const chain = FenceChain.create(thread, { previous: first, fence: parts[1]!, seqno: 2n })
    state.fails.add(1n)
    expect(chain.enableSignaling()).toBe(true)
    expect(() => parts[1]!.signal()).toThrow(FAILED)
    expect([parts[1]!.hasSignaled(), chain.hasSignaled()]).toEqual([true, false])
    expect(() => chain.enableSignaling()).toThrow(FAILED)
    state.fails.clear()
    expect(chain.enableSignaling()).toBe(true)
    const asked = state.asked.length
    chain.enableSignaling()
    expect(state.asked.length).toBe(asked)
    parts[0]!.signal()
    expect(chain.hasSignaled()).toBe(true)
    end(chain, first, ...parts)
  })

  test("a job waits for a dependency that cannot be asked, and runs when it is complete", () => {
    const { thread, state, fences, end } = failing(build, ["enableSignaling"])
    const [dependency, done] = fences(2) as [Fence, Fence]
    const scheduler = Scheduler.create(thread)
    const entity = scheduler.entity()
    state.fails.add(1n)
    const { scheduled, finished } = entity.submit({ dependencies: [dependency] })
    for (let i = 0; i < 2; i++) expect(() => scheduler.runNext({ run: () => done })).toThrow(FAILED)
    expect(scheduled.hasSignaled()).toBe(false)
    dependency.signal()
    state.fails.add(2n)
    // The hardware's fence cannot be asked either: the job ends with it all the same, and not before.
    expect(() => scheduler.runNext({ run: () => done })).toThrow(FAILED)
    expect([scheduled.hasSignaled(), finished.hasSignaled()]).toEqual([true, false])
    done.signal()
    expect([finished.hasSignaled(), finished.status()]).toEqual([true, 1])
    end(scheduled, finished, entity, scheduler, dependency, done)
  })

  test("a reservation's fence that cannot be asked is pending, and stays where it is", () => {
    const { thread, state, fences, end } = failing(build, ["pollSignaled"])
    const [fence, other] = fences(2) as [Fence, Fence]
    const reservation = Reservation.create(thread)
    const add = (one: Fence, usage: Usage) =>
      reservation.locked(() => {
        reservation.reserve(1)
        reservation.add(one, usage)
      })
    add(fence, Usage.Write)
    state.fails.add(1n)
    expect(() => reservation.testSignaled(Usage.Read)).toThrow(FAILED)
    state.fails.clear()
    fence.signal()
    other.signal()
    end(reservation, fence, other)
  })

  test("a leaf that cannot be asked is part of what is merged", () => {
    const { thread, state, fences, end } = failing(build, ["pollSignaled"])
    const [fence] = fences(1) as [Fence]
    state.fails.add(1n)
    const { ask, engine, record } = thread
    const draft = engine.createDraft(record)
    const answer = ask.addLeaves(record, draft, fence.address)
    expect(answer).toBe(1)
    expect(() => thread.told(answer)).toThrow(FAILED)
    const merged = engine.mergeDraft(record, draft)
    expect(merged).toBe(fence.address)
    engine.dropRef(record, merged)
    state.fails.clear()
    fence.signal()
    end(fence)
  })

  test("a thread that has not linked the issuer's module completes nothing by asking", () => {
    const { heap, fences, end } = failing(build, ["enableSignaling", "pollSignaled"])
    const [fence] = fences(1) as [Fence]
    const stranger = heap.attach({ name: "stranger" })
    const theirs = stranger.open(fence.share())
    const notLinked = expect.objectContaining({ code: "NOT_LINKED" }) as Error
    expect(() => theirs.addCounter(1)).toThrow(notLinked)
    expect(() => theirs.isSignaled()).toThrow(notLinked)
    expect(() => theirs.waitSync({ timeoutMs: 0 })).toThrow(notLinked)
    expect(fence.hasSignaled()).toBe(false)
    theirs.drop()
    stranger.detach()
    fence.signal()
    end(fence)
  })
})

describe.each(BUILDS)("impatient, $engine $flavour", (build) => {
  /** `AddToCell`. */
  const ADD = 1

  test("who finds a lock busy gives up, and has done nothing; with the lock free it is as the patient form", () => {
    const { heap, thread, timeline, close } = world({ ...build, spins: 10 })
    const fence = timeline.fence()
    const holder = heap.attach({ name: "holder" })
    const { engine: e, record: t } = thread
    const cell = heap.cell(1)
    const node = e.tryAddCallback(t, fence.address, ADD, cell)
    expect(node).toBeGreaterThan(0)
    const inUse = heap.accounts().callbacks.inUse
    holder.engine.lockFence(holder.record, fence.address)
    expect(e.tryAddCallback(t, fence.address, ADD, cell)).toBe(-2)
    expect(e.tryRemoveCallback(t, node)).toBe(-2)
    expect(e.tryFinishWait(t, fence.address)).toBe(0)
    expect(e.tryPrepareWait(t, fence.address)).not.toBe(0)
    holder.engine.unlockFence(holder.record, fence.address)
    expect(heap.accounts().callbacks.inUse).toBe(inUse)
    expect(e.tryFinishWait(t, fence.address)).toBe(1)
    expect(e.tryRemoveCallback(t, node)).toBe(1)
    fence.signal()
    expect(e.tryPrepareWait(t, fence.address)).toBe(0)
    expect(e.tryAddCallback(t, fence.address, ADD, cell)).toBe(0)
    holder.detach()
    fence.drop()
    close()
  })

  test("an array with a busy member is armed by the next who comes", () => {
    const { heap, thread, timeline, close } = world({ ...build, spins: 10 })
    const members = [timeline.fence(), timeline.fence()] as const
    const array = FenceArray.create(thread, members)
    const holder = heap.attach({ name: "holder" })
    const { engine: e, record: t } = thread
    holder.engine.lockFence(holder.record, members[1].address)
    expect(e.tryAddCallback(t, array.address, ADD, heap.cell(1))).toBe(-2)
    expect(e.tryPrepareWait(t, array.address)).not.toBe(0)
    members[0].signal()
    holder.engine.unlockFence(holder.record, members[1].address)
    const node = e.tryAddCallback(t, array.address, ADD, heap.cell(1))
    expect(node).toBeGreaterThan(0)
    members[1].signal()
    expect([array.hasSignaled(), heap.words[heap.cell(1) >> 2]]).toEqual([true, 1])
    expect(e.removeCallback(t, node)).toBe(0)
    holder.detach()
    for (const handle of [array, ...members]) handle.drop()
    close()
  })

  test("waiters of a syncobj", () => {
    const { heap, thread, close } = world({ ...build, spins: 10 })
    const { engine: e, record: t } = thread
    const holder = heap.attach({ name: "holder" })
    const syncobj = e.createSyncobj(t, 0)
    const lock = syncobj + 16
    const node = e.tryAddWaiter(t, syncobj, 0, 0)
    expect(node).toBeGreaterThan(0)
    holder.engine.lock(holder.record, lock)
    expect([e.tryAddWaiter(t, syncobj, 0, 0), e.tryRemoveWaiter(t, node)]).toEqual([-2, -2])
    holder.engine.unlock(holder.record, lock)
    expect(e.tryRemoveWaiter(t, node)).toBe(1)
    e.dropObjectRef(t, syncobj)
    holder.detach()
    close()
  })
})

/** What each must not do, and a scenario that notices. */
const TWINS = [
  {
    id: "N1",
    sentence: "an issuer that fails to be asked has enabled signaling to no avail: complete",
    file: "fence/enable.ts",
    from: "  if (answer == Armed.Complete) signalLocked(thread, fence)\n",
    to: "  if (answer != Armed.Pending) signalLocked(thread, fence)\n",
  },
  {
    id: "N2",
    sentence: "an issuer that fails to say whether the fence is complete has said yes",
    file: "fence/poll.ts",
    from: "  if (askIssuer(thread, fence, Op.PollSignaled, 0, Address.None) <= 0) return 0\n  return",
    to: "  if (askIssuer(thread, fence, Op.PollSignaled, 0, Address.None) == 0) return 0\n  return",
  },
  {
    id: "N3",
    sentence: "what failed once is not asked again",
    file: "fence/enable.ts",
    from: "  else if (answer == Asked.Failed) disableLocked(fence)\n",
    to: "",
  },
  {
    id: "N4",
    sentence: "a member that completed between two goes is counted twice",
    file: "composite/array.ts",
    from: "    if (found != Armed.Complete || peek(node + Callback.code) == Action.Counted) continue\n",
    to: "    if (found != Armed.Complete) continue\n",
    also: [
      {
        file: "composite/array.ts",
        from: "    if (peek(node + Callback.code) == Action.Counted) continue\n    const member",
        to: "    const member",
      },
    ],
  },
] as const

describe("is noticed:", () => {
  test.each(TWINS)("$id: $sentence", async (fault) => {
    const twin = await buildTwin(fault)
    try {
      const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
      const build = { engine: "js", flavour: "checked", substitute: { factory: instantiate } } as const
      expect(() => armInTwoGoes(build)).toThrow()
    } finally {
      twin.remove()
    }
  })

  test("but not the engine as it is", () => armInTwoGoes({ engine: "js", flavour: "checked" }))
})

/** An array whose second member fails at first; its first completes in between. Throws if anything is not as it should be. */
function armInTwoGoes(build: Build): void {
  const { thread, state, fences } = failing(build, ["enableSignaling", "pollSignaled"])
  const members = fences(3)
  const array = FenceArray.create(thread, members)
  state.fails.add(2n)
  expect(() => members[1]!.isSignaled()).toThrow(FAILED)
  expect(members[1]!.hasSignaled()).toBe(false)
  expect(() => array.enableSignaling()).toThrow(FAILED)
  members[0]!.signal()
  state.fails.clear()
  expect(array.enableSignaling()).toBe(true)
  expect(state.asked).toContain("enableSignaling 2")
  expect(state.asked.filter((what) => what === "enableSignaling 2").length).toBe(2)
  for (const member of members.slice(1)) {
    expect(array.hasSignaled()).toBe(false)
    member.signal()
  }
  expect(array.hasSignaled()).toBe(true)
}
