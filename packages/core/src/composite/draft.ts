/** A list of fences that becomes one fence, or is taken apart again. */
import type { Answer } from "../host/asking.js"
import { withCleanup } from "../errors.js"
import type { Seat } from "../seat/seat.js"

/** Runs something on a draft that it uses up; what it throws, or a heap that is full, takes the draft apart. @throws HeapError FULL */
export function withDraft(thread: Seat, body: (draft: number) => Answer): number {
  const { ask, engine, record, heap } = thread
  const draft = thread.make("containers", () => engine.createDraft(record))
  let address = 0
  withCleanup(
    () => {
      const answer = body(draft)
      // From here on the draft is used up, unless there was no fence for it.
      address = answer as unknown as number
      thread.told(answer, (fence) => thread.dropFence(fence))
    },
    () => void (address === 0 && thread.told(ask.discardDraft(record, draft))),
  )
  if (address === 0) throw heap.fullError("fences")
  return address
}
