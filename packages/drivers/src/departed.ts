/** Who has gone in the middle: died, and was cleared up after by the heap. What it had of the driver's own is put right here. */
import type { Thread } from "@outlive/core"

/** A thread, as what is not the heap's own knows it: by its record. */
export type Seated = Pick<Thread, "record" | "heap">

/** Whether nobody sits there any more. */
export const isGone = ({ heap }: Seated, record: number): boolean => !heap.threads().some(({ id }) => id === record)
