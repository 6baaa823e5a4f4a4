/** A worker that does one stage of all photos from a given one on: waits for the stage before, works, signals. */
import { FenceError, Heap } from "@outlive/core/worker"
import { Event } from "@outlive/sync"
import { SIZE, STAGES, lab, pixelsOf } from "./photos.js"
import { firstMessage, leave, sayReady } from "./platform.js"

const CANCELED = -125
const { heap, name, stage, first, tokens, memory, pauseMs } = await firstMessage()
const thread = Heap.open(heap).attach({ name, modules: [lab] })
sayReady()
const running = Event.open(thread, tokens.running)

/** 0, or the error with which the stage before has ended. */
function waitFor(token) {
  const fence = thread.open(token)
  try {
    fence.waitSync()
    return 0
  } catch (error) {
    if (!(error instanceof FenceError) || error.errno === undefined) throw error
    return error.errno
  } finally {
    fence.drop()
  }
}

/** 0, or CANCELED. */
function work(photo) {
  const canceled = thread.open(tokens.canceled[photo])
  try {
    for (let row = 0; row < SIZE; row++) {
      Atomics.store(memory.progress, stage, photo * SIZE + row)
      running.waitSync()
      if (canceled.hasSignaled()) return CANCELED
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs) // so that people see it
      STAGES[stage].row(pixelsOf(memory, photo), row, photo)
    }
    return 0
  } finally {
    canceled.drop()
  }
}

for (let photo = first; photo < tokens.canceled.length; photo++) {
  const done = thread.open(tokens.done[stage][photo])
  const error = (stage > 0 && waitFor(tokens.done[stage - 1][photo])) || work(photo)
  done.signal(error === 0 ? undefined : { error })
  done.drop()
}
running.drop()
await thread.detachAsync()
leave()
