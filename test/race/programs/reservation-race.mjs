// One thread of the races over reservations: walks over them, changes them, or takes several of them.
import { parentPort, workerData } from "node:worker_threads"
import { AcquireContext, Heap, HeapError, Reservation, Usage, defineModule } from "@outlive/core"
import { doze, random, slowAtomics } from "./slow-atomics.mjs"

const { role, index, seed, control, board, tokens, contextsOf, engineUrl, slow } = workerData
const below = random(seed * 1_000 + index)
const substitute = {
  ...(engineUrl ? { factory: (await import(engineUrl)).instantiate } : {}),
  ...(slow ? { atomics: slowAtomics(below) } : {}),
}
const mock = defineModule({ name: "mock", driverName: "mock" })
const heap = Heap.open(workerData.heap, { substitute })
const thread = heap.attach({ name: `${role}-${index}`, modules: [mock] })
const reservations = tokens.map((token) => Reservation.open(thread, token))
const counts = {}
const violations = []

const count = (what, n = 1) => void (counts[what] = (counts[what] ?? 0) + n)
const running = () => Atomics.load(control, 0) === 0 && violations.length === 0
/** One more operation: whoever watches sees that this thread is not stuck. */
const progress = () => void Atomics.add(control, 1 + index, 1)
const violate = (message) => void violations.push(message)

/** Cells of a writer's fences in a reservation: the newest that was added, the newest that is about to be complete. */
const added = (who, r) => 2 * (who * tokens.length + r)
const completed = (who, r) => added(who, r) + 1
const read = (cell) => thread.engine.readCell(heap.cell(cell))
const write = (cell, value) => thread.engine.writeCell(heap.cell(cell), value)

/**
 * "A walk sees no empty slot (I14), and every fence that was added before it began and is pending after it has ended, or
 * a later one of its context."
 */
function reader() {
  const own = Reservation.create(thread)
  while (running()) {
    const r = below(tokens.length)
    const reservation = reservations[r]
    const before = contextsOf.map((_, who) => read(added(who, r)))
    const seen = contextsOf.map(() => 0)
    const usage = below(3) === 0 ? below(4) : Usage.Bookkeep
    let steps = 0
    for (const step of reservation.fences(usage)) {
      if (step.usage > usage) violate(`A walk up to usage ${usage} came to a fence of usage ${step.usage}`)
      if (steps++ === 0 && !step.isRestarted) violate("The first step of a walk did not say that it begins")
      if (step.isRestarted) {
        seen.fill(0)
        if (steps > 1) count("walk began anew")
      }
      const who = writerOf(step.fence.context)
      if (who < 0) violate(`A walk came to a fence of context ${step.fence.context}, which nobody added`)
      else seen[who] = Math.max(seen[who], Number(step.fence.seqno))
      if (below(8) === 0) doze(0.05)
    }
    count("walk")
    if (usage === Usage.Bookkeep)
      before.forEach((newest, who) => {
        if (read(completed(who, r)) >= newest) return
        count("pending all along")
        if (seen[who] < newest) violate(`A walk missed fence ${newest} of writer ${who}: it saw ${seen[who]}`)
      })
    if (below(4) === 0) own.locked(() => room(() => own.copyFences(reservation)))
    if (below(4) === 0) reservation.testSignaled(usage)
    progress()
  }
  own.drop()
}

function writerOf(context) {
  return contextsOf.findIndex((contexts) => contexts.includes(String(context)))
}

/** A heap that is full is an answer, not a failure. */
function room(body) {
  try {
    body()
    return true
  } catch (error) {
    if (!(error instanceof HeapError) || error.code !== "FULL") throw error
    count("no room")
    return false
  }
}

/** Adds fences to several reservations at a time, replaces them, completes them in order. */
function writer() {
  const contexts = contextsOf[index]
  const timelines = contexts.map((_, r) => thread.load(mock).timeline(`writer-${index}-${r}`))
  const pending = contexts.map(() => [])
  const complete = (r) => {
    const fence = pending[r].shift()
    // First it is said, then done: whoever finds it not said knows that it was pending.
    write(completed(index, r), Number(fence.seqno))
    fence.signal()
    fence.drop()
  }
  while (running()) {
    const context = AcquireContext.begin(thread)
    const chosen = reservations.map((_, r) => r).filter(() => below(2) === 0)
    count("back-off", context.lockAll(chosen.map((r) => reservations[r])))
    for (const r of chosen) {
      if (!room(() => reservations[r].reserve(1 + below(3)))) continue
      const fence = timelines[r].fence()
      // One more; seldom, in the place of all earlier ones: complete slots come to life again by that, and the list grows.
      if (below(50) === 0 && pending[r].length > 0) {
        reservations[r].replace(fence.context, fence, below(4))
        reservations[r].add(fence, Usage.Kernel)
      } else reservations[r].add(fence, below(4))
      write(added(index, r), Number(fence.seqno))
      pending[r].push(fence)
      count("added")
    }
    context.unlockAll()
    context.end()
    for (const r of chosen) while (pending[r].length > below(20)) complete(r)
    progress()
  }
  pending.forEach((fences, r) => {
    while (fences.length > 0) complete(r)
  })
  for (const timeline of timelines) timeline.close()
}

/** "A reservation is one thread's at a time, and whoever takes several in any order gets them in the end." */
function locker() {
  const me = index + 1
  while (running()) {
    const chosen = reservations.map((_, r) => r).filter(() => below(2) === 0)
    for (let i = chosen.length - 1; i > 0; i--) {
      const k = below(i + 1)
      ;[chosen[i], chosen[k]] = [chosen[k], chosen[i]]
    }
    if (below(6) === 0) {
      // One alone, outside any context.
      const r = below(tokens.length)
      reservations[r].locked(() => occupy([r], me))
    } else {
      const context = AcquireContext.begin(thread)
      count("back-off", context.lockAll(chosen.map((r) => reservations[r])))
      occupy(chosen, me)
      context.unlockAll()
      context.end()
    }
    progress()
  }
}

/** Writes plainly what only the holder may write: whose it is, and how often it was held. */
function occupy(chosen, me) {
  for (const r of chosen) {
    if (board[2 * r] !== 0) violate(`Reservation ${r} is thread ${board[2 * r]}'s and thread ${me}'s at once`)
    board[2 * r] = me
  }
  if (below(4) === 0) doze(0.05)
  for (const r of chosen) {
    if (board[2 * r] !== me) violate(`Reservation ${r} was taken from thread ${me} by thread ${board[2 * r]}`)
    board[2 * r] = 0
    board[2 * r + 1]++
  }
  count("held", chosen.length)
}

/** Takes everything, says so, and waits for its end. */
function holder() {
  AcquireContext.begin(thread).lockAll(reservations)
  parentPort.postMessage("held")
  for (;;) doze(10_000)
}

progress()
try {
  ;({ reader, writer, locker, holder })[role]()
  for (const reservation of reservations) reservation.drop()
  thread.detach()
} catch (error) {
  violate(`${role} ${index}: ${error.code ?? error.name}: ${error.message}`)
}
parentPort.postMessage({ role, counts, violations })
