// One thread of a race over a reader–writer lock: mostly reads two words, now and then adds to both.
import { cellIn } from "./bare-memory.mjs"
import { engine, pause, play, random, record, words } from "./bare-racer.mjs"
import { PAIR } from "./rw-pair.mjs"

const WRITE_ONE_IN = 3
const MOST_SEEN = 10
const lock = cellIn(words, 0)
const pair = PAIR.map((index) => cellIn(words, index) >> 2)
const seen = []
let writes = 0

function readBoth() {
  const one = Atomics.load(words, pair[0])
  pause()
  return [one, Atomics.load(words, pair[1])]
}

/** Under the lock; or until nothing was written meanwhile. */
function reading() {
  if (engine.acquireRead) {
    engine.acquireRead(record, lock)
    const both = readBoth()
    engine.releaseRead(record, lock)
    return both
  }
  for (;;) {
    const version = engine.beginRead(record, lock)
    const both = readBoth()
    if (engine.retryRead(record, lock, version) === 0) return both
  }
}

function write() {
  engine.acquireWrite(record, lock)
  for (const at of pair) {
    const before = words[at]
    pause()
    Atomics.store(words, at, before + 1)
  }
  engine.releaseWrite(record, lock)
  writes++
}

play(
  () => {
    if (random.oneIn(WRITE_ONE_IN)) write()
    else {
      const [one, two] = reading()
      if (one !== two && seen.length < MOST_SEEN) seen.push(`A reader found ${one} and ${two}: a writer was half done`)
    }
    pause()
  },
  () => ({ seen, writes }),
)
