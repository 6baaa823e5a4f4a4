/** Works, timers and deferred functions: of what meets at one (queue, run, take off, unload, death) nothing is lost, and nothing runs too late. */
import { layout } from "@outlive/core/engine-js"
import { type Arena, ModelOops } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Kind, Module, Oops, Poison, Text, Thread, WorkFound, WorkState, Work } = layout
const TOKEN = 0
/** How many are inside the function. */
const INSIDE = 1
/** What the function uses has gone. */
const GONE = 2
const RAN = 3
/** Written before the work is queued, for the run that comes of it. */
const DATA = 4
const SEEN = 5

const DUE = 5
const LATER = 20
const NOW = 10
const EVER = 100

const at = (arena: Arena, cell: number) => arena.engine.readCell(arena.cell(cell))
const put = (arena: Arena, cell: number, value: number) => arena.engine.writeCell(arena.cell(cell), value)
const stateIn = (arena: Arena) => arena.word((arena.word(arena.cell(TOKEN)) & ~63) + Work.state)

function textOf(arena: Arena): number {
  return arena.word(arena.module + Module.text)
}

function newWork(arena: Arena): void {
  const { engine, threads } = arena
  put(arena, TOKEN, engine.createWork(threads[0]!, textOf(arena), 1, 0))
}

function queuedWork(arena: Arena): void {
  newWork(arena)
  arena.engine.queueWork(at(arena, TOKEN))
}

function armedWork(arena: Arena): void {
  newWork(arena)
  arena.engine.armWork(at(arena, TOKEN), DUE)
}

/** Runs it, if it is to be run: 1 or 0. */
function serve(arena: Arena, record: number, body: () => void = () => {}, now = NOW): number {
  const { engine } = arena
  const token = at(arena, TOKEN)
  if (engine.claimWork(record, token, now) === 0) return 0
  must(engine.addToCell(arena.cell(INSIDE), 1) === 0, "Two are inside the function at once")
  must(at(arena, GONE) === 0, "The function is run, and what it uses has gone")
  engine.addToCell(arena.cell(RAN), 1)
  put(arena, SEEN, at(arena, DATA))
  body()
  engine.addToCell(arena.cell(INSIDE), -1)
  engine.finishWork(record, token, 0)
  return 1
}

const serveOnce = (arena: Arena, record: number) => serve(arena, record)

/** `cancelSync`: takes it off, waits for whoever runs it, and looks again. */
function takeOff(arena: Arena, record: number): void {
  const { engine } = arena
  const token = at(arena, TOKEN)
  for (;;) {
    engine.cancelWork(record, token)
    const value = engine.listen(record)
    const found = engine.awaitWork(record, token)
    if (found === WorkFound.Idle) break
    if (found & WorkFound.RunningElsewhere) Atomics.wait(arena.words, (record + Thread.doorbell) >> 2, value)
  }
  put(arena, GONE, 1)
}

/** Closes the module and takes it away. */
function unload(arena: Arena, record: number): void {
  arena.engine.dropModuleRef(arena.module)
  must(arena.engine.unload(record, arena.module, arena.word(arena.module)) === 0, "The module was not unloaded")
}

/** A deferred function looks twice at the text that it is in. */
const deferred = (arena: Arena): boolean => {
  const text = textOf(arena) & ~63
  for (let look = 0; look < 2; look++)
    must(arena.engine.readCell(text + Text.module) !== Poison.Word, "A function runs in a text that is gone")
  arena.engine.addToCell(arena.cell(RAN), 1)
  return true
}

const defer = (arena: Arena, record: number) => arena.engine.deferFunction(record, textOf(arena), 0, 7)

/** What it is told where it calls a function in a text that has gone, or that goes meanwhile. */
function told(body: () => void): string {
  try {
    body()
    return ""
  } catch (error) {
    if (!(error instanceof ModelOops)) throw error
    if (error.code === Oops.ReturnIntoDeadText) return "returned into dead text"
    if (error.code === Oops.DeadText) return "called in dead text"
    throw error
  }
}

const ONE = { threads: 2, records: 1 }

export const WORKS: readonly EngineModel[] = [
  engineModel({
    name: "work-cancel",
    claim: "Who has taken a work off and waited may let go of what its function uses, and of the work.",
    invariants: ["K1"],
    arena: ONE,
    prepare: queuedWork,
    threads: [
      serveOnce,
      (arena, record) => {
        takeOff(arena, record)
        arena.engine.discardWork(record, at(arena, TOKEN))
      },
    ],
    outcome: (_, [ran]) => (ran === 1 ? "ran before" : "taken off"),
    check: (arena) => must(arena.engine.countInUse(Kind.IssuerRecord) === 0, "The work was not given back"),
  }),
  engineModel({
    name: "timer-cancel",
    claim: "The same of a timer whose function arms it anew.",
    invariants: ["K1", "K2"],
    arena: ONE,
    prepare: armedWork,
    threads: [
      (arena, record) => serve(arena, record, () => void arena.engine.armWork(at(arena, TOKEN), LATER)),
      takeOff,
    ],
    outcome: (_, [ran]) => (ran === 1 ? "ran before" : "taken off"),
    check: (arena) => must(stateIn(arena) === WorkState.Idle, "It is armed, and was taken off"),
  }),
  engineModel({
    name: "work-serve-serve",
    claim: "A work is run by one thread, once for each time that it was queued.",
    invariants: ["K1"],
    arena: ONE,
    prepare: queuedWork,
    threads: [serveOnce, serveOnce],
    symmetric: [[0, 1]],
    check: (arena) => must(arena.word(arena.cell(RAN)) === 1, "It was queued once, and did not run once"),
  }),
  engineModel({
    name: "work-queue-run",
    claim: "A work that is queued while it runs is run again, and sees what was done before it was queued.",
    invariants: ["K2"],
    arena: ONE,
    prepare: queuedWork,
    threads: [
      serveOnce,
      (arena) => {
        put(arena, DATA, 1)
        arena.engine.queueWork(at(arena, TOKEN))
      },
    ],
    outcome: (arena) => `${arena.word(arena.cell(RAN))} ran`,
    check(arena) {
      while (serve(arena, arena.threads[0]!) === 1);
      must(arena.word(arena.cell(SEEN)) === 1, "The last run was before the work was queued")
    },
  }),
  engineModel({
    name: "timer-move",
    claim: "A timer that was moved to a later time is not run for the earlier one, and is run at the later.",
    invariants: ["K4"],
    arena: ONE,
    prepare: armedWork,
    threads: [serveOnce, (arena) => arena.engine.armWork(at(arena, TOKEN), LATER)],
    outcome: (_, [ran, armed]) =>
      armed === 0 ? "moved" : ran === 1 ? "ran, armed anew" : "moved while it was looked at",
    check(arena, [ran, armed]) {
      must(armed === 1 || ran === 0, "It was moved, and has run for its old time")
      must(serve(arena, arena.threads[0]!, undefined, NOW) === 0, "It is run before its time")
      must(serve(arena, arena.threads[0]!, undefined, EVER) === 1, "It is not run at its time")
    },
  }),
  engineModel({
    name: "work-serve-sleep",
    claim: "Who serves and finds nothing is woken by whoever queues a work.",
    invariants: ["K3"],
    arena: ONE,
    prepare: newWork,
    threads: [
      (arena, record) => {
        const { engine } = arena
        engine.attendWorks(record)
        for (;;) {
          const value = engine.listen(record)
          if (serve(arena, record) === 1) return
          Atomics.wait(arena.words, (record + Thread.doorbell) >> 2, value)
        }
      },
      (arena) => arena.engine.queueWork(at(arena, TOKEN)),
    ],
  }),
  engineModel({
    name: "work-unload",
    claim: "Who has taken a work off and waited may unload its module: it has returned.",
    invariants: ["K5"],
    search: "preemption-bounded",
    arena: ONE,
    prepare: queuedWork,
    threads: [
      serveOnce,
      (arena, record) => {
        takeOff(arena, record)
        unload(arena, record)
      },
    ],
    outcome: (_, [ran]) => (ran === 1 ? "ran before" : "taken off"),
  }),
  engineModel({
    name: "work-unload-at-once",
    claim: "Under whom the module goes unwaited for, and who finds that it has gone, is told.",
    invariants: ["K5"],
    arena: { ...ONE, lifetime: "issuer-bound" },
    prepare: queuedWork,
    threads: [
      (arena, record) => {
        let ran = 0
        return told(() => void (ran = serve(arena, record))) || (ran === 1 ? "in time" : "not run")
      },
      unload,
    ],
    outcome: (_, [answer]) => String(answer),
    check: (arena) => must((stateIn(arena) & WorkState.Runner) === 0, "Nobody runs it, and it says so of somebody"),
  }),
  engineModel({
    name: "work-dead-runner",
    claim: "Who waits for a work that a dead thread was running is rung when that has been cleared up after.",
    invariants: ["K1", "T2"],
    search: "preemption-bounded",
    arena: { threads: 3, records: 1 },
    prepare(arena) {
      queuedWork(arena)
      must(arena.engine.claimWork(arena.threads[2]!, at(arena, TOKEN), NOW) === 1, "The work was not to be run")
    },
    threads: [(arena, record) => arena.engine.reclaim(record, arena.threads[2]!, 0), takeOff, () => undefined],
    check: (arena) => must(stateIn(arena) === WorkState.Idle, "The work is the dead thread's still"),
  }),
  engineModel({
    name: "deferred-barrier",
    claim: "After a barrier a module may go: the functions that it had deferred have returned, whoever called them.",
    invariants: ["K6", "R2"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { threads: 2, ops: { deferred } },
    threads: [
      (arena, record) => {
        defer(arena, record)
        arena.engine.barrier(record)
        unload(arena, record)
      },
      (arena, record) => {
        for (let epoch = 0; epoch < 3; epoch++) arena.engine.collectAll(record)
      },
    ],
    check: (arena) => must(arena.word(arena.cell(RAN)) === 1, "The function was not called once"),
  }),
  engineModel({
    name: "deferred-unload",
    claim: "Without a barrier a deferred function may find that its module has gone, and that is told.",
    invariants: ["K6"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { threads: 2, lifetime: "issuer-bound" },
    prepare: (arena) => void defer(arena, arena.threads[0]!),
    threads: [
      (arena, record) => told(() => unload(arena, record)),
      (arena, record) =>
        told(() => {
          for (let epoch = 0; epoch < 3; epoch++) arena.engine.collectAll(record)
        }),
    ],
    outcome: (_, answers) => answers.find((answer) => answer !== "")?.toString() ?? "ran, or not yet",
  }),
]
