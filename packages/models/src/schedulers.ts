/** Schedulers: of what meets at a job (push, close, move, run, drop, stop, its dependency's end) nothing is lost. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Entity, Fence, FinishedBody, Job, Kind, Thread } = layout
const SCHEDULER = 0
const ENTITY = 1
const JOB = 2
const FINISHED = 3
const DEPENDENCY = 4
const OTHER = 5
const RUNNING = 6
/** What its issuer calls complete. */
const READY = 7

const ESRCH = -3
const FOREVER = 0x7fffffff
/** Sizes for one scheduler with one job, and what it depends on. */
const SMALL = { threads: 2, fences: 4, callbacks: 2, containers: 1, modules: 3, lists: 1, objects: 3 }

const at = (arena: Arena, cell: number) => arena.engine.readCell(arena.cell(cell))
const put = (arena: Arena, cell: number, address: number) => arena.engine.writeCell(arena.cell(cell), address)
const held = (arena: Arena, cell: number) => arena.word(arena.cell(cell))

function newScheduler(arena: Arena, cell = SCHEDULER, keepsParent = false): number {
  const scheduler = arena.engine.createScheduler(arena.threads[0]!, 8, FOREVER, 0, 0, keepsParent ? 1 : 0, 0)
  put(arena, cell, scheduler)
  return scheduler
}

/** A scheduler, an entity, and a job that has not been pushed; FINISHED with a reference. */
function newJob(arena: Arena, keepsParent = false): void {
  const { engine, threads } = arena
  put(arena, ENTITY, engine.createEntity(threads[0]!, newScheduler(arena, SCHEDULER, keepsParent), 0))
  const job = engine.createJob(threads[0]!, held(arena, ENTITY), 1, 0, 0)
  put(arena, JOB, job)
  put(arena, FINISHED, engine.finishedFence(job))
}

/** The same with a dependency, and pushed. */
function waitingJob(arena: Arena): void {
  const { engine, threads } = arena
  newJob(arena)
  put(arena, DEPENDENCY, arena.fence())
  must(engine.addDependency(threads[0]!, held(arena, JOB), held(arena, DEPENDENCY)) === 1, "The heap is full")
  must(engine.pushJob(threads[0]!, held(arena, JOB)) === 1, "The job was refused")
}

function push(arena: Arena, record: number): string {
  if (arena.engine.pushJob(record, at(arena, JOB)) === 1) return "queued"
  arena.engine.discardJob(record, at(arena, JOB))
  return "refused"
}

const close = (arena: Arena, record: number) => arena.engine.closeScheduler(record, at(arena, SCHEDULER))
const kill = (arena: Arena, record: number) => arena.engine.killEntity(record, at(arena, ENTITY))

/** Takes the next job and is done with it at once: 1, or 0 when there was none. */
function runOne(arena: Arena, record: number, cell = SCHEDULER): number {
  const { engine } = arena
  const finished = engine.takeJob(record, at(arena, cell))
  if (finished === 0) return 0
  engine.startJob(record, at(arena, cell), finished, 0, 0)
  return 1
}

const hasEnded = (arena: Arena) => arena.hasSignaled(held(arena, FINISHED))
const errorOf = (arena: Arena) => arena.word(held(arena, FINISHED) + Fence.error)

/** Everything comes back once the cells have given up what they hold. */
function nothingLost(arena: Arena, objects: readonly number[], fences: readonly number[]): void {
  const { engine, threads } = arena
  const record = threads[0]!
  for (const cell of fences) engine.dropRef(record, held(arena, cell))
  for (const cell of objects) engine.dropObjectRef(record, held(arena, cell))
  engine.barrier(record)
  const left = [Kind.Object, Kind.Fence, Kind.Callback, Kind.Body].map((kind) => engine.countInUse(kind))
  must(
    left.every((n) => n === 0),
    `${left.join(", ")} objects, fences, callbacks, bodies are left`,
  )
}

export const SCHEDULERS: readonly EngineModel[] = [
  ...(["close", "kill"] as const).map((how) =>
    engineModel({
      name: `push-${how}`,
      claim: "A job that is pushed beside a close is refused, or ends: none waits for ever.",
      invariants: ["S4", "S2"],
      search: "preemption-bounded",
      arena: SMALL,
      prepare: newJob,
      threads: [push, how === "close" ? close : kill],
      outcome: (_, [pushed]) => String(pushed),
      check(arena, [pushed]) {
        must(pushed === "refused" || hasEnded(arena), "A job is queued that nobody will run or end")
        nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED])
      },
    }),
  ),
  engineModel({
    name: "push-move",
    claim: "Jobs of one entity are with one scheduler, wherever it is sent meanwhile.",
    invariants: ["S5"],
    search: "preemption-bounded",
    arena: { ...SMALL, fences: 6, containers: 2, modules: 4, objects: 5 },
    prepare(arena) {
      const { engine, threads } = arena
      newJob(arena)
      newScheduler(arena, OTHER)
      // A second job, for the other scheduler.
      engine.withdrawSchedulers(threads[0]!, held(arena, ENTITY))
      engine.offerScheduler(threads[0]!, held(arena, ENTITY), held(arena, OTHER))
      put(arena, DEPENDENCY, engine.createJob(threads[0]!, held(arena, ENTITY), 1, 0, 0))
    },
    threads: [push, pushOther],
    outcome: (_, results) => results.join(", "),
    check(arena, results) {
      const { threads } = arena
      must(results.includes("queued"), "Both were refused, and nobody had closed anything")
      const entity = held(arena, ENTITY)
      const queue: number[] = []
      for (let job = arena.word(entity + Entity.firstJob); job !== 0; job = arena.word(job + Job.next)) queue.push(job)
      must(queue.length === results.filter((result) => result === "queued").length, "A job was lost")
      for (const job of queue)
        must(
          arena.word(job + Job.scheduler) === arena.word(entity + Entity.scheduler),
          "Its jobs are with two schedulers",
        )
      for (const cell of [SCHEDULER, OTHER]) while (runOne(arena, threads[0]!, cell) === 1);
      nothingLost(arena, [ENTITY, SCHEDULER, OTHER], [FINISHED])
    },
  }),
  engineModel({
    name: "run-drop",
    claim: "A job runs, whoever drops its fences and its entity meanwhile, and all of it comes back.",
    invariants: ["S1", "I9"],
    search: "preemption-bounded",
    arena: SMALL,
    prepare(arena) {
      newJob(arena)
      must(push(arena, arena.threads[0]!) === "queued", "The job was refused")
    },
    threads: [
      runOne,
      (arena, record) => {
        arena.engine.dropRef(record, at(arena, FINISHED))
        arena.engine.dropObjectRef(record, at(arena, ENTITY))
      },
    ],
    check(arena, [ran]) {
      must(ran === 1, "The job was not there to be run")
      nothingLost(arena, [SCHEDULER], [])
    },
  }),
  engineModel({
    name: "end-end",
    claim: "Of the hardware and a time-out that come to end a job, one does.",
    invariants: ["S1"],
    search: "preemption-bounded",
    arena: SMALL,
    prepare(arena) {
      const { engine, threads } = arena
      newJob(arena)
      put(arena, DEPENDENCY, arena.fence())
      must(push(arena, threads[0]!) === "queued", "The job was refused")
      const finished = engine.takeJob(threads[0]!, held(arena, SCHEDULER))
      engine.startJob(threads[0]!, held(arena, SCHEDULER), finished, held(arena, DEPENDENCY), 0)
    },
    threads: [
      (arena, record) => arena.engine.signal(record, at(arena, DEPENDENCY)),
      (arena, record) => arena.engine.endJob(record, at(arena, FINISHED), -110),
    ],
    outcome: (_, [, ended]) => (ended === 1 ? "in time" : "too late"),
    check(arena, [, ended]) {
      must(hasEnded(arena), "The job has not ended")
      must((errorOf(arena) !== 0) === (ended === 1), "It ended otherwise than was said")
      const body = arena.word(held(arena, FINISHED) + Fence.user)
      must(arena.word(body + FinishedBody.parent) === 0, "The job is over, and its fence leads to the hardware's")
      nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED, DEPENDENCY])
    },
  }),
  ...([false, true] as const).map((keepsParent) =>
    engineModel({
      name: keepsParent ? "offer-end-kept" : "offer-end",
      claim: "A job that is ended while it is offered leaves nothing that listens to its hardware.",
      invariants: ["S1", "I9"],
      search: "preemption-bounded",
      mostPreemptions: 2,
      arena: SMALL,
      prepare(arena) {
        const { engine, threads } = arena
        newJob(arena, keepsParent)
        put(arena, DEPENDENCY, arena.fence())
        must(push(arena, threads[0]!) === "queued", "The job was refused")
        put(arena, RUNNING, engine.takeJob(threads[0]!, held(arena, SCHEDULER)))
      },
      threads: [
        (arena, record) =>
          arena.engine.startJob(record, at(arena, SCHEDULER), at(arena, RUNNING), at(arena, DEPENDENCY), 0),
        (arena, record) => arena.engine.endJob(record, at(arena, FINISHED), -110),
      ],
      check(arena, [, ended]) {
        must(ended === 1 && hasEnded(arena) && errorOf(arena) === -110, "The job has not ended in time")
        const body = arena.word(held(arena, FINISHED) + Fence.user)
        must(arena.hasSignaled(arena.word(body + FinishedBody.scheduled)), "The job is over, and not called scheduled")
        must(
          keepsParent || arena.word(body + FinishedBody.parent) === 0,
          "The job is over, and its fence leads to the hardware's",
        )
        // The hardware never completes it.
        nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED, DEPENDENCY])
      },
    }),
  ),
  engineModel({
    name: "kill-dependency",
    claim: "A job killed with its entity ends after what it depends on, and does end.",
    invariants: ["S2", "S6"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: SMALL,
    prepare: waitingJob,
    threads: [
      kill,
      (arena, record) => {
        must(arena.engine.hasSignaled(at(arena, FINISHED)) === 0, "The job has ended before what it depends on")
        arena.engine.signal(record, at(arena, DEPENDENCY))
      },
    ],
    check(arena) {
      must(hasEnded(arena) && errorOf(arena) === ESRCH, "The job has not ended with ESRCH")
      nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED, DEPENDENCY])
    },
  }),
  engineModel({
    name: "take-dependency",
    claim: "Whoever serves a scheduler and finds nothing to run is rung when there is something.",
    invariants: ["S3"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: SMALL,
    prepare: waitingJob,
    threads: [
      (arena, record) => {
        const { engine } = arena
        engine.attendScheduler(record, at(arena, SCHEDULER))
        for (;;) {
          const value = engine.listen(record)
          if (runOne(arena, record) === 1) return
          Atomics.wait(arena.words, (record + Thread.doorbell) >> 2, value)
        }
      },
      (arena, record) => arena.engine.signal(record, at(arena, DEPENDENCY)),
    ],
    check(arena) {
      must(hasEnded(arena) && errorOf(arena) === 0, "The job has not run")
      nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED, DEPENDENCY])
    },
  }),
  engineModel({
    name: "ask-ask",
    claim: "Of two who serve one scheduler, one asks about a job at a time, and no answer is lost.",
    invariants: ["S3"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...SMALL, threads: 3 },
    prepare: waitingJob,
    threads: [offerOne, offerOne, (arena, record) => arena.engine.signal(record, at(arena, DEPENDENCY))],
    symmetric: [[0, 1]],
    check(arena) {
      while (runOne(arena, arena.threads[0]!) === 1);
      must(hasEnded(arena), "The job has not run")
      nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED, DEPENDENCY])
    },
  }),
  engineModel({
    name: "ask-impatient",
    claim: "A doomed job whose asker finds a lock busy, and does not wait for it, ends all the same.",
    invariants: ["S3", "S6"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...SMALL, modules: 4, ops: { pollSignaled: (arena, fence) => fence === held(arena, READY) } },
    prepare(arena) {
      const { engine, threads } = arena
      newJob(arena)
      engine.lockModules(threads[0]!)
      const timeline = engine.createTimelineLocked(threads[0]!, arena.module, 0, 0)
      engine.unlockModules(threads[0]!)
      // What was added last is asked first.
      for (const cell of [OTHER, DEPENDENCY]) {
        put(arena, cell, cell === OTHER ? engine.createFence(threads[0]!, timeline) : arena.fence())
        must(engine.addDependency(threads[0]!, held(arena, JOB), held(arena, cell)) === 1, "The heap is full")
      }
      must(push(arena, threads[0]!) === "queued", "The job was refused")
      engine.killEntity(threads[0]!, held(arena, ENTITY))
      put(arena, READY, held(arena, DEPENDENCY))
    },
    threads: [
      (arena, record) => arena.engine.tryIsSignaled(record, at(arena, DEPENDENCY)),
      (arena, record) => arena.engine.signal(record, at(arena, OTHER)),
    ],
    check(arena) {
      // Whoever was refused comes back with its next operation.
      arena.engine.dropRef(arena.threads[0]!, held(arena, DEPENDENCY))
      must(hasEnded(arena) && errorOf(arena) === ESRCH, "The job has not ended with ESRCH")
      nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED, OTHER])
    },
  }),
  engineModel({
    name: "take-take",
    claim: "Two who serve one scheduler offer one job at a time.",
    invariants: ["S7"],
    search: "preemption-bounded",
    arena: { ...SMALL, fences: 4, containers: 2, objects: 4 },
    prepare(arena) {
      const { engine, threads } = arena
      newJob(arena)
      for (const job of [held(arena, JOB), engine.createJob(threads[0]!, held(arena, ENTITY), 1, 0, 0)])
        must(engine.pushJob(threads[0]!, job) === 1, "The job was refused")
    },
    threads: [offerOne, offerOne],
    symmetric: [[0, 1]],
    outcome: (_, results) => `${results.filter((result) => result === 1).length} ran`,
    check(arena) {
      while (runOne(arena, arena.threads[0]!) === 1);
      must(hasEnded(arena), "A job has not run")
      nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED])
    },
  }),
  engineModel({
    name: "stop-run",
    claim: "When a stop is over nobody is inside run, and nobody enters it.",
    invariants: ["S7"],
    search: "preemption-bounded",
    arena: SMALL,
    prepare(arena) {
      newJob(arena)
      must(push(arena, arena.threads[0]!) === "queued", "The job was refused")
    },
    threads: [
      offerOne,
      (arena, record) => {
        const { engine } = arena
        // It stands back from a lock that is taken, and its caller asks again.
        if (engine.stopScheduler(record, at(arena, SCHEDULER)) < 0) return
        for (;;) {
          const value = engine.listen(record)
          if (engine.serverOf(at(arena, SCHEDULER)) === 0) break
          Atomics.wait(arena.words, (record + Thread.doorbell) >> 2, value)
        }
        must(at(arena, RUNNING) === 0, "Somebody is inside run")
        must(engine.takeJob(record, at(arena, SCHEDULER)) === 0, "A stopped scheduler gave a job")
      },
    ],
    outcome: (_, [ran]) => (ran === 1 ? "ran before" : "did not run"),
    check(arena, [ran]) {
      const { engine, threads } = arena
      must(engine.startScheduler(threads[0]!, held(arena, SCHEDULER)) === 1, "It does not go on")
      must(runOne(arena, threads[0]!) === 1 - Number(ran), "The job was lost, or ran twice")
      nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED])
    },
  }),
  engineModel({
    name: "stop-signal",
    claim: "A job whose hardware completes it while its scheduler is stopped ends, or is offered again; never both.",
    invariants: ["S1", "S7"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: SMALL,
    prepare(arena) {
      const { engine, threads } = arena
      newJob(arena)
      put(arena, DEPENDENCY, arena.fence())
      must(push(arena, threads[0]!) === "queued", "The job was refused")
      const finished = engine.takeJob(threads[0]!, held(arena, SCHEDULER))
      engine.startJob(threads[0]!, held(arena, SCHEDULER), finished, held(arena, DEPENDENCY), 0)
      engine.stopScheduler(threads[0]!, held(arena, SCHEDULER))
    },
    threads: [
      (arena, record) => arena.engine.signal(record, at(arena, DEPENDENCY)),
      (arena, record) => {
        const { engine } = arena
        const ending = engine.haltJob(record, at(arena, SCHEDULER))
        if (ending > 0) engine.dropRef(record, ending)
        const again = engine.takeStopped(record, at(arena, SCHEDULER))
        if (again !== 0) engine.startJob(record, at(arena, SCHEDULER), again, 0, -5)
        return again === 0 ? "ends" : "offered again"
      },
    ],
    outcome: (_, [, answer]) => String(answer),
    check(arena, [, answer]) {
      must(hasEnded(arena), "The job has not ended")
      must((errorOf(arena) === -5) === (answer === "offered again"), "It ended otherwise than by whoever had it last")
      nothingLost(arena, [ENTITY, SCHEDULER], [FINISHED, DEPENDENCY])
    },
  }),
]

/** Pushes the job in DEPENDENCY. */
function pushOther(arena: Arena, record: number): string {
  if (arena.engine.pushJob(record, at(arena, DEPENDENCY)) === 1) return "queued"
  arena.engine.discardJob(record, at(arena, DEPENDENCY))
  return "refused"
}

/** Takes a job as `run` does, and says that it is inside. */
function offerOne(arena: Arena, record: number): number {
  const { engine } = arena
  const finished = engine.takeJob(record, at(arena, SCHEDULER))
  if (finished === 0) return 0
  must(engine.addToCell(arena.cell(RUNNING), 1) === 0, "Two are inside run at once")
  engine.addToCell(arena.cell(RUNNING), -1)
  engine.startJob(record, at(arena, SCHEDULER), finished, 0, 0)
  return 1
}
