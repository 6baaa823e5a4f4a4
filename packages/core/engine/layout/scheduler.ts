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
  /** 1 between `stopScheduler` and `startScheduler`: nothing is offered to the hardware, and nothing is past its time. */
  stopped = 64,
  /** Token of the thread whose hardware is being offered a job, or 0: one at a time. It has a reference on the scheduler. */
  server = 68,
  /** A `Policy`; does not change. */
  policy = 72,
  /** Policy FAIR: the virtual time of the entity that was served last; never goes back. */
  virtualTime = 76,
  /** For how many hangs a job may be to blame. */
  hangLimit = 80,
  /** 1 when there may be jobs whose end was broken off by an oops (claim.ts). */
  left = 84,
  /** 1 if a finished fence holds the hardware's to the last put, and not only to its own end; does not change. */
  keepsParent = 88,
}

/** Of the entities with a job that may run, whose turn it is. */
export const enum Policy {
  /** The most urgent one's; of these, the one's that has waited longest. The others may starve. */
  Strict = 0,
  /** The one's that has had the least of the hardware's time, weighed by priority (fair.ts). */
  Fair = 1,
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
  /** A `Killed`. Once it is not 0, the entity's jobs end without being run. */
  killed = 68,
  /** Finished fence of the last job that left the queue, with a reference: its successors do not end before it. */
  lastFinished = 72,
  /** Policy FAIR: how much it has had, in the scheduler's virtual time; while it is not listed, how far it is ahead of that. */
  virtualTime = 76,
}

export const enum Killed {
  No = 0,
  /** Its jobs end with ESRCH. */
  Closed = 1,
  /** A job of its was to blame for too many hangs: they end with ECANCELED. */
  Guilty = 2,
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
  /** `Dependency` records, each with a reference on its fence. */
  firstDependency = 44,
  order = 48,
  /** A word for whoever submits and runs it. */
  data = 52,
  /** Since when it is the oldest that the hardware has, in nanoseconds since 1970: its time counts from there. 0: not yet. */
  sinceLo = 56,
  sinceHi = 60,
  state = 64,
  /** Token of the thread that is asking about its dependencies, starting it or ending it, or 0: if that dies, whoever reclaims it goes on. */
  holder = 68,
  /** A `Readiness`, while it is queued. */
  readiness = 72,
  /** For how many hangs it was to blame. */
  guilt = 76,
  /** When the hardware accepted it. */
  begunLo = 80,
  begunHi = 84,
  /** How deep in issuers' functions its holder was when it took it in hand (claim.ts). */
  depth = 88,
  /** With which error it ends, while it is ENDING. */
  error = 92,
}

/**
 * Whether a queued job has what it waits for; changed under the scheduler's lock only. The job is asked about without
 * the lock, by one thread at a time: issuers' functions run meanwhile.
 *
 *   UNASKED ──claim──▶ ASKING ──nothing is pending──▶ READY
 *      ▲                 │
 *      │                 └──something is: its callback hangs there──▶ WAITING ──its issuer failed──▶ REFUSED ──▶ RETRY ─┐
 *      │                                                                 │  ◀────────────────claim────────────────────┘
 *      └───────────────────────────────the callback has run──────────────┘
 */
export const enum Readiness {
  Unasked = 0,
  Asking = 1,
  Waiting = 2,
  /** As WAITING, and whoever serves the scheduler next asks the issuer again. */
  Refused = 3,
  Retry = 4,
  Ready = 5,
}

/** What a job waits for: words of a callback record that never hangs anywhere. */
export const enum Dependency {
  /** With a reference. */
  fence = 12,
  next = 24,
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
  /** The hardware had it when its scheduler was stopped: it will be offered again. */
  Stopped = 6,
}

/**
 * What a finished fence has beyond its record: a body (layout/body.ts), whose callback hangs on what the job waits for:
 * on a dependency while it is queued, on the hardware's fence afterwards. While it hangs it has a reference on its fence.
 */
export const enum FinishedBody {
  /** The hardware's fence, with a reference; NONE until the job runs. */
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
