/** A list of fences that becomes one fence, or is taken apart again. */
import type { Answer } from "../host/asking.js"
import { throwAfter } from "../errors.js"
import { type Seat, dropFence } from "../seat/seat.js"

/** Runs something on a draft that it uses up; what it throws, or a heap that is full, takes the draft apart. @throws HeapError FULL */
export function withDraft(thread: Seat, body: (draft: number) => Answer): number {
  const { ask, engine, record, heap } = thread
  const draft = engine.createDraft(record) || thread.make("containers", () => engine.createDraft(record))
  const discard = () => void thread.told(ask.discardDraft(record, draft))
  let address = 0
  try {
    const answer = body(draft)
    // From here on the draft is used up, unless there was no fence for it.
    address = answer as unknown as number
    thread.told(answer, dropFence)
  } catch (error) {
    if (address === 0) throwAfter(error, discard)
    throw error
  }
  if (address !== 0) return address
  discard()
  throw heap.fullError("fences")
}
