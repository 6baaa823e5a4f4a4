/** A `SoftTimeline`, as a shared object (layout/object.ts). All but `timeline` is guarded by the timeline's own lock. */
export const enum SoftTimeline {
  /** Record of the Timeline pool: what its points are issued on, and their names. */
  timeline = 20,
  /** Points up to here are complete. */
  value = 24,
  /** Pending points by seqno, chained by `SoftPoint.next`, without references: see `composite/soft-timeline.ts`. */
  first = 28,
  last = 32,
  /** 1 once it was closed: no more points. */
  closed = 36,
}

/** What a point has in its fence's record. */
export const enum SoftPoint {
  /** `Fence.user`. UNLINKED outside the list: it is complete, or was never on it. */
  next = 52,
  /** The earliest that anybody asked for, when `Flag.HasDeadline` is set. Words that nothing else needs while a fence lives. */
  deadlineLo = 56,
  deadlineHi = 60,
}
