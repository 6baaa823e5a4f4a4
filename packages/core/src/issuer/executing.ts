/** Code of a module that runs in no read section, and whose module nobody holds meanwhile: an interrupt's, a thread's of its own. */
import { type Synchronous, overBy, synchronous } from "../entrance/functions.js"
import { withCleanup } from "../errors.js"
import type { Seat } from "../seat/seat.js"

/** Runs a body as code of the text at a tagged address, which is the module's at this one. @throws as `Module.execute` */
export function execute<T>(seat: Seat, text: number, module: number, body: Synchronous<T>): T {
  synchronous("the code of a module", body)
  const { engine, record } = seat
  const before = engine.enterText(record, text, module)
  return withCleanup(
    () => overBy("the code of a module", body()),
    () => {
      if (seat.isAttached) engine.leaveText(record, before, module)
    },
  )
}
