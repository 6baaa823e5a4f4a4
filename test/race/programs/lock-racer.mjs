// One thread of a race over a lock: takes now one of two, now both at once, and gives them back in the order in which it took them.
import { guardedCells } from "./bare-memory.mjs"
import { engine, pause, play, random, record, words } from "./bare-racer.mjs"

const BOTH_ONE_IN = 4
const guarded = guardedCells(words)
const additions = guarded.map(() => 0)
/** A lock that is in this build beside the engine's own, or that one. */
const { acquire, release } = engine.acquire ? engine : { acquire: engine.lock, release: engine.unlock }

/** A load and a store: two that are inside at once lose one of their additions. */
function add(i) {
  const at = guarded[i].counter >> 2
  const before = words[at]
  pause()
  words[at] = before + 1
  additions[i]++
}

function round() {
  const both = random.oneIn(BOTH_ONE_IN)
  const chosen = both ? guarded.map((_, i) => i) : [random.below(guarded.length)]
  for (const i of chosen) acquire(record, guarded[i].lock)
  for (const i of chosen) add(i)
  for (const i of chosen) release(record, guarded[i].lock)
  pause()
}

play(round, () => ({ additions }))
