/** Who has gone in the middle: died, and was cleared up after by the heap. What it had of the driver's own is put right here. */
import type { Thread } from "@outlive/core"

/** A thread, as what is not the heap's own knows it: by its record. */
export type Seated = Pick<Thread, "record" | "heap">

/**
 * A place in plain memory that somebody fills says who: his record stands in it meanwhile, where there are numbers of states else. Of one
 * who died at it others can tell, and finish what he had begun, or take the place back.
 */
export const isLeft = (thread: Seated, state: number): boolean => isRecord(state) && isGone(thread, state)
const isRecord = (state: number) => state >= LEAST_RECORD
/** Records lie behind the heap's head. */
const LEAST_RECORD = 1_024

/** Whether nobody sits there any more. */
export const isGone = ({ heap }: Seated, record: number): boolean => !heap.threads().some(({ id }) => id === record)
