// One thread of a race over fences without a lock, a fence for each round: all add callbacks and remove some, and two signal.
import { layout } from "@outlive/core/engine-js"
import { cellIn } from "./bare-memory.mjs"
import { engine, index, meet, play, random, record, words } from "./bare-racer.mjs"

const { Action, Callback, Kind } = layout
const SIGNALERS = 2
/** What a thread does with each fence. */
const STEPS = 8
const MOST_SEEN = 10
const fenceCell = cellIn(words, 0)
/** How many won the signal of this round's fence. */
const winsCell = cellIn(words, 1)
const mine = cellIn(words, 2 + index)
const seen = []

function expect(holds, message) {
  if (!holds && seen.length < MOST_SEEN) seen.push(message)
}

/** Whoever added them: those that hang, or have run, and how many others are known to have run. */
let nodes = []
let others = 0

function addOne(fence) {
  const node = engine.addFree(record, fence, Action.AddToCell, mine)
  if (node > 0) nodes.push(node)
}

/** Any of them: it will not run, or it has by now. */
function removeOne() {
  const [node] = nodes.splice(random.below(nodes.length), 1)
  if (engine.removeFree(record, node) === 1) return
  others++
  const ran = Atomics.load(words, mine >> 2)
  expect(ran >= others, `${others} are said to have run, and ${ran} have`)
}

function round() {
  if (index === 0) {
    words[fenceCell >> 2] = engine.createFree(record)
    words[winsCell >> 2] = 0
  }
  words[mine >> 2] = 0
  nodes = []
  others = 0
  meet()
  const fence = words[fenceCell >> 2]
  const signalAt = index < SIGNALERS ? random.below(STEPS) : -1
  for (let step = 0; step < STEPS; step++) {
    if (step === signalAt) Atomics.add(words, winsCell >> 2, engine.signalFree(record, fence))
    else if (nodes.length > 0 && random.oneIn(2)) removeOne()
    else addOne(fence)
  }
  meet()
  expect(engine.hasSignaledFree(fence) === 1, "It was signaled, and is not complete")
  expect(words[winsCell >> 2] === 1, `${words[winsCell >> 2]} threads won the signal`)
  const ran = words[mine >> 2]
  expect(ran === nodes.length + others, `${ran} callbacks ran, and not ${nodes.length + others}`)
  const before = nodes.map((node) => words[(node + Callback.before) >> 2])
  expect(
    before.every((count, i) => i === 0 || count > before[i - 1]),
    "They ran in another order than they were added in",
  )
  for (const node of nodes) expect(engine.removeFree(record, node) === 0, "It has run, and could be removed")
  meet()
  if (index === 0) engine.destroyFree(record, fence)
}

play(round, () => {
  meet()
  // What a depot could not take at once.
  engine.barrier(record)
  return { seen, freeCallbacks: engine.countFree(Kind.Callback) }
})
