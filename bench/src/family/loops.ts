/** What is timed for each curve: one pass at one size, with what must be set up and taken down around it. */
import { Worker } from "node:worker_threads"
import { Reservation, Scheduler, Syncobj, Usage } from "@outlive/core"
import { type Fence, FenceArray, FenceChain, type Heap, type Thread, type Timeline, merge, unwrap } from "@outlive/core"

/** One operation at one size. */
export interface Pass {
  /** Before each pass; not timed. */
  prepare(): void
  run(): void
  /** After each pass; not timed. */
  cleanUp(): void
}

/** Where the passes happen. */
export interface Place {
  readonly heap: Heap
  readonly thread: Thread
  /** Of ten contexts. */
  readonly timelines: readonly Timeline[]
}

const CONTEXTS = 10
const nothing = () => {}

function issue({ timelines }: Place, n: number): Fence[] {
  return Array.from({ length: n }, (_, i) => timelines[i % CONTEXTS]!.fence())
}

function dispose(fences: Fence[]): void {
  for (const fence of fences.splice(0)) {
    if (!fence.isContainer) fence.signal()
    fence.drop()
  }
}

/** A chain over n new fences. */
function buildChain(place: Place, n: number): { tail: FenceChain; fences: Fence[] } {
  const fences = issue(place, n)
  let tail: FenceChain | undefined
  fences.forEach((fence, i) => {
    const previous = tail
    tail = FenceChain.create(place.thread, { previous, fence, seqno: BigInt(i + 1) })
    previous?.drop()
  })
  return { tail: tail!, fences }
}

/** A pass over one chain that stays as it is. */
function overChain(
  place: Place,
  n: number,
  run: (tail: FenceChain) => void,
  prepare: (fences: Fence[], tail: FenceChain) => void = nothing,
): Pass {
  const { tail, fences } = buildChain(place, n)
  prepare(fences, tail)
  return { prepare: nothing, run: () => run(tail), cleanUp: nothing }
}

const PASSES: Readonly<Record<string, (place: Place, n: number) => Pass>> = {
  arrayLife(place, n) {
    let parts: Fence[] = []
    let array: FenceArray | undefined
    return {
      prepare: () => (parts = issue(place, n)),
      run() {
        array = FenceArray.create(place.thread, parts)
        array.enableSignaling()
        for (const part of parts) part.signal()
        if (!array.hasSignaled()) throw new Error("All members are complete, and the array is not")
      },
      cleanUp() {
        array?.drop()
        dispose(parts)
      },
    }
  },
  mergeOfArrays(place, n) {
    const arrays = Array.from({ length: n / CONTEXTS }, () => {
      const parts = issue(place, CONTEXTS)
      const array = FenceArray.create(place.thread, parts)
      for (const part of parts) part.drop()
      return array
    })
    return merging(place, arrays)
  },
  mergeDuplicates: (place, n) => merging(place, issue(place, n)),
  chainWalk: (place, n) =>
    overChain(place, n, (tail) => {
      let links = 0
      for (const leaf of unwrap(tail)) {
        links++
        leaf.drop()
      }
      if (links !== n) throw new Error(`Walked over ${links} of ${n} links`)
    }),
  chainRelease(place, n) {
    let fences: Fence[] = []
    return {
      prepare: nothing,
      run() {
        const chain = buildChain(place, n)
        fences = chain.fences
        chain.tail.drop()
      },
      cleanUp: () => dispose(fences),
    }
  },
  findPending: (place, n) => overChain(place, n, (tail) => void tail.findSeqno(BigInt(n / 2))?.drop()),
  findCollected: (place, n) =>
    overChain(
      place,
      n,
      (tail) => void tail.findSeqno(1n)?.drop(),
      (fences, tail) => {
        for (const fence of fences.slice(0, -1)) fence.signal()
        tail.findSeqno(1n)?.drop()
      },
    ),
  reservationWalk: (place, n) => walking(place, n, false),
  reservationWalkWriters: (place, n) => walking(place, n, true),
  syncobjWait({ thread }, n) {
    const points = Array.from({ length: n }, () => ({ syncobj: Syncobj.create(thread, { signaled: true }) }))
    return {
      prepare: nothing,
      run: () => void Syncobj.waitSync(points, { all: true }),
      cleanUp: nothing,
    }
  },
  schedulerJobs1: (place, n) => scheduling(place, n, 1),
  schedulerJobs4: (place, n) => scheduling(place, n, 4),
}

/** Jobs through a scheduler whose hardware is done at once. */
function scheduling(place: Place, n: number, entities: number): Pass {
  const { thread } = place
  const scheduler = Scheduler.create(thread, { credits: 64 })
  const queues = Array.from({ length: entities }, () => scheduler.entity())
  const hardware = { run: () => undefined }
  return {
    prepare: nothing,
    run() {
      for (let i = 0; i < n; i++) queues[i % entities]!.submit().drop()
      let ran = 0
      while (scheduler.runNext(hardware)) ran++
      if (ran !== n) throw new Error(`${ran} of ${n} jobs ran`)
    },
    cleanUp: nothing,
  }
}

/** A walk over the fences of a reservation; with a writer, another thread replaces fences all the while. */
function walking(place: Place, n: number, hasWriter: boolean): Pass {
  const { heap, thread } = place
  const reservation = Reservation.create(thread)
  // Each on a context of its own: of one context a later fence replaces the earlier.
  const { module } = place.timelines[0]!
  const fences = Array.from({ length: n }, (_, i) => {
    using timeline = module.timeline(`reserved ${i}`)
    return timeline.fence()
  })
  reservation.locked(() => {
    reservation.reserve(n)
    for (const [i, fence] of fences.entries()) reservation.add(fence, i % 2 ? Usage.Write : Usage.Read)
  })
  const control = new Int32Array(new SharedArrayBuffer(4))
  if (hasWriter) {
    const worker = new Worker(new URL("./writer.js", import.meta.url), {
      workerData: { heap: heap.share(), reservation: reservation.share(), control },
    })
    worker.unref()
    while (Atomics.load(control, 0) === 0) Atomics.wait(control, 0, 0, 10)
  }
  return {
    prepare: nothing,
    run() {
      let seen = 0
      for (const { fence } of reservation.fences(Usage.Bookkeep)) {
        seen++
        fence.drop()
      }
      if (seen < n) throw new Error(`A walk saw ${seen} of ${n} fences`)
    },
    cleanUp: nothing,
  }
}

function merging({ thread }: Place, inputs: readonly Fence[]): Pass {
  let merged: Fence | undefined
  return {
    prepare: nothing,
    run: () => (merged = merge(thread, inputs)),
    cleanUp: () => merged?.drop(),
  }
}

/** @throws Error for a name that no curve has */
export function makePass(name: string, place: Place, n: number): Pass {
  const make = PASSES[name]
  if (!make) throw new Error(`There is no curve "${name}"`)
  return make(place, n)
}
