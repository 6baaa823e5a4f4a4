/**
 * Schedulers, entities and jobs, as shared objects (layout/object.ts).
 *
 * A scheduler's lock guards its own words, the queues of the entities that are with it, and their jobs. An entity's lock
 * guards which scheduler it is with. It is taken first.
 */
export const enum Scheduler {
  /** Record of the Timeline pool: the name of all its fences' timelines. */
  timeline = 20,
  /** Record of the thread that runs its jobs, or NONE; rung when there may be something to do. */
  hardware = 24,
  creditLimit = 28,
  creditsUsed = 32,
  /** Entities with jobs, chained by `Entity.next`, each with a reference. */
  firstEntity = 36,
  /** Jobs that the hardware has or was offered, oldest first, chained by `Job.next`. */
  firstRunning = 40,
  lastRunning = 44,
  /** Jobs queued and running: of several schedulers the least loaded is chosen by it. */
  load = 48,
  /** Numbers the jobs in order of submission. */
  order = 52,
  timeoutMs = 56,
  closed = 60,
}

export const enum Entity {
  /** Where its jobs go, with a reference; may change while it has none. Guarded by the entity's lock. */
  scheduler = 20,
  /** A `Slots` record with the schedulers to choose from, each with a reference. */
  choices = 24,
  /** 0 is served first. */
  priority = 28,
  /** Next entity of the scheduler, while it has jobs. */
  next = 32,
  /** 1 while it is on the scheduler's list. */
  listed = 36,
  firstJob = 40,
  lastJob = 44,
  /** Context of its scheduled fences; that of its finished ones is the next. */
  contextLo = 48,
  contextHi = 52,
  finishedContextLo = 56,
  finishedContextHi = 60,
  seqno = 64,
  /** 1 once it was closed: its jobs end without being run. */
  killed = 68,
  /** Finished fence of the last job that left the queue, with a reference: its successors do not end before it. */
  lastFinished = 72,
}

export const enum Job {
  scheduler = 20,
  /** With a reference. */
  entity = 24,
  /** Next of the entity's queue, then of the running ones. */
  next = 28,
  /** With references. */
  scheduled = 32,
  finished = 36,
  credits = 40,
  /** Callback records, each with a reference on its fence, chained by `Callback.sibling`. */
  firstDependency = 44,
  order = 48,
  /** A word for whoever submits and runs it. */
  data = 52,
  /** When the hardware got it: nanoseconds since 1970. */
  startedLo = 56,
  startedHi = 60,
  state = 64,
  /** Token of the thread that is starting or ending it, or 0: if that dies, whoever reclaims it ends the job. */
  holder = 68,
}

export const enum JobState {
  Queued = 1,
  /** Taken off the queue; the hardware has not accepted it yet. */
  Starting = 2,
  Running = 3,
  /** Somebody ends it. */
  Ending = 4,
  /** Its record is on its way back. */
  Gone = 5,
}

/** What a finished fence has beyond its record: a body (layout/body.ts), whose callback is hung on the parent. */
export const enum FinishedBody {
  /** The hardware's fence, with a reference; NONE until the job runs. Written once. */
  parent = 8,
  /** The scheduled fence of the same job, with a reference. */
  scheduled = 12,
  deadlineLo = 16,
  deadlineHi = 20,
  /** The job, until it has ended. */
  job = 24,
  /** As `Job.data`. */
  data = 28,
}
